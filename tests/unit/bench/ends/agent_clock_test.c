/* Where another host's clock is, by pings. */
#include "bench/ends/agent_clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Asked at 1000, answered at 1300; read in between, at 50 there. */
static void test_the_middle_is_taken(void **state)
{
	struct agent_clock clock = {0};
	agent_clock_ping(&clock, 1000, 50, 1300);
	assert_int_equal(clock.shift_ns, 1100);
	assert_int_equal(clock.bound_ns, 150);
	assert_int_equal(clock.pings, 1);
}

/* One that took longer says less, whatever it says. */
static void test_the_fastest_ping_decides(void **state)
{
	struct agent_clock clock = {0};
	agent_clock_ping(&clock, 1000, 50, 1300);
	agent_clock_ping(&clock, 2000, 1002, 2010);
	agent_clock_ping(&clock, 3000, 9000, 3300);
	agent_clock_ping(&clock, 4000, 9000, 4010);
	assert_int_equal(clock.shift_ns, 1003);
	assert_int_equal(clock.bound_ns, 5);
	assert_int_equal(clock.pings, 4);
}

/* A clock that is ahead; and a bound that is no whole number is rounded up. */
static void test_a_clock_ahead(void **state)
{
	struct agent_clock clock = {0};
	agent_clock_ping(&clock, 10, 1000, 13);
	assert_int_equal(clock.shift_ns, -989);
	assert_int_equal(clock.bound_ns, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_middle_is_taken),
		cmocka_unit_test(test_the_fastest_ping_decides),
		cmocka_unit_test(test_a_clock_ahead),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
