/* Thresholds: what is crossed, what is said of it, how numbers are read, and what is refused. */
#include "bench/result/threshold.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const strategies[] = {"graceful", "reset"};

static double limit_of(const char *number)
{
	char text[128];
	struct threshold threshold;
	struct error error = {0};
	snprintf(text, sizeof(text), "graceful.rate_per_s < %s", number);
	return threshold_parse(&threshold, text, strategies, 2, &error) == 0 ? threshold.limit
									     : NAN;
}

static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		double value;
	} good[] = {{"10000", 10000}, {"10k", 10000}, {"2K", 2000}, {"1.5M", 1500000}, {"3G", 3e9},
		{"0.25", 0.25}, {"-7", -7}, {"-2.5k", -2500}, {"1.001k", 1001}, {"5.", 5},
		{"6 ", 6}};
	static const char *const bad[] = {
		"", "k", ".5", "1e3", "0x10", "1kk", "inf", "nan", "--1", "1 2", "1T", "- 1"};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!(fabs(limit_of(good[i].text) - good[i].value) <= 0))
			fail_msg("%s is %.17g", good[i].text, limit_of(good[i].text));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!isnan(limit_of(bad[i])))
			fail_msg("\"%s\" is %g", bad[i], limit_of(bad[i]));
}

/* Two strategies: the medians of rate_per_s are 200 and 50; graceful has an invalid trial. */
static json_t *result_make(void)
{
	json_t *result = json_loads(
		"{\"summary\": [{\"strategy\": \"graceful\"}, {\"strategy\": \"reset\"}], "
		"\"trials\": [{\"strategy\": \"graceful\", \"valid\": true, \"rate_per_s\": 100},"
		"{\"strategy\": \"graceful\", \"valid\": true, \"rate_per_s\": 300},"
		"{\"strategy\": \"graceful\", \"valid\": true, \"rate_per_s\": 200},"
		"{\"strategy\": \"graceful\", \"valid\": false, \"rate_per_s\": 9000},"
		"{\"strategy\": \"graceful\", \"valid\": false, \"rate_per_s\": 9000},"
		"{\"strategy\": \"reset\", \"valid\": true, \"rate_per_s\": 50}]}",
		0, NULL);
	assert_non_null(result);
	return result;
}

/* Judges up to two thresholds; what was printed is in `said`. */
static enum status judged(const char *first, const char *second, char *said, size_t size)
{
	struct option_list texts = {.count = second ? 2 : 1, .items = {first, second}};
	struct error error = {0};
	json_t *result = result_make();
	FILE *out = fmemopen(said, size, "w");
	enum status status = thresholds_judge(&texts, result, out, &error);
	fclose(out);
	json_decref(result);
	return status;
}

static void test_operators(void **state)
{
	static const struct {
		const char *text;
		bool crossed;
	} cases[] = {
		{"graceful.rate_per_s < 200", false},
		{"graceful.rate_per_s < 201", true},
		{"graceful.rate_per_s <= 200", true},
		{"graceful.rate_per_s <= 199", false},
		{"graceful.rate_per_s > 200", false},
		{"graceful.rate_per_s > 199", true},
		{"graceful.rate_per_s >= 200", true},
		{"graceful.rate_per_s >= 201", false},
		{"graceful.rate_per_s == 200", true},
		{"graceful.rate_per_s == 201", false},
		{"graceful.rate_per_s != 200", false},
		{"graceful.rate_per_s != 201", true},
		{" reset.rate_per_s<51 ", true},
	};
	char said[300];
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(said, 0, sizeof(said));
		enum status status = judged(cases[i].text, NULL, said, sizeof(said));
		if (status != (cases[i].crossed ? STATUS_THRESHOLD : STATUS_OK) ||
			cases[i].crossed != (said[0] != '\0'))
			fail_msg("%s: status %d, \"%s\"", cases[i].text, status, said);
	}
}

static void says(const char *text, enum status wanted_status, const char *wanted)
{
	char said[300] = "";
	assert_int_equal(judged(text, NULL, said, sizeof(said)), wanted_status);
	assert_string_equal(said, wanted);
}

static void test_what_is_said(void **state)
{
	says("graceful.rate_per_s < 250", STATUS_THRESHOLD,
		"threshold crossed: graceful.rate_per_s < 250: it is 200, 50 below (20 %)\n");
	says("reset.rate_per_s > 40", STATUS_THRESHOLD,
		"threshold crossed: reset.rate_per_s > 40: it is 50, 10 above (25 %)\n");
	says("reset.rate_per_s > -40", STATUS_THRESHOLD,
		"threshold crossed: reset.rate_per_s > -40: it is 50, 90 above (225 %)\n");
	says("reset.rate_per_s > 0", STATUS_THRESHOLD,
		"threshold crossed: reset.rate_per_s > 0: it is 50, 50 above\n");
	says("reset.rate_per_s == 50", STATUS_THRESHOLD,
		"threshold crossed: reset.rate_per_s == 50: it is 50\n");
	says("reset.total_us_p50 > 1", STATUS_FAILED,
		"threshold not judged: reset.total_us_p50 > 1: no valid trial has this value\n");
}

/* The worst of all counts, in whichever order they are asked. */
static void test_worst(void **state)
{
	static const char held[] = "reset.rate_per_s < 1", crossed[] = "reset.rate_per_s > 1",
			  unknown[] = "reset.total_us_p50 > 1";
	char said[600];
	assert_int_equal(judged(held, crossed, said, sizeof(said)), STATUS_THRESHOLD);
	assert_int_equal(judged(crossed, held, said, sizeof(said)), STATUS_THRESHOLD);
	assert_int_equal(judged(unknown, held, said, sizeof(said)), STATUS_FAILED);
	assert_int_equal(judged(crossed, unknown, said, sizeof(said)), STATUS_THRESHOLD);
	assert_int_equal(judged(held, "reset.rate_per_s <", said, sizeof(said)), STATUS_USAGE);
}

static void refused(const char *text, const char *wanted)
{
	struct threshold threshold;
	struct error error = {0};
	assert_int_equal(threshold_parse(&threshold, text, strategies, 2, &error), -1);
	assert_int_equal(error.status, STATUS_USAGE);
	if (!strstr(error.text, wanted))
		fail_msg("%s: \"%s\" has no \"%s\"", text, error.text, wanted);
}

static void test_refusals(void **state)
{
	refused("", "at its end: needs STRATEGY.METRIC");
	refused("gracefull.rate_per_s < 1", "at character 1, \"gracefull.rate_per_s < 1\"");
	refused("gracefull.rate_per_s < 1", "did you mean graceful?");
	refused("zzzzzzzzzz.rate_per_s < 1", "here, but graceful and others");
	refused("graceful < 1", "at character 9, \" < 1\": needs a dot and a metric");
	refused("graceful. < 1", "needs a metric");
	refused("graceful.rate_per_z < 1", "did you mean rate_per_s?");
	refused("graceful.rate_per_s 1", "needs one of < <= > >= == !=");
	refused("graceful.rate_per_s =< 1", "needs one of < <= > >= == !=");
	refused("graceful.rate_per_s <>= 1", "needs one of < <= > >= == !=");
	refused("graceful.rate_per_s <", "at its end: needs a number");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_operators),
		cmocka_unit_test(test_what_is_said),
		cmocka_unit_test(test_worst),
		cmocka_unit_test(test_refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
