/* Addresses as text and back, and when two are the same. */
#include "common/address.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define LONGEST "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"

static struct address parsed(const char *text)
{
	struct address address;
	if (address_parse(text, &address) == -1)
		fail_msg("refused: %s", text);
	return address;
}

static void text_and_back(void **state)
{
	static const struct {
		const char *text, *host, *url_host, *printed;
		int family;
		uint16_t port;
	} rows[] = {
		{"127.0.0.1:8080", "127.0.0.1", "127.0.0.1", "127.0.0.1:8080", AF_INET, 8080},
		{"0.0.0.0:0", "0.0.0.0", "0.0.0.0", "0.0.0.0:0", AF_INET, 0},
		{"255.255.255.255:65535", "255.255.255.255", "255.255.255.255",
			"255.255.255.255:65535", AF_INET, 65535},
		{"[::1]:8080", "::1", "[::1]", "[::1]:8080", AF_INET6, 8080},
		{"[::]:0", "::", "[::]", "[::]:0", AF_INET6, 0},
		{"[2001:DB8:0::1]:443", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:443",
			AF_INET6, 443},
		{"[" LONGEST "]:65535", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
			"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
			"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", AF_INET6, 65535},
		{"127.0.0.1:00080", "127.0.0.1", "127.0.0.1", "127.0.0.1:80", AF_INET, 80},
		{"[fe80::1]:80", "fe80::1", "[fe80::1]", "[fe80::1]:80", AF_INET6, 80},
		/* Link 1 is the loopback of each namespace; none has the last number. */
		{"[fe80::1%lo]:80", "fe80::1", "[fe80::1%lo]", "[fe80::1%lo]:80", AF_INET6, 80},
		{"[fe80::1%1]:80", "fe80::1", "[fe80::1%lo]", "[fe80::1%lo]:80", AF_INET6, 80},
		{"[fe80::1%2147483647]:80", "fe80::1", "[fe80::1%2147483647]",
			"[fe80::1%2147483647]:80", AF_INET6, 80},
		{"[ff02::1%lo]:80", "ff02::1", "[ff02::1%lo]", "[ff02::1%lo]:80", AF_INET6, 80},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char host[INET6_ADDRSTRLEN], text[ADDRESS_TEXT_SIZE];
		struct address address = parsed(rows[i].text);
		assert_int_equal(address_family(&address), rows[i].family);
		assert_int_equal(address_sockaddr(&address)->sa_family, rows[i].family);
		assert_int_equal(address.length, rows[i].family == AF_INET
							 ? sizeof(struct sockaddr_in)
							 : sizeof(struct sockaddr_in6));
		assert_int_equal(address_port(&address), rows[i].port);
		assert_string_equal(address_host(&address, host), rows[i].host);
		assert_string_equal(address_url_host(&address, text), rows[i].url_host);
		assert_string_equal(address_text(&address, text), rows[i].printed);
	}
}

static void what_is_no_address(void **state)
{
	static const char *const rows[] = {"", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
		"127.0.0.1:80x", "127.0.0.1: 80", "127.0.0.1:+80", "127.0.0.1:-1",
		"127.0.0.1:65536", "127.0.0.1:99999999999999999999", "127.1:80", "localhost:80",
		"::1:80", "[::1]", "[::1]80", "[::1:80", "::1]:80", "[]:80", "[:80", "]:80",
		"[127.0.0.1]:80", "x::1]:80", "[[::1]]:80", "[::1%1]:80", "[::1%lo]:80",
		"[fe80::1%]:80", "[fe80::1%0]:80", "[fe80::1%-1]:80", "[fe80::1%nolink0]:80",
		"[fe80::1%2147483648]:80", "[fe80::1%lo%lo]:80", "127.0.0.1%lo:80",
		("[" LONGEST "0]:80"), ("[" LONGEST LONGEST "]:80")};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct address address = parsed("10.1.2.3:4"), before = address;
		if (address_parse(rows[i], &address) != -1)
			fail_msg("accepted: %s", rows[i]);
		assert_memory_equal(&address, &before, sizeof(address));
	}
}

static void the_same(void **state)
{
	static const char *const rows[] = {"127.0.0.1:80", "127.0.0.1:81", "127.0.0.2:80",
		"[::1]:80", "[::1]:81", "[::2]:80", "[::ffff:127.0.0.1]:80", "0.0.0.0:80",
		"[::]:80"};
	size_t count = sizeof(rows) / sizeof(rows[0]);
	for (size_t i = 0; i < count * count; i++) {
		struct address a = parsed(rows[i / count]), b = parsed(rows[i % count]);
		assert_int_equal(address_equals(&a, &b), i / count == i % count);
	}
	struct address a = parsed("[fe80::1]:80"), b = a;
	((struct sockaddr_in6 *)&b.storage)->sin6_scope_id = 2;
	assert_false(address_equals(&a, &b));
	assert_true(address_lacks_link(&a));
	assert_false(address_lacks_link(&b));
	static const char *const of_no_link[] = {"127.0.0.1:80", "[::1]:80", "[2001:db8::1]:80"};
	for (size_t i = 0; i < sizeof(of_no_link) / sizeof(of_no_link[0]); i++) {
		b = parsed(of_no_link[i]);
		assert_false(address_lacks_link(&b));
	}
	/* What the kernel leaves behind the address does not count. */
	a = b = parsed("127.0.0.1:80");
	((char *)&b.storage)[sizeof(struct sockaddr_in)] = 'x';
	assert_true(address_equals(&a, &b));
}

static void made_of_parts(void **state)
{
	char text[ADDRESS_TEXT_SIZE];
	struct in_addr host = {htonl(0xc6120001)};
	struct address address = address_ipv4(host, 8080), wanted = parsed("198.18.0.1:8080");
	assert_true(address_equals(&address, &wanted));
	assert_int_equal(address.length, sizeof(struct sockaddr_in));
	address_set_port(&address, 81);
	assert_string_equal(address_text(&address, text), "198.18.0.1:81");
	address = parsed("[::1]:80");
	address_set_port(&address, 443);
	assert_string_equal(address_text(&address, text), "[::1]:443");
	assert_string_equal(address_text(&(struct address){.length = 0}, text), ":0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_back),
		cmocka_unit_test(what_is_no_address),
		cmocka_unit_test(the_same),
		cmocka_unit_test(made_of_parts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
