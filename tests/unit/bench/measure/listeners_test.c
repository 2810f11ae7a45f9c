/* Whether clients reach what listens, and what is said where they do not. */
#include "bench/measure/listeners.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SERVER "198.18.0.1:8080"

static struct address address_of(const char *text)
{
	struct address address;
	assert_int_equal(address_parse(text, &address), 0);
	return address;
}

/* The others are as they were. */
static void test_ipv6_only(void **state)
{
	struct address server = address_of(SERVER), own = address_of("[2001:db8::1]:8080");
	struct address any = address_of("[::]:8080"), other = address_of("127.0.0.1:8080");
	struct listeners all = {.count = 0};
	uint32_t backlog;
	char text[300];
	listeners_add(&all, &any, 1, 0);
	listeners_add(&all, &other, 1, 0);
	assert_true(listeners_reach(&all, &server));
	listeners_ipv6_only(&all, &any);
	assert_false(listeners_reach(&all, &server));
	assert_false(listeners_backlog(&all, &server, &backlog));
	assert_true(listeners_reach(&all, &own));
	assert_string_equal(listeners_advise(&all, &server, "{it}", text, sizeof(text)),
		"; it listens on [::]:8080 (IPv6 only), 127.0.0.1:8080, where no client reaches "
		"it: {it} stands for 198.18.0.1:8080");
	struct address both = address_of("0.0.0.0:8080");
	listeners_add(&all, &both, 1, 0);
	assert_true(listeners_reach(&all, &server));
}

static void test_what_is_reached(void **state)
{
	static const struct {
		const char *listeners[4];
		bool reached;
		const char *advice; /* where they are not */
	} rows[] = {
		{{NULL}, false, ""},
		{{"198.18.0.1:8080"}, true, NULL},
		{{"0.0.0.0:8080"}, true, NULL},
		{{"[::]:8080"}, true, NULL},
		{{"[::ffff:198.18.0.1]:8080"}, true, NULL},
		{{"127.0.0.1:1", "0.0.0.0:80", "0.0.0.0:8080"}, true, NULL},
		{{"0.0.0.0:80"}, false, "; it listens on port 80: --server-port 80"},
		{{"0.0.0.0:80", "[::]:80"}, false, "; it listens on port 80: --server-port 80"},
		{{"0.0.0.0:80", "127.0.0.1:8080"}, false,
			"; it listens on port 80: --server-port 80"},
		{{"0.0.0.0:80", "[::]:80", "198.18.0.1:443"}, false,
			"; it listens on ports 80, 443: --server-port"},
		{{"0.0.0.0:180", "[::]:80", "0.0.0.0:80"}, false,
			"; it listens on ports 180, 80: --server-port"},
		{{"127.0.0.1:8080"}, false,
			"; it listens on 127.0.0.1:8080, where no client reaches it: {it} stands "
			"for "
			"198.18.0.1:8080"},
		{{"127.0.0.1:80", "[::1]:80"}, false,
			"; it listens on 127.0.0.1:80, [::1]:80, where no client reaches it: "
			"{it} stands for 198.18.0.1:8080"},
	};
	struct address server = address_of(SERVER);
	char text[300];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct listeners all = {.count = 0};
		for (size_t l = 0; l < 4 && rows[i].listeners[l]; l++) {
			struct address one = address_of(rows[i].listeners[l]);
			listeners_add(&all, &one, 1, 0);
		}
		assert_int_equal(listeners_reach(&all, &server), rows[i].reached);
		if (rows[i].advice)
			assert_string_equal(
				listeners_advise(&all, &server, "{it}", text, sizeof(text)),
				rows[i].advice);
	}
}

static void test_each_address_once(void **state)
{
	struct listeners all = {.count = 0};
	struct address one = address_of("0.0.0.0:80");
	for (uint16_t i = 0; i < 20; i++)
		listeners_add(&all, &one, 1, 0);
	assert_int_equal(all.count, 1);
	for (uint16_t i = 0; i < LISTENERS_MAX + 12; i++) {
		address_set_port(&one, 1000 + i);
		listeners_add(&all, &one, 1, 0);
	}
	assert_int_equal(all.count, LISTENERS_MAX);
	assert_int_equal(address_port(&all.list[1]), 1000);
}

/* The least of the listeners that connections to the server reach. */
static void test_the_backlog_that_holds(void **state)
{
	static const struct {
		const char *address;
		uint32_t backlog;
		uint32_t least; /* from then on; 0: none is reached */
	} steps[] = {
		{"127.0.0.1:8080", 1, 0},
		{"198.18.0.1:80", 2, 0},
		{"[::]:8080", 700, 700},
		{"0.0.0.0:8080", 800, 700},
		{"198.18.0.1:8080", 500, 500},
		{"198.18.0.1:8080", 400, 400},
		{"198.18.0.1:8080", 600, 400},
	};
	struct listeners all = {.count = 0};
	struct address server = address_of(SERVER);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct address one = address_of(steps[i].address);
		uint32_t backlog = 0;
		listeners_add(&all, &one, steps[i].backlog, 0);
		assert_int_equal(listeners_backlog(&all, &server, &backlog), steps[i].least > 0);
		assert_int_equal(backlog, steps[i].least);
	}
	assert_int_equal(all.count, 5);
}

static struct address at(const char *text)
{
	struct address address;
	assert_int_equal(address_parse(text, &address), 0);
	return address;
}

/* Two sockets of the server's address have dropped 3 and 4, of which 2 before; another listener 9,
 * of which 5 before; one that came later 1. */
static void the_one_that_dropped_most(void **state)
{
	struct address own = at("198.18.0.1:8080"), other = at("127.0.0.1:9000"),
		       later = at("127.0.0.1:9001");
	struct listeners before = {.count = 0}, after = {.count = 0};
	assert_int_equal(listeners_drops(&after, &before, &own).drops, 0);
	listeners_add(&before, &own, 128, 2);
	listeners_add(&before, &other, 64, 5);
	assert_int_equal(listeners_drops(&before, &before, &own).drops, 0);
	listeners_add(&after, &own, 128, 3);
	listeners_add(&after, &own, 100, 4);
	listeners_add(&after, &other, 64, 9);
	listeners_add(&after, &later, 5, 1);
	struct listener_drops most = listeners_drops(&after, &before, &own);
	assert_int_equal(most.drops, 5);
	assert_int_equal(most.backlog, 100);
	assert_int_equal(most.others, 2);
	assert_true(most.is_reached && address_equals(&most.address, &own));
	assert_int_equal(most.all, 10);
	assert_int_equal(most.reached, 5);
	struct address elsewhere = at("198.18.0.1:9000");
	most = listeners_drops(&after, &before, &elsewhere);
	assert_false(most.is_reached);
	assert_int_equal(most.all, 10);
	assert_int_equal(most.reached, 0);
	/* The server's address listens anew. */
	most = listeners_drops(&before, &after, &own);
	assert_int_equal(most.all, 2 + 5);
	assert_int_equal(most.reached, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_one_that_dropped_most),
		cmocka_unit_test(test_what_is_reached),
		cmocka_unit_test(test_ipv6_only),
		cmocka_unit_test(test_each_address_once),
		cmocka_unit_test(test_the_backlog_that_holds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
