/* Port ranges with few ports that connect(2) tries first. */
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
	return found_find(&made.host, "range-parity");
}

static const struct diagnosed *find_in(const char *range, const char *reserved)
{
	made_up_host_init(&made);
	port_range_read(&made.space.settings.ports, range, reserved);
	return find();
}

static void test_few_of_the_first(void **state)
{
	const struct diagnosed *found =
		find_in("40000 40019", "40000,40002,40004,40006,40008,40010,40012");
	assert_non_null(found);
	found_has(found, "3 of the 13 ports are those that connect() tries first");
	assert_true(found_number(found, "first_parity_ports") == 3);
}

static void test_odd(void **state)
{
	found_has(find_in("1024 65000", ""), "connect() leaves out 65000");
	found_has(find_in("40001 40003", ""), "connect() leaves out 40003");
}

static void test_even_is_fine(void **state)
{
	assert_null(find_in("32768 60999", ""));
	assert_null(find_in("1025 65000", ""));
	assert_null(find_in("40001 40001", ""));
	assert_null(find_in("40001 40002", ""));
}

/* As many of either, or few of the other: connect() has the first to give. */
static void test_reserved_is_fine(void **state)
{
	assert_null(find_in("40000 40019", "40000-40009"));
	assert_null(find_in("40000 40019", "40001,40003,40005,40007,40009,40011,40013"));
}

static void test_none_is_fine(void **state)
{
	assert_null(find_in("x", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few_of_the_first),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_even_is_fine),
		cmocka_unit_test(test_reserved_is_fine),
		cmocka_unit_test(test_none_is_fine),
	};
	return cmocka_run_group_tests(tests, NULL, found_finish);
}
