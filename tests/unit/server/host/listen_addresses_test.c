/* What --listen names, where no name is looked up: server_names.py does that. */
#include "server/host/listen_addresses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void an_address_stands_for_itself(void **state)
{
	static const char *const rows[] = {
		"127.0.0.1:8080", "[::1]:8080", "0.0.0.0:0", "[::]:0", "[fe80::1]:80"};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct listen_addresses found;
		struct error error;
		char text[LISTEN_ADDRESSES_TEXT_SIZE];
		assert_int_equal(listen_addresses_find(&found, "listen", rows[i], &error), 0);
		assert_int_equal(found.count, 1);
		assert_string_equal(listen_addresses_text(&found, text), rows[i]);
	}
}

/* None of these comes to a resolver, which could take its time. */
static void what_is_neither_is_usage(void **state)
{
	static const char *const rows[] = {"", ":", ":80", "localhost", "localhost:", "localhost:x",
		"localhost:65536", "127.1:80", "0x7f.1:80", "127.0.0.1:70000", "1.2.3.4.5:80",
		"a b:80", "a/b:80", "[localhost]:80", "::1:80", "[::1%1]:80", "999:80"};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct listen_addresses found;
		struct error error = {.text = "(accepted)"};
		if (listen_addresses_find(&found, "listen", rows[i], &error) != -1 ||
			error.status != STATUS_USAGE || !strstr(error.text, rows[i]) ||
			!strstr(error.text, "--listen "))
			fail_msg("%s: %s", rows[i], error.text);
	}
}

static struct address numbered(unsigned number)
{
	struct address address;
	char text[ADDRESS_TEXT_SIZE];
	snprintf(text, sizeof(text), "127.0.0.%u:80", number);
	assert_int_equal(address_parse(text, &address), 0);
	return address;
}

static void each_is_there_once_and_no_more_than_there_is_room_for(void **state)
{
	struct listen_addresses all = {.count = 0};
	char text[LISTEN_ADDRESSES_TEXT_SIZE];
	assert_string_equal(listen_addresses_text(&all, text), "");
	for (unsigned i = 0; i < 3 * LISTEN_ADDRESSES_MAX; i++) {
		struct address address = numbered(i / 2);
		assert_int_equal(
			listen_addresses_add(&all, &address), i / 2 < LISTEN_ADDRESSES_MAX);
	}
	assert_int_equal(all.count, LISTEN_ADDRESSES_MAX);
	struct address known = numbered(LISTEN_ADDRESSES_MAX - 1);
	assert_true(listen_addresses_add(&all, &known));
	all.count = 2;
	assert_string_equal(listen_addresses_text(&all, text), "127.0.0.0:80, 127.0.0.1:80");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_stands_for_itself),
		cmocka_unit_test(what_is_neither_is_usage),
		cmocka_unit_test(each_is_there_once_and_no_more_than_there_is_room_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
