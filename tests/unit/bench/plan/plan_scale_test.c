/* A plan scaled down keeps the rate to its ports what it was. */
#include "bench/plan/plan_scale.h"

#include "made_up_plan.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define PORTS 2000

static struct plan_asked asked_of(double rate, uint16_t low, uint16_t high)
{
	struct plan_asked asked = made_up_asked(rate, low, high);
	asked.round_trip_s = 0.03;
	asked.reuse_delay_s = 0.5;
	asked.life = time_wait_life_of(1000);
	return asked;
}

static double ports_of(const struct plan_asked *asked)
{
	return asked->port_high - asked->port_low + 1.0;
}

/* Requests a second for each port. */
static double share_of(const struct plan_asked *asked)
{
	return asked->requests_per_s / asked->hosts /
	       (ports_of(asked) * asked->addresses * asked->destinations);
}

static void test_small_plans_stay(void **state)
{
	for (int rate = 1; rate <= 200; rate++) {
		struct plan_asked asked = asked_of(rate, 40000, 41999);
		struct plan_asked scaled = plan_scale(&asked, PORTS);
		assert_true(scaled.requests_per_s == rate && scaled.addresses == 1);
		assert_int_equal(scaled.port_low, 40000);
		assert_int_equal(scaled.port_high, 41999);
		asked.requests_per_s *= 2;
		asked.addresses = 2;
		scaled = plan_scale(&asked, PORTS);
		assert_true(scaled.requests_per_s == 2 * rate && scaled.addresses == 2);
		assert_int_equal(scaled.port_high, 41999);
	}
}

static void test_share_is_kept(void **state)
{
	static const struct {
		double rate, hosts, addresses, destinations;
	} rows[] = {{600, 1, 1, 1}, {600, 4, 1, 1}, {10000, 2, 3, 5}, {1e6, 7, 100, 9},
		{1e12, 1, 1, 1}, {455, 1, 2, 1}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_asked asked = asked_of(rows[i].rate, 32768, 60999);
		asked.hosts = rows[i].hosts;
		asked.addresses = rows[i].addresses;
		asked.destinations = rows[i].destinations;
		struct plan_asked scaled = plan_scale(&asked, PORTS);
		assert_true(scaled.hosts == 1 && scaled.destinations == 1);
		assert_true(scaled.addresses == fmin(rows[i].addresses, 2));
		assert_true(scaled.requests_per_s == round(scaled.requests_per_s));
		assert_true(scaled.requests_per_s <= PLAN_SCALE_RATE_MOST);
		assert_true(fmod(ports_of(&scaled), 2) == 0 && scaled.port_low == 32768);
		/* To the nearest even number of ports. */
		if (ports_of(&scaled) > 2)
			assert_true(fabs(share_of(&scaled) / share_of(&asked) - 1) <=
				    1.001 / ports_of(&scaled));
		assert_true(scaled.round_trip_s == 0.03 && scaled.reuse_delay_s == 0.5);
		assert_true(scaled.life.hz == time_wait_life_here().hz);
	}
	struct plan_asked asked = asked_of(600, 32768, 60999);
	struct plan_asked scaled = plan_scale(&asked, PORTS);
	assert_true(scaled.requests_per_s == 43);
	assert_int_equal(scaled.port_high, 32768 + 2024 - 1);
	/* As many a second for each of 14,116 ports. */
	asked.requests_per_s = 300;
	asked.ports_taken = 14116;
	scaled = plan_scale(&asked, PORTS);
	assert_true(scaled.requests_per_s == 43 && scaled.ports_taken == 0);
	assert_int_equal(scaled.port_high, 32768 + 2024 - 1);
}

/* The rate is rounded down where there are no ports for more. */
static void test_no_port_more_than_asked(void **state)
{
	struct plan_asked asked = asked_of(128, 40000, 41999);
	asked.hosts = 3;
	struct plan_asked scaled = plan_scale(&asked, PORTS);
	assert_true(scaled.requests_per_s == 42);
	assert_int_equal(scaled.port_high, 40000 + 1968 - 1);
	/* Less than one a second cannot be played. */
	asked.hosts = 1000;
	scaled = plan_scale(&asked, PORTS);
	assert_true(scaled.requests_per_s == 1);
	assert_int_equal(scaled.port_high, 41999);
}

static void test_cap(void **state)
{
	struct plan_asked asked = asked_of(600, 32768, 60999);
	asked.time_wait_most = 28232;
	assert_true(plan_scale(&asked, PORTS).time_wait_most == 2024);
	asked.addresses = 4;
	asked.hosts = 3;
	asked.requests_per_s = 12 * 600;
	/* Of one host: 28,232 of its 4 x 28,232 ports, as 2,024 of 2 x 2,024 would be too many. */
	assert_true(fabs(plan_scale(&asked, PORTS).time_wait_most - 1000) < 20);
	asked.time_wait_most = 1;
	assert_true(plan_scale(&asked, PORTS).time_wait_most == 1);
	asked.time_wait_most = INFINITY;
	assert_true(isinf(plan_scale(&asked, PORTS).time_wait_most));
}

static void test_no_rate(void **state)
{
	struct plan_asked asked = asked_of(NAN, 32768, 60999);
	struct plan_asked scaled = plan_scale(&asked, PORTS);
	assert_true(isnan(scaled.requests_per_s));
	assert_int_equal(scaled.port_high, 34767);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_plans_stay),
		cmocka_unit_test(test_share_is_kept),
		cmocka_unit_test(test_no_port_more_than_asked),
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_no_rate),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
