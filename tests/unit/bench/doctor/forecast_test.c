/* When ports run out: worked by hand, and as it was counted on a real network of 2,000 ports (60 a
 * second: slow at 16.7 s, exhausted at 33.3 s; 20 a second: 1,241 held in the end). */
#include "bench/doctor/forecast.h"
#include "tests/unit/bench/doctor/made_up_host.h"

#include <arpa/inet.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct made_up_host made;

static struct forecast foretell(void)
{
	return forecast_of(&made.pair, &made.space.settings, &made.host.life);
}

static void is_about(double value, double wanted, double within)
{
	if (!(fabs(value - wanted) <= within))
		fail_msg("%g is not %g", value, wanted);
}

static void test_runs_out(void **state)
{
	made_up_host_init(&made);
	made_up_host_closes(&made, 60, 6);
	struct forecast forecast = foretell();
	is_about(forecast.exhausted_in_s, 33.3 - 6, 0.2);
	is_about(forecast.cliff_in_s, 16.7 - 6, 0.2);
	is_about(forecast.lasts_per_s, 2000 / 62.048, 0.01);
	assert_true(isnan(forecast.levels_off_at));
	assert_true(isnan(forecast.slow_since_s));
}

static void test_levels_off(void **state)
{
	made_up_host_init(&made);
	made_up_host_closes(&made, 20, 6);
	struct forecast forecast = foretell();
	assert_true(isnan(forecast.exhausted_in_s));
	is_about(forecast.levels_off_at, 1241, 1);
	is_about(forecast.cliff_in_s, 1000.0 / 20 - 6, 0.3);
}

/* Neither is ever slow: fewer than half of the ports. */
static void test_half_is_never_held(void **state)
{
	made_up_host_init(&made);
	made_up_host_closes(&made, 16, 100);
	struct forecast forecast = foretell();
	is_about(forecast.levels_off_at, 16 * 62.048, 1);
	assert_true(isnan(forecast.cliff_in_s));
}

/* 32 a second last on 2,000 ports, 33 do not; seen at the end of the first minute. */
static void test_border(void **state)
{
	made_up_host_init(&made);
	made_up_host_closes(&made, 32, 59);
	struct forecast forecast = foretell();
	is_about(forecast.levels_off_at, 1985.5, 0.1);
	made_up_host_init(&made);
	made_up_host_closes(&made, 33, 59);
	forecast = foretell();
	is_about(forecast.exhausted_in_s, 2, 0.8);
}

/* 900 that are 55 s old end before the ports would be held with them: 1,640 are left to fill. */
static void test_old_ones_end(void **state)
{
	made_up_host_init(&made);
	made_up_host_closes(&made, 60, 6);
	made.pair.time_wait += 900;
	made.pair.held[0] += 450;
	made.pair.held[1] += 450;
	made.ending[6][0] = made.ending[6][1] = 450;
	struct forecast forecast = foretell();
	is_about(forecast.exhausted_in_s, (2000 - 360) / 60.0, 0.2);
}

static void test_slow(void **state)
{
	made_up_host_init(&made);
	made_up_host_closes(&made, 60, 30);
	struct forecast forecast = foretell();
	assert_true(forecast.cliff_in_s == 0);
	is_about(forecast.slow_since_s, 30 - 16.7, 0.2);
	is_about(forecast.exhausted_in_s, 3.3, 0.2);
}

/* Nothing can be made any more, so the rate says nothing. */
static void test_exhausted(void **state)
{
	made_up_host_init(&made);
	made_up_host_closes(&made, 400, 50);
	made.pair.made[0] = 0;
	struct forecast forecast = foretell();
	assert_true(forecast.exhausted_in_s == 0);
	assert_true(isnan(forecast.levels_off_at));
	assert_true(forecast.rate_per_s == 0);
}

static void test_never_both(void **state)
{
	for (double rate = 1; rate < 200; rate *= 1.1)
		for (double seconds = 1; seconds < 100; seconds += 7) {
			made_up_host_init(&made);
			made_up_host_closes(&made, rate, seconds);
			struct forecast forecast = foretell();
			assert_int_equal(isnan(forecast.exhausted_in_s) != 0,
				isnan(forecast.levels_off_at) == 0);
		}
}

static void test_reuse(void **state)
{
	made_up_host_init(&made);
	made_up_host_closes(&made, 60, 6);
	made.space.settings.tw_reuse = 1;
	struct forecast forecast = foretell();
	assert_true(forecast.reuses);
	assert_int_equal(forecast.held, 60);
	is_about(forecast.lasts_per_s, 2000, 0.1);
	assert_true(isnan(forecast.exhausted_in_s));
	/* Without timestamps the setting does nothing. */
	made.space.settings.timestamps = 0;
	assert_false(foretell().reuses);
}

/* 2, the default, is for loopback alone. */
static void test_reuse_of_loopback(void **state)
{
	made_up_host_init(&made);
	assert_false(foretell().reuses);
	inet_pton(AF_INET, "127.0.0.1", made.pair.destination.words);
	assert_true(foretell().reuses);
	inet_pton(AF_INET6, "2001:db8::1", made.pair.source.words);
	inet_pton(AF_INET6, "2001:db8::2", made.pair.destination.words);
	made.pair.is_ipv6 = true;
	assert_false(foretell().reuses);
	inet_pton(AF_INET6, "::1", made.pair.destination.words);
	assert_true(foretell().reuses);
	/* An IPv6 address may begin as loopback does in IPv4. */
	inet_pton(AF_INET6, "7f00::1", made.pair.destination.words);
	assert_false(foretell().reuses);
}

/* Open connections end at no known time. */
static void test_live(void **state)
{
	made_up_host_init(&made);
	made.pair.live = made.pair.held[0] = made.pair.held_young[0] = 1500;
	assert_true(foretell().levels_off_at == 1500);
	made_up_host_closes(&made, 10, 6);
	struct forecast forecast = foretell();
	is_about(forecast.exhausted_in_s, 44, 1);
	is_about(forecast.lasts_per_s, 500 / 62.048, 0.01);
}

static void test_choice(void **state)
{
	struct port_range *ports = &made.space.settings.ports;
	made_up_host_init(&made);
	made.pair.held[0] = 300;
	assert_int_equal(forecast_choice(&made.pair, ports), CHOICE_CONNECT);
	made.pair.held[0] = 10;
	made.pair.held[1] = 290;
	assert_int_equal(forecast_choice(&made.pair, ports), CHOICE_BIND);
	made.pair.held[0] = 150;
	made.pair.held[1] = 150;
	assert_int_equal(forecast_choice(&made.pair, ports), CHOICE_OTHER);
	assert_true(isnan(foretell().cliff_in_s));
	/* The first parity is full, so connect(2) had to go on to the other. */
	made.pair.held[0] = 1000;
	made.pair.held[1] = 900;
	assert_int_equal(forecast_choice(&made.pair, ports), CHOICE_CONNECT);
	/* Too few to tell. */
	made.pair.held[0] = 1;
	made.pair.held[1] = 14;
	assert_int_equal(forecast_choice(&made.pair, ports), CHOICE_CONNECT);
}

static void test_nothing(void **state)
{
	made_up_host_init(&made);
	struct forecast forecast = foretell();
	assert_true(forecast.levels_off_at == 0);
	assert_true(isnan(forecast.exhausted_in_s));
	assert_true(isnan(forecast.cliff_in_s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs_out),
		cmocka_unit_test(test_levels_off),
		cmocka_unit_test(test_half_is_never_held),
		cmocka_unit_test(test_border),
		cmocka_unit_test(test_old_ones_end),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_exhausted),
		cmocka_unit_test(test_never_both),
		cmocka_unit_test(test_reuse),
		cmocka_unit_test(test_reuse_of_loopback),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
