/* Thresholds: what is crossed, what is said of it, how numbers are read, and what is refused. */
#include "bench/report/overview_columns.h"
#include "bench/result/metric.h"
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

/* The hop behind a proxy, of one strategy or of each. */
static void test_upstream(void **state)
{
	static const struct {
		const char *text, *strategy;
		bool is_upstream, is_refused;
	} cases[] = {
		{"upstream.rate_per_s < 1", "", true, false},
		{"reset.upstream.rate_per_s < 1", "reset", true, false},
		{"reset.upstream.latency.p99 < 1ms", "reset", true, false},
		{"rate_per_s < 1", "", false, false},
		{"reset.rate_per_s < 1", "reset", false, false},
		{"upstream.rate < 1", "", true, true},
		{"upstream < 1", "", false, true},
		{"upstream.graceful.rate_per_s < 1", "", true, true},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct threshold threshold;
		struct error error = {0};
		int parsed = threshold_parse(&threshold, cases[i].text, strategies, 2, &error);
		print_message("%s: %s\n", cases[i].text, error.text);
		assert_int_equal(parsed, cases[i].is_refused ? -1 : 0);
		if (cases[i].is_refused)
			continue;
		assert_string_equal(threshold.strategy, cases[i].strategy);
		assert_int_equal(threshold.is_upstream, cases[i].is_upstream);
	}
}

/* A strategy may be named so. */
static void test_a_strategy_named_upstream(void **state)
{
	static const char *const names[] = {"upstream"};
	struct threshold threshold;
	struct error error = {0};
	assert_int_equal(
		threshold_parse(&threshold, "upstream.rate_per_s < 1", names, 1, &error), 0);
	assert_string_equal(threshold.strategy, "upstream");
	assert_false(threshold.is_upstream);
}

static double limit_of_metric(const char *metric, const char *number)
{
	char text[128];
	struct threshold threshold;
	struct error error = {0};
	snprintf(text, sizeof(text), "graceful.%s < %s", metric, number);
	return threshold_parse(&threshold, text, strategies, 2, &error) == 0 ? threshold.limit
									     : NAN;
}

/* Worked by hand: each limit in the unit that its metric has. */
static void test_units(void **state)
{
	static const struct {
		const char *metric, *text;
		double value;
	} good[] = {
		{"total_us_p99", "5ms", 5000},
		{"total_us_p99", "5 ms ", 5000},
		{"total_us_p99", "1.001s", 1001000},
		{"total_us_p99", "250us", 250},
		{"total_us_p99", "250", 250},
		{"total_us_p99", "1500ns", 1.5},
		{"total_us_p99", "2k", 2000},
		{"latency_us.connect.p50", "0.5ms", 500},
		{"duration_s", "2500ms", 2.5},
		{"duration_s", "2m", 120},
		{"duration_s", "2min", 120},
		{"duration_s", "1h", 3600},
		{"duration_s", "1.5s", 1.5},
		{"sampler_cost_ms", "1s", 1000},
		{"rate_per_s", "10k/s", 10000},
		{"rate_per_s", "10/s", 10},
		{"rate_per_s", "10 1/s", 10},
		{"ports_peak_in_use", "100 ports", 100},
		{"bytes.received", "3M", 3e6},
	};
	static const struct {
		const char *metric, *text;
	} bad[] = {{"rate_per_s", "5ms"}, {"rate_per_s", "5%"}, {"rate_per_s", "5x/s"},
		{"total_us_p99", "5/s"}, {"total_us_p99", "5 m s"}, {"total_us_p99", "5mss"},
		{"total_us_p99", "5 ms 3"}, {"duration_s", "2 M s"},
		{"segments_per_connection", "5s"}, {"bytes.received", "3s"}};
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		double found = limit_of_metric(good[i].metric, good[i].text);
		if (!(fabs(found - good[i].value) <= 0))
			fail_msg("%s of %s is %.17g", good[i].text, good[i].metric, found);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!isnan(limit_of_metric(bad[i].metric, bad[i].text)))
			fail_msg("%s of %s was taken", bad[i].text, bad[i].metric);
}

static void test_short_names(void **state)
{
	static const struct {
		const char *typed, *path;
	} rows[] = {
		{"latency.p99", "latency_us.total.p99"},
		{"latency.connect.p50", "latency_us.connect.p50"},
		{"latency_us.total.p99", "latency_us.total.p99"},
		{"total_us_p50", "latency_us.total.p50"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct metric *metric = metric_find(rows[i].typed, NULL);
		assert_non_null(metric);
		assert_string_equal(metric->path, rows[i].path);
	}
	assert_null(metric_find("latency.p98", NULL));
	assert_null(metric_find("latency.", NULL));
	assert_null(metric_find("latency", NULL));
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
		"{\"strategy\": \"reset\", \"valid\": true, \"rate_per_s\": 50},"
		"{\"strategy\": \"reset\", \"valid\": false, \"loss\": {\"exhausted_s\": 2.5, "
		"\"lost_share\": 0.04}},"
		"{\"strategy\": \"reset\", \"valid\": false, \"loss\": {\"exhausted_s\": 3.5, "
		"\"lost_share\": 0.08}},"
		"{\"strategy\": \"graceful\", \"valid\": false, \"loss\": {\"exhausted_s\": "
		"null, \"lost_share\": 0}},"
		"{\"strategy\": \"reset\", \"valid\": true, \"exchanges_per_s\": 80, "
		"\"exchanges_at_most\": true},"
		"{\"strategy\": \"graceful\", \"valid\": true, \"exchanges_per_s\": 80}]}",
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
		"threshold crossed: graceful.rate_per_s < 250: it is 200/s, 50 below (20 %)\n");
	says("reset.rate_per_s > 40", STATUS_THRESHOLD,
		"threshold crossed: reset.rate_per_s > 40: it is 50/s, 10 above (25 %)\n");
	/* Without an exponent, where rounding makes one more digit, too. */
	says("graceful.rate_per_s < 1M", STATUS_THRESHOLD,
		"threshold crossed: graceful.rate_per_s < 1M: it is 200/s, 999800 below (100 %)\n");
	says("graceful.rate_per_s < 10199.6", STATUS_THRESHOLD,
		"threshold crossed: graceful.rate_per_s < 10199.6: it is 200/s, 10000 below (98 "
		"%)\n");
	says("graceful.rate_per_s > 0.001", STATUS_THRESHOLD,
		"threshold crossed: graceful.rate_per_s > 0.001: it is 200/s, 200 above (19999900 "
		"%)\n");
	says("reset.rate_per_s > -40", STATUS_THRESHOLD,
		"threshold crossed: reset.rate_per_s > -40: it is 50/s, 90 above (225 %)\n");
	says("reset.rate_per_s > 0", STATUS_THRESHOLD,
		"threshold crossed: reset.rate_per_s > 0: it is 50/s, 50 above\n");
	says("reset.rate_per_s == 50", STATUS_THRESHOLD,
		"threshold crossed: reset.rate_per_s == 50: it is 50/s\n");
	says("reset.total_us_p50 > 1", STATUS_FAILED,
		"threshold not judged: reset.total_us_p50 > 1: no valid trial has this value\n");
}

/* Of an upper bound of 80/s it is known where the value is not, and alone that. */
static void test_upper_bounds(void **state)
{
	static const char unknown[] =
		": its value is known as an upper bound alone (loader-overcounts)\n";
	static const struct {
		const char *text;
		enum status status;
	} rows[] = {
		{"reset.exchanges_per_s < 81", STATUS_THRESHOLD},
		{"reset.exchanges_per_s < 80", STATUS_FAILED},
		{"reset.exchanges_per_s <= 80", STATUS_THRESHOLD},
		{"reset.exchanges_per_s <= 79", STATUS_FAILED},
		{"reset.exchanges_per_s > 80", STATUS_OK},
		{"reset.exchanges_per_s > 79", STATUS_FAILED},
		{"reset.exchanges_per_s >= 81", STATUS_OK},
		{"reset.exchanges_per_s >= 80", STATUS_FAILED},
		{"reset.exchanges_per_s == 80", STATUS_FAILED},
		{"reset.exchanges_per_s != 80", STATUS_FAILED},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char said[300] = "";
		if (judged(rows[i].text, NULL, said, sizeof(said)) != rows[i].status)
			fail_msg("%s: \"%s\"", rows[i].text, said);
		assert_int_equal(rows[i].status == STATUS_FAILED, strstr(said, unknown) != NULL);
	}
	says("reset.exchanges_per_s < 100", STATUS_THRESHOLD,
		"threshold crossed: reset.exchanges_per_s < 100: it is at most 80/s, 20 below (20 "
		"%)\n");
	says("graceful.exchanges_per_s > 79", STATUS_THRESHOLD,
		"threshold crossed: graceful.exchanges_per_s > 79: it is 80/s, 1 above (1.27 %)\n");
}

/* A metric without a strategy is each strategy's; graceful has 200/s, reset 50/s. */
static void test_each_strategy(void **state)
{
	says("rate_per_s < 100", STATUS_THRESHOLD,
		"threshold crossed: rate_per_s < 100: reset: it is 50/s, 50 below (50 %)\n");
	says("rate_per_s > 100", STATUS_THRESHOLD,
		"threshold crossed: rate_per_s > 100: graceful: it is 200/s, 100 above (100 "
		"%)\n");
	says("rate_per_s < 50", STATUS_OK, "");
	says("latency.p99 > 1ms", STATUS_FAILED,
		"threshold not judged: latency.p99 > 1ms: graceful: no valid trial has this "
		"value\n"
		"threshold not judged: latency.p99 > 1ms: reset: no valid trial has this value\n");
}

/* What was lost is judged of invalid trials, too; a time that never came is later than any. */
static void test_what_was_lost(void **state)
{
	says("reset.exhausted_s < 5s", STATUS_THRESHOLD,
		"threshold crossed: reset.exhausted_s < 5s: it is 3 s, 2 below (40 %)\n");
	says("reset.exhausted_s < 3000ms", STATUS_OK, "");
	says("reset.lost_share > 5%", STATUS_THRESHOLD,
		"threshold crossed: reset.lost_share > 5%: it is 0.06, 0.01 above (20 %)\n");
	says("reset.lost_share > 0.07", STATUS_OK, "");
	says("graceful.exhausted_s < 1h", STATUS_OK, "");
	says("graceful.exhausted_s > 1h", STATUS_THRESHOLD,
		"threshold crossed: graceful.exhausted_s > 1h: it never came to that\n");
	says("graceful.lost_share > 0", STATUS_OK, "");
	says("reset.refused_share > 0", STATUS_FAILED,
		"threshold not judged: reset.refused_share > 0: no trial has this value\n");
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
	refused("graceful.p99 < 1", "did you mean total_us_p99?");
	refused("graceful.p98 < 1", "teardown list --metrics shows them all");
	refused("graceful.rate_per_z < 1", "did you mean rate_per_s?");
	refused("graceful.rate_per_s 1", "needs one of < <= > >= == !=");
	refused("graceful.rate_per_s =< 1", "needs one of < <= > >= == !=");
	refused("graceful.rate_per_s <>= 1", "needs one of < <= > >= == !=");
	refused("rate_per_z < 1", "no metric \"rate_per_z\"; did you mean rate_per_s?");
	refused("lost > 0", "no metric \"lost\"");
	refused("lost > 0", "those with this word are lost_share");
	refused("gracefull > 0", "no strategy \"gracefull\" here; did you mean graceful?");
	refused("nonsense.rate_per_s > 0", "no strategy \"nonsense\" here");
	refused("graceful.rate_per_s < 5ms", "at character 24, \"ms\": is a time");
	refused("graceful.total_us_p99 < 5%", "\"%\": is a share");
	refused("latency.p99 < 5 parsecs", "\"parsecs\": needs a number");
	refused("graceful.rate_per_s <", "at its end: needs a number");
}

/* Each column of the table is a metric, or one is named that tells the same, and exists. */
static void test_columns_of_the_table(void **state)
{
	for (size_t i = 0; i < overview_column_count; i++) {
		struct error error = {0};
		if (metric_find(overview_columns[i].name, &error))
			continue;
		const char *beside = strstr(error.text, "numbers are ");
		if (!strstr(error.text, "did you mean ") && !beside)
			fail_msg("%s", error.text);
		if (!beside || strcmp(overview_columns[i].name, "strategy") == 0)
			continue;
		char *names = strdup(beside + strlen("numbers are ")), *rest = names, *name;
		while ((name = strtok_r(rest, ", ", &rest)))
			if (!metric_find(name, NULL))
				fail_msg("no metric %s", name);
		free(names);
	}
	refused("time_wait_at == 0",
		"\"time_wait_at == 0\": no metric \"time_wait_at\": that column of the table is no "
		"number; numbers are server_time_wait_per_connection");
	refused("time_wait == 0", "no metric \"time_wait\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_upstream),
		cmocka_unit_test(test_a_strategy_named_upstream),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_short_names),
		cmocka_unit_test(test_each_strategy),
		cmocka_unit_test(test_what_was_lost),
		cmocka_unit_test(test_operators),
		cmocka_unit_test(test_what_is_said),
		cmocka_unit_test(test_worst),
		cmocka_unit_test(test_upper_bounds),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_columns_of_the_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
