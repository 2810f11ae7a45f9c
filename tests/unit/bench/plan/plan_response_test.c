/* Round trips of responses, as measured on Linux 6.18 with --rtt 100ms: 10 KB took 1.0 of them, 20
 * KB 2.0, 50 KB 3.1, 200 KB 5.2, 1 MB 7.4, 5 MB 10.0. Segments are the server's, with its 124 bytes
 * of head, handshake and close taken off. */
#include "bench/plan/plan_response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_one_request(void **state)
{
	static const struct {
		double bytes, trips, segments;
	} rows[] = {
		{0, 1, 1},
		{1, 1, 1},
		{1448, 1, 1},
		{1449, 1, 2},
		{10124, 1, 7},
		{14480, 1, 10},
		{14481, 2, 11},
		{20124, 2, 14},
		{50124, 3, 35},
		{200124, 5, 139},
		{1000124, 7, 691},
		{5000124, 10, 3454},
		{1e12, 27, 690607735},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_response response = plan_response_of(rows[i].bytes, 1);
		if (response.last_trips != rows[i].trips ||
			response.extra_trips != rows[i].trips - 1 ||
			response.segments != rows[i].segments)
			fail_msg("%g bytes: %g trips, %g segments", rows[i].bytes,
				response.last_trips, response.segments);
	}
}

/* 35 segments: 10, 20 and 5 of 40; then 35 of 40. Of 139: 10, 20, 40, 45 and 24 of 90; 90 and 49
 * of 180; then all at once. */
static void test_windows_stay_grown(void **state)
{
	struct plan_response response = plan_response_of(50000, 2);
	assert_true(response.extra_trips == 2 && response.last_trips == 1);
	assert_true(plan_response_of(50000, 1e9).extra_trips == 2);
	response = plan_response_of(200000, 2);
	assert_true(response.extra_trips == 5 && response.last_trips == 2);
	response = plan_response_of(200000, 3);
	assert_true(response.extra_trips == 5 && response.last_trips == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_request),
		cmocka_unit_test(test_windows_stay_grown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
