/* Forecasts worked out by hand. */
#include "bench/judge/runway.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define LIFE 62.048 /* the longest at HZ 250 */

static void test_forecasts(void **state)
{
	static const struct {
		const char *name;
		struct runway_terms terms;
		double held_after_s, lasts_per_s, slow_from_per_s; /* NAN: never */
	} rows[] = {
		{"the default range", {28232, 600, 1, LIFE, 0, true}, 47.0533, 455.003, 227.501},
		{"just what lasts", {28232, 455, 1, LIFE, 0, true}, NAN, 455.003, 227.501},
		{"one more", {28232, 456, 1, LIFE, 0, true}, 61.9123, 455.003, 227.501},
		{"2,000 ports, 32/s", {2000, 32, 1, LIFE, 0, true}, NAN, 32.2331, 16.1166},
		{"2,000 ports, 33/s", {2000, 33, 1, LIFE, 0, true}, 60.6061, 32.2331, 16.1166},
		{"three addresses", {3 * 28232, 600, 1, LIFE, 0, true}, NAN, 1365.01, 682.504},
		{"reuse after a second", {28232, 30000, 1, 1, 0, true}, 0.941067, 28232, 14116},
		{"reuse after 50 ms", {28232, 30000, 1, 0.05, 0, true}, NAN, 564640, 282320},
		{"IP_LOCAL_PORT_RANGE", {28232, 600, 1, LIFE, 0, false}, 47.0533, 455.003, NAN},
		{"half leave one", {28232, 600, 0.5, LIFE, 0, true}, NAN, 910.006, 455.003},
		{"open for 10 s", {28232, 600, 1, LIFE, 10, true}, 47.0533, 391.850, 195.925},
		/* 1,000 are open; of those that close a quarter holds its port on: 1 + 9000 / 250.
		 */
		{"a quarter leaves one", {10000, 1000, 0.25, LIFE, 1, true}, 37, 605.62, 302.81},
		{"open for longer than ports last", {1000, 500, 1, LIFE, 10, false}, 2, 13.8797,
			NAN},
		{"reserved ports", {400, 100, 1, LIFE, 0, true}, 4, 6.44662, 3.22331},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct runway r = runway_of(&rows[i].terms);
		double found[] = {r.held_after_s, r.lasts_per_s, r.slow_from_per_s};
		double wanted[] = {
			rows[i].held_after_s, rows[i].lasts_per_s, rows[i].slow_from_per_s};
		for (size_t f = 0; f < 3; f++)
			if (isnan(found[f]) != isnan(wanted[f]) ||
				fabs(found[f] - wanted[f]) > 1e-4 * wanted[f])
				fail_msg("%s: figure %zu is %g, not %g", rows[i].name, f, found[f],
					wanted[f]);
		assert_true(r.ports == rows[i].terms.ports);
		assert_true(r.rate_per_s == rows[i].terms.rate_per_s);
	}
}

static void test_no_runway(void **state)
{
	static const struct runway_terms none[] = {
		{28232, 600, 0, LIFE, 1, true},
		{28232, 0, 1, LIFE, 1, true},
		{28232, 600, NAN, LIFE, 1, true},
		{28232, NAN, 1, LIFE, 1, true},
		{0, 600, 1, LIFE, 1, true},
		{28232, 600, 1, 0, 1, true},
	};
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct runway r = runway_of(&none[i]);
		assert_true(isnan(r.ports) && isnan(r.rate_per_s) && isnan(r.held_after_s));
		assert_true(isnan(r.lasts_per_s) && isnan(r.slow_from_per_s));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forecasts),
		cmocka_unit_test(test_no_runway),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
