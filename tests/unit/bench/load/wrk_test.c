/* What wrk 4.1.0 writes, as it was recorded, and what is read of it. */
#include "bench/load/wrk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HEAD                                                                                       \
	"Running 1s test @ http://198.18.0.1:8080/\n"                                              \
	"  1 threads and 64 connections\n"                                                         \
	"  Thread Stats   Avg      Stdev     Max   +/- Stdev\n"
#define QUIET                                                                                      \
	HEAD "    Latency   990.00us    1.24ms  12.42ms   92.93%\n"                                \
	     "    Req/Sec    56.79k    16.55k   67.62k    80.00%\n"                                \
	     "  Latency Distribution\n"                                                            \
	     "     50%  675.00us\n"                                                                \
	     "     75%  755.00us\n"                                                                \
	     "     90%    1.48ms\n"                                                                \
	     "     99%    1.72s \n"                                                                \
	     "  56536 requests in 1.01m, 12.46MB read\n"
#define TAIL                                                                                       \
	"Requests/sec:  56445.97\n"                                                                \
	"Transfer/sec:     12.44MB\n"

static void test_figures(void **state)
{
	static const double latencies[WRK_LATENCIES] = {990, 1240, 12420, 675, 755, 1480, 1720000};
	struct wrk_report report;
	assert_int_equal(wrk_parse(QUIET TAIL, &report), 0);
	assert_int_equal(report.requests, 56536);
	assert_float_equal(report.duration_s, 60.6, 1e-6);
	assert_float_equal(report.requests_per_s, 56445.97, 1e-6);
	for (int i = 0; i < WRK_LATENCIES; i++)
		assert_float_equal(report.latency_us[i], latencies[i], 1e-6);
	for (int i = 0; i < WRK_ERRORS; i++)
		assert_int_equal(report.errors[i], 0);
	assert_int_equal(report.refused, 0);
}

static void test_errors(void **state)
{
	struct wrk_report report;
	assert_int_equal(wrk_parse(QUIET "  Socket errors: connect 20, read 3, write 2, timeout 1\n"
					 "  Non-2xx or 3xx responses: 7\n" TAIL,
				 &report),
		0);
	for (int i = 0; i < WRK_ERRORS; i++)
		assert_int_equal(report.errors[i], i == 0 ? 20 : 4 - i);
	assert_int_equal(report.refused, 7);
}

/* Whatever is cut off, what is left is no report. */
static void test_cut_short(void **state)
{
	static const char whole[] = QUIET TAIL;
	struct wrk_report report;
	char text[sizeof(whole)];
	size_t end = (size_t)(strstr(whole, "Requests/sec:  5") - whole);
	for (size_t size = 0; size <= end; size++) {
		memcpy(text, whole, size);
		text[size] = '\0';
		assert_int_equal(wrk_parse(text, &report), -1);
	}
	assert_int_equal(wrk_parse(whole + sizeof(HEAD) + 60, &report), -1);
	assert_int_equal(
		wrk_parse("unable to connect to 198.18.0.1:8080 Connection refused\n", &report),
		-1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_cut_short),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
