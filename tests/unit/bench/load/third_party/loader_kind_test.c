/* What loaders print is read: whole outputs of tests/data/loaders, by name. */
#include "bench/load/third_party/loader_kind.h"
#include "bench/load/third_party/output_line.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define U NAN /* unknown: the loader does not say it */
#define NO_LATENCIES                                                                               \
	{                                                                                          \
		U, U, U, U, U, U, U, U                                                             \
	}

extern const struct loader_kind loader_kind_skeleton;
static const char *folder;

/* To be released with free. */
static char *output_of(const char *name)
{
	char path[512];
	char *text = calloc(1, 65536);
	snprintf(path, sizeof(path), "%s/%s.txt", folder, name);
	FILE *file = fopen(path, "r");
	if (!file || !text)
		fail_msg("%s cannot be read", path);
	assert_true(fread(text, 1, 65535, file) > 0);
	fclose(file);
	return text;
}

static const struct {
	const char *output, *kind; /* NULL: nobody's that is known */
	double requests, requests_per_s, non_success;
	double errors[LOADER_ERRORS];        /* connect, read, write, timeout, other */
	double latency_us[LOADER_LATENCIES]; /* mean, stdev, max, p50, p75, p90, p95, p99 */
} rows[] = {
	{"wrk", "wrk", 50493, 50488.25, 0, {0, 0, 0, 0, U},
		{534.66, 1590, 14190, 61, 101, 1520, U, 9500}},
	{"wrk-errors", "wrk", 0, 0, 0, {0, 113, 0, 0, U}, NO_LATENCIES},
	{"wrk-timeout", "wrk", 0, 0, 0, {0, 0, 0, 0, U}, NO_LATENCIES},
	{"wrk-refused", NULL, U, U, U, {U, U, U, U, U}, NO_LATENCIES},
	{"ab", "ab", 400, 5804.84, 0, {0, 0, 0, U, 0}, {689, 900, 5000, 0, 0, 2000, 2000, 5000}},
	{"ab-keepalive", "ab", 400, 29496.35, 0, {0, 0, 0, U, 0},
		{136, 300, 3000, 0, 0, 0, 0, 2000}},
	{"ab-errors", "ab", 20, 10851.87, 0, {0, 0, 0, U, 10}, {184, 100, 0, 0, 0, 0, 0, 0}},
	{"ab-non-2xx", "ab", 20, 13908.21, 20, {0, 0, 0, U, 0}, {144, 0, 0, 0, 0, 0, 0, 0}},
	{"ab-ended", "ab", 0, U, 0, {0, 0, 0, U, 0}, NO_LATENCIES},
	{"ab-hung", NULL, U, U, U, {U, U, U, U, U}, NO_LATENCIES},
	{"h2load", "h2load", 400, 42918.45, 0, {U, U, U, 0, 0}, {83, 226, 2310, U, U, U, U, U}},
	{"h2load-errors", "h2load", 0, 0, 0, {U, U, U, 0, 20}, NO_LATENCIES},
	{"h2load-non-2xx", "h2load", 20, 2122.02, 20, {U, U, U, 0, 0},
		{860, 1860, 6250, U, U, U, U, U}},
	{"hey", "hey", 400, 29904.4739, 0, {0, 0, 0, 0, 0},
		{100, U, 2300, 100, 100, 200, 300, 800}},
	{"hey-non-2xx", "hey", 20, 6528.9728, 20, {0, 0, 0, 0, 0},
		{300, U, 900, 200, 400, 500, 900, U}},
	{"hey-errors", "hey", 1981, 4977.1649, 0, {3, 0, 0, 0, 0},
		{12200, U, 75800, 7900, 14300, 25900, 36900, 69500}},
	{"hey-refused", "hey", 0, 13520.7215, 0, {20, 0, 0, 0, 0}, NO_LATENCIES},
	{"hey-timeout", "hey", 0, 1.9882, 0, {0, 0, 0, 4, 0}, NO_LATENCIES},
	{"siege", "siege", 400, 8000, U, {0, 0, 0, 0, 0}, {0, U, 10000, U, U, U, U, U}},
	{"siege-errors", "siege", 20, 90.91, U, {0, 20, 0, 0, 0}, {20000, U, 50000, U, U, U, U, U}},
	{"siege-refused", "siege", 0, 0, U, {20, 0, 0, 0, 0}, NO_LATENCIES},
	{"siege-before-4.0.5", "siege", 400, 8000, U, {0, 0, 0, 0, 2},
		{20000, U, 70000, U, U, U, U, U}},
	{"siege-timeout", "siege", 0, 0, U, {0, 0, 0, 0, 0}, NO_LATENCIES},
	{"k6", "k6", 45, 6.56109, U, {U, U, U, U, 3},
		{140360, U, 62500000, 140960, U, 146880, 148210, U}},
	{"k6-before-1.0", "k6", 180, 4.36938, U, {U, U, U, U, 2},
		{144560, U, 1140000, 110.47, U, 203540, 215950, U}},
	{"h1load", "h1load", 6097, U, U, {U, U, U, U, 3}, NO_LATENCIES},
	{"h1load-percentiles", "h1load", 24000, U, U, {U, U, U, U, 1}, NO_LATENCIES},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void number_is(size_t row, const char *what, double is, double wanted)
{
	bool same = isnan(wanted) ? isnan(is) : fabs(is - wanted) <= 1e-9 * fabs(wanted);
	if (!same)
		fail_msg("%s: %s is %.17g, not %.17g", rows[row].output, what, is, wanted);
}

static void what_each_says(void **state)
{
	for (size_t i = 0; i < ROWS; i++) {
		struct loader_said said;
		char *output = output_of(rows[i].output);
		const struct loader_kind *kind = loader_kind_read(output, &said);
		assert_string_equal(
			kind ? kind->name : "none", rows[i].kind ? rows[i].kind : "none");
		number_is(i, "requests", said.requests, rows[i].requests);
		number_is(i, "requests_per_s", said.requests_per_s, rows[i].requests_per_s);
		number_is(i, "non_success", said.non_success, rows[i].non_success);
		for (size_t e = 0; e < LOADER_ERRORS; e++)
			number_is(i, loader_error_names[e], said.errors[e], rows[i].errors[e]);
		for (size_t l = 0; l < LOADER_LATENCIES; l++)
			number_is(i, loader_latency_names[l], said.latency_us[l],
				rows[i].latency_us[l]);
		free(output);
	}
}

/* No output is taken for another's, and each kind has one. */
static void each_kind_knows_its_own(void **state)
{
	for (size_t k = 0; k < loader_kind_count; k++) {
		bool met = false;
		for (size_t i = 0; i < ROWS; i++) {
			struct loader_said said = {.requests = NAN, .requests_per_s = NAN};
			char *output = output_of(rows[i].output);
			bool own = rows[i].kind && strcmp(rows[i].kind, loader_kinds[k]->name) == 0;
			for (size_t e = 0; e < LOADER_ERRORS; e++)
				said.errors[e] = NAN;
			if ((loader_kinds[k]->read(output, &said) == 0) != own)
				fail_msg("%s reads %s", loader_kinds[k]->name, rows[i].output);
			met |= own;
			free(output);
		}
		assert_true(met);
	}
}

/* Wherever the output is cut off: it is its own kind's or nobody's, and no number comes from
 * nowhere. */
static void what_is_cut_off(void **state)
{
	for (size_t i = 0; i < ROWS; i++) {
		char *output = output_of(rows[i].output);
		for (size_t size = strlen(output); size-- > 0;) {
			struct loader_said said;
			output[size] = '\0';
			const struct loader_kind *kind = loader_kind_read(output, &said);
			if (kind)
				assert_string_equal(kind->name, rows[i].kind);
			else
				assert_true(isnan(said.requests) && loader_said_errors(&said) == 0);
		}
		free(output);
	}
}

static void other_outputs(void **state)
{
	static const char *const outputs[] = {"", "\n", "done\n", "Requests/sec: 12\n",
		"unable to connect to 198.18.0.1:8080 Connection refused\n",
		"1 2 3 4 5 6 7 8 9 10\n", "http_reqs: 3\n", "http_reqs....: none\n",
		"Complete requests: 10\n", "{ \"transactions\": 4 }\n"};
	for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++) {
		struct loader_said said;
		assert_null(loader_kind_read(outputs[i], &said));
		assert_true(isnan(said.requests) && isnan(said.requests_per_s));
	}
}

/* A number that was not counted is none, and makes nothing of the rest. */
static void numbers_beyond(void **state)
{
	static const struct {
		const char *number;
		double requests; /* NAN: it is no loader's output */
	} numbers[] = {{"0", 0}, {"12", 12}, {"9007199254740991", 9007199254740991.0},
		{"9007199254740992", NAN}, {"99999999999999999999", NAN}, {"1e300", NAN},
		{"inf", NAN}, {"-1", NAN}};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct loader_said said;
		char text[300];
		double wanted = numbers[i].requests;
		snprintf(text, sizeof(text),
			"  Latency 1.00us 1.00us 5.00ms 90%%\n  %s requests in 1.00s, 3.1MB read\n"
			"Requests/sec: 12.5\n",
			numbers[i].number);
		const struct loader_kind *kind = loader_kind_read(text, &said);
		if ((kind == NULL) != (bool)isnan(wanted) || (kind && said.requests != wanted))
			fail_msg("%s: %g requests", numbers[i].number, said.requests);
		assert_true(kind || (isnan(said.requests) && isnan(said.requests_per_s)));
	}
}

/* Nor where an error, a rate or a latency is such a number. */
static void any_number_beyond(void **state)
{
	static const char *const outputs[] = {
		"skip: 1.00us 1.00us 1.00ms\n  5 requests in 1.00s, 3MB read\nRequests/sec: inf\n",
		"  Latency 1us infs 1ms\n  5 requests in 1.00s, 3MB read\nRequests/sec: 5\n",
		"  Latency 1us 1us 1ms\n  5 requests in 1.00s, 3MB read\nRequests/sec: 1e17\n",
		"  Latency 1us 1us 1ms\n  5 requests in 1.00s, 3MB read\nRequests/sec: 5\n"
		"  Socket errors: connect 0, read 99999999999999999, write 0, timeout 0\n",
		"  Latency 1us 1us 1ms\n  5 requests in 1.00s, 3MB read\nRequests/sec: 5\n"
		"  Non-2xx or 3xx responses: -4\n",
	};
	for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++) {
		struct loader_said said;
		if (loader_kind_read(outputs[i], &said))
			fail_msg("is read: %s", outputs[i]);
		assert_true(isnan(said.requests) && loader_said_errors(&said) == 0);
	}
}

static void times(void **state)
{
	static const struct {
		const char *text;
		double us;
	} times[] = {{"1.5us", 1.5}, {"7µs", 7}, {"2ms", 2000}, {"1.2s", 1200000}, {"3m", 180e6},
		{"1h", 3600e6}, {"1m2.5s", 62.5e6}, {"250ns", 0.25}, {"0s", 0}, {"", NAN},
		{"s", NAN}, {"5", NAN}, {"5x", NAN}, {"-1s", NAN}, {"1s5", NAN}};
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		double us = output_line_time_us(times[i].text);
		if (isnan(times[i].us) ? !isnan(us) : fabs(us - times[i].us) > 1e-6)
			fail_msg("%s is %g us", times[i].text, us);
	}
}

static void the_skeleton_reads(void **state)
{
	struct loader_said said = {.requests = NAN};
	assert_int_equal(
		loader_kind_skeleton.read("hello\nskeleton: 7 requests, 2 failed\n", &said), 0);
	assert_true(said.requests == 7 && said.errors[LOADER_OTHER] == 2);
	assert_int_equal(loader_kind_skeleton.read("skeleton: 7 requests\n", &said), -1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_each_says),
		cmocka_unit_test(each_kind_knows_its_own),
		cmocka_unit_test(what_is_cut_off),
		cmocka_unit_test(other_outputs),
		cmocka_unit_test(numbers_beyond),
		cmocka_unit_test(any_number_beyond),
		cmocka_unit_test(times),
		cmocka_unit_test(the_skeleton_reads),
	};
	folder = argc > 1 ? argv[1] : "tests/data/loaders";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
