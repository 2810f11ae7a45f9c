/* Ports that connect(2) may choose, counted by hand. */
#include "bench/doctor/port_range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct port_range range;

static void counts(const char *low_high, const char *reserved, uint32_t first, uint32_t other)
{
	assert_int_equal(port_range_read(&range, low_high, reserved), 0);
	assert_int_equal(range.available[0], first);
	assert_int_equal(range.available[1], other);
	assert_int_equal(port_range_count(&range), first + other);
}

static void test_counts(void **state)
{
	counts("32768 60999", "", 14116, 14116);
	counts("32768 60999", "\n", 14116, 14116);
	counts("40000\t40199", "", 100, 100);
	counts("40001 40200", "", 100, 100);
	/* The last port of an odd number is never tried. */
	counts("40000 40200", "", 100, 100);
	counts("40000 40000", "", 1, 0);
	counts("1 65535", "", 32767, 32767);
}

static void test_reserved(void **state)
{
	counts("40000 40199", "40000", 99, 100);
	counts("40000 40199", "40001,40010-40019\n", 95, 94);
	counts("40000 40199", "8080,39990-40003,50000", 98, 98);
	counts("40000 40199", "40000-40199", 0, 0);
	assert_false(port_range_has(&range, 40100));
}

/* A word of 64 ports begins at 40000, and one at 40064. */
static void test_reserved_across_words(void **state)
{
	counts("40000 40199", "40000-40063", 68, 68);
	assert_true(port_range_has(&range, 40064));
	counts("40000 40199", "40063-40064", 99, 99);
	assert_true(port_range_has(&range, 40062));
	assert_true(port_range_has(&range, 40065));
	counts("40000 40199", "40010-40189", 10, 10);
	counts("65400 65535", "65500-70000", 50, 50);
}

static void test_membership(void **state)
{
	counts("40000 40199", "40010", 99, 100);
	assert_true(port_range_has(&range, 40000));
	assert_true(port_range_has(&range, 40199));
	assert_false(port_range_has(&range, 40010));
	assert_false(port_range_has(&range, 39999));
	assert_false(port_range_has(&range, 40200));
	assert_int_equal(port_range_parity(&range, 40002), 0);
	assert_int_equal(port_range_parity(&range, 40003), 1);
	counts("40001 40200", "", 100, 100);
	assert_int_equal(port_range_parity(&range, 40003), 0);
}

static void test_nonsense(void **state)
{
	static const char *const ranges[] = {"", "x", "40000", "40000 39999", "1 65536", "-1 5"};
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		assert_int_equal(port_range_read(&range, ranges[i], ""), -1);
	assert_int_equal(port_range_read(&range, "40000 40199", "x"), -1);
	assert_int_equal(port_range_read(&range, "40000 40199", "5;6"), -1);
	assert_int_equal(port_range_read(&range, "40000 40199", "5-"), -1);
	assert_int_equal(port_range_count(&range), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_reserved),
		cmocka_unit_test(test_reserved_across_words),
		cmocka_unit_test(test_membership),
		cmocka_unit_test(test_nonsense),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
