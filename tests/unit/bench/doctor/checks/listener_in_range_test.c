/* Listeners whose ports connect(2) may give away. */
#include "tests/unit/bench/doctor/found.h"
#include "tests/unit/bench/doctor/made_up_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct made_up_host made;

static const struct diagnosed *find(void)
{
	return found_find(&made.host, "listener-in-range");
}

static void listen_at(const char *address)
{
	address_parse(address, &made_up_host_listens(&made, 0, 128, 0)->address);
}

static void test_in_range(void **state)
{
	made_up_host_init(&made);
	listen_at("0.0.0.0:40010");
	listen_at("[::]:40010");
	listen_at("127.0.0.1:41999");
	made.listeners[0].process = (struct doctor_process){.pid = 9, .name = "app"};
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_NOTICE);
	found_has(found, "0.0.0.0:40010, app (pid 9)");
	found_has(found, "ip_local_reserved_ports=40010,41999, or ports outside of 40000-41999");
	assert_true(found_number(found, "listeners") == 2);
}

static void test_more_than_fit(void **state)
{
	static const char *const addresses[] = {
		"0.0.0.0:40001", "0.0.0.0:40002", "0.0.0.0:40003", "0.0.0.0:40004"};
	made_up_host_init(&made);
	for (size_t i = 0; i < 4; i++)
		listen_at(addresses[i]);
	found_has(find(), "and 1 more");
	found_has(find(), "=40001,40002,40003,...");
}

static void test_reserved_is_fine(void **state)
{
	made_up_host_init(&made);
	port_range_read(&made.space.settings.ports, "40000 41999", "40010");
	listen_at("0.0.0.0:40010");
	assert_null(find());
}

static void test_outside_is_fine(void **state)
{
	made_up_host_init(&made);
	listen_at("0.0.0.0:39999");
	listen_at("0.0.0.0:42000");
	assert_null(find());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_range),
		cmocka_unit_test(test_more_than_fit),
		cmocka_unit_test(test_reserved_is_fine),
		cmocka_unit_test(test_outside_is_fine),
	};
	return cmocka_run_group_tests(tests, NULL, found_finish);
}
