/* A/A: trials of the same strategy, dealt to two sides at random, must compare as "~". The trials
 * are real ones: tests/data/reduce.py says how they were recorded. */
#include "bench/result/comparison.h"
#include "bench/result/result.h"
#include "common/random.h"

#include "tests/unit/long_tests.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define RUNS 1000
#define STRATEGIES 3

static const char *folder;

/* A shuffled copy: what stands first is a sample without replacement. */
static json_t *shuffle(const json_t *trials, uint64_t *random)
{
	json_t *shuffled = json_copy((json_t *)trials);
	for (size_t left = json_array_size(shuffled); left > 1; left--) {
		size_t other = random_below(random, left);
		json_t *last = json_incref(json_array_get(shuffled, left - 1));
		json_array_set(shuffled, left - 1, json_array_get(shuffled, other));
		json_array_set_new(shuffled, other, last);
	}
	return shuffled;
}

static json_t *take(const json_t *trials, size_t from, size_t count)
{
	json_t *taken = json_array();
	for (size_t i = from; i < from + count; i++)
		json_array_append(taken, json_array_get(trials, i));
	return taken;
}

/* The trials lost nothing, so there is nothing to tell of it. */
static size_t metrics_of_valid_trials(void)
{
	size_t count = 0;
	struct metric_list metrics = metrics_summary();
	for (size_t i = 0; i < metrics.count; i++)
		count += !metrics.items[i].field->of_invalid;
	return count;
}

/* `side` trials against as many, of `strategies` at once. Returns whether every row is "~". */
static bool nothing_is_told(const json_t *trials, size_t side, size_t strategies, uint64_t *random)
{
	struct comparison comparisons[STRATEGIES];
	bool told = false;
	for (size_t s = 0; s < strategies; s++) {
		json_t *shuffled = shuffle(trials, random);
		comparisons[s] = (struct comparison){
			.a_trials = take(shuffled, 0, side),
			.b_trials = take(shuffled, side, side),
			.rows = calloc(metrics_summary().count, sizeof(struct comparison_row)),
		};
		assert_non_null(comparisons[s].rows);
		json_decref(shuffled);
	}
	assert_int_equal(comparison_judge(comparisons, strategies, *random), 0);
	for (size_t s = 0; s < strategies; s++) {
		assert_int_equal(comparisons[s].row_count, metrics_of_valid_trials());
		for (size_t row = 0; row < comparisons[s].row_count; row++)
			told |= comparisons[s].rows[row].told;
		comparison_finish(&comparisons[s]);
	}
	return !told;
}

static json_t *load(const char *name)
{
	char path[4096];
	struct error error;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	json_t *result = result_load(path, &error);
	if (!result)
		fail_msg("%s", error.text);
	return result;
}

static void check_file(const char *name, uint64_t seed)
{
	static const struct {
		size_t side, strategies;
		int runs, quick;
	} shapes[] = {{5, 1, RUNS, RUNS / 20}, {10, 1, RUNS / 5, RUNS / 50},
		{20, 1, RUNS / 10, RUNS / 50}, {5, STRATEGIES, RUNS / 5, RUNS / 50}};
	json_t *result = load(name);
	json_t *trials = json_object_get(result, "trials");
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		int silent = 0, runs = long_or_short(shapes[i].runs, shapes[i].quick);
		for (int run = 0; run < runs; run++)
			silent += nothing_is_told(
				trials, shapes[i].side, shapes[i].strategies, &seed);
		print_message("%s: %zu against %zu, strategies %zu: nothing told in %d of %d\n",
			name, shapes[i].side, shapes[i].side, shapes[i].strategies, silent, runs);
		assert_true(silent * 100 >= runs * 95);
	}
	json_decref(result);
}

static void test_same_against_same(void **state)
{
	const char *given = getenv("SEED");
	uint64_t seed = given ? strtoull(given, NULL, 10) : 1;
	print_message("SEED=%llu\n", (unsigned long long)seed);
	check_file("graceful-quiet.json", seed);
	check_file("graceful-noisy.json", seed);
}

/* A fifth less, on a quiet machine, with five trials a side: it must be found. */
static void test_a_difference_is_told(void **state)
{
	json_t *result = load("graceful-quiet.json");
	json_t *trials = json_object_get(result, "trials"), *slower = json_array(), *trial;
	size_t i;
	struct comparison c = {
		.a_trials = take(trials, 2, 5),
		.rows = calloc(metrics_summary().count, sizeof(struct comparison_row)),
	};
	json_array_foreach(trials, i, trial)
	{
		json_t *copy = json_copy(trial), *rate = json_object_get(trial, "rate_per_s");
		json_object_set_new(copy, "rate_per_s", json_real(0.8 * json_real_value(rate)));
		json_array_append_new(slower, copy);
	}
	c.b_trials = take(slower, 7, 5);
	assert_int_equal(comparison_judge(&c, 1, 1), 0);
	assert_string_equal(c.rows[0].metric->name, "rate_per_s");
	assert_true(c.rows[0].told && c.rows[0].difference.high < 0);
	assert_true(c.rows[0].detectable < 0.2 * c.rows[0].a);
	for (i = 2; i < c.row_count; i++)
		assert_false(c.rows[i].told);
	comparison_finish(&c);
	json_decref(slower);
	json_decref(result);
}

static double normal(uint64_t *random)
{
	double u = ((double)(random_next(random) >> 11) + 0.5) / 9007199254740992.0;
	double w = ((double)(random_next(random) >> 11) + 0.5) / 9007199254740992.0;
	return sqrt(-2 * log(u)) * cos(2 * M_PI * w);
}

/* Recorded trials whose rate is drawn anew: normal, of standard deviation 100. */
static json_t *drawn(const json_t *trials, size_t count, double mean, uint64_t *random)
{
	json_t *drawn = json_array();
	for (size_t i = 0; i < count; i++) {
		size_t which = random_below(random, json_array_size(trials));
		json_t *trial = json_copy(json_array_get(trials, which));
		json_object_set_new(trial, "rate_per_s", json_real(mean + 100 * normal(random)));
		json_array_append_new(drawn, trial);
	}
	return drawn;
}

/* In how many of `runs` comparisons a rate that differs by `difference` is told; `detectable` is
 * what they say, in the median. */
static double share_told(const json_t *trials, size_t side, double difference, int runs,
	uint64_t *random, double *detectable)
{
	int told = 0;
	double *all = calloc((size_t)runs, sizeof(*all));
	assert_non_null(all);
	for (int run = 0; run < runs; run++) {
		struct comparison c = {
			.a_trials = drawn(trials, side, 10000, random),
			.b_trials = drawn(trials, side, 10000 + difference, random),
			.rows = calloc(metrics_summary().count, sizeof(struct comparison_row)),
		};
		assert_non_null(c.rows);
		assert_int_equal(comparison_judge(&c, 1, *random), 0);
		assert_string_equal(c.rows[0].metric->name, "rate_per_s");
		told += c.rows[0].told;
		all[run] = c.rows[0].detectable;
		comparison_finish(&c);
	}
	*detectable = statistics_median(all, (size_t)runs);
	free(all);
	return told / (double)runs;
}

/* A difference of the size that is said to be seen is told by about 8 of 10 comparisons, by all
 * three conditions and beside all other metrics; half of it by few. With five trials a side, the
 * spread of five is known so badly that it is two of three. */
static void test_what_is_detectable_is_told(void **state)
{
	static const struct {
		size_t side;
		double least, most;
	} shapes[] = {{5, 0.4, 0.95}, {10, 0.6, 0.99}};
	json_t *result = load("graceful-quiet.json");
	const json_t *trials = json_object_get(result, "trials");
	int runs = long_or_short(400, 30);
	uint64_t random = 31;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		double detectable, again;
		size_t side = shapes[i].side;
		share_told(trials, side, 0, runs, &random, &detectable);
		double whole = share_told(trials, side, detectable, runs, &random, &again);
		double half = share_told(trials, side, detectable / 2, runs, &random, &again);
		print_message("%zu against %zu: %.3g standard deviations are told in %.2f, half "
			      "of them in %.2f\n",
			side, side, detectable / 100, whole, half);
		assert_true(whole >= shapes[i].least && whole <= shapes[i].most);
		assert_true(half < 0.4);
	}
	json_decref(result);
}

#define ROUNDS 16
#define TWIN_SPREAD 0.02

/* Of a run of twins in which what else the machine does makes each round its own: `machine` is how
 * much, and both twins have it; beside it, each has 2 % of its own. B's rate is `more` times A's.
 */
static json_t *twins(size_t rounds, double machine, double more, uint64_t *random)
{
	json_t *result = json_pack("{s:{s:b}, s:[]}", "options", "twins", 1, "trials");
	for (size_t round = 0; round < rounds; round++) {
		double slow = exp(machine * normal(random));
		for (int b = 0; b < 2; b++) {
			double own[4];
			for (size_t i = 0; i < 4; i++)
				own[i] = exp(TWIN_SPREAD * normal(random));
			json_t *trial = json_pack("{s:s, s:i, s:b, s:f, s:{s:f, s:f}, s:{s:{s:f}}}",
				"strategy", b ? "two" : "one", "repeat", (int)round + 1, "valid", 1,
				"rate_per_s", 5000 / slow * own[0] * (b ? more : 1),
				"cpu_us_per_connection", "server", 20 * slow * own[1], "client",
				40 * slow * own[2], "latency_us", "total", "p50",
				9000 * slow * slow * own[3]);
			json_array_append_new(json_object_get(result, "trials"), trial);
		}
	}
	return result;
}

static struct comparison twins_compare(json_t *result)
{
	struct comparison c;
	assert_int_equal(comparison_init(&c, result, "one", result, "two"), 0);
	assert_int_equal(comparison_judge(&c, 1, 1), 0);
	assert_string_equal(c.rows[0].metric->name, "rate_per_s");
	return c;
}

/* Twins of one kind: at least 98 of 100 comparisons say nothing, whatever the machine does. */
static void test_twins_of_one_kind(void **state)
{
	uint64_t random = 47;
	int runs = long_or_short(1000, 50);
	for (double machine = 0; machine < 1; machine += 0.5) {
		int silent = 0;
		for (int run = 0; run < runs; run++) {
			json_t *result = twins(ROUNDS, machine, 1, &random);
			struct comparison c = twins_compare(result);
			bool told = false;
			for (size_t row = 0; row < c.row_count; row++)
				told |= c.rows[row].told;
			silent += !told;
			comparison_finish(&c);
			json_decref(result);
		}
		print_message("twins of one kind, rounds differ by %.0f %%: nothing told in %d of "
			      "%d\n",
			100 * machine, silent, runs);
		assert_true(silent * 100 >= runs * 98);
	}
}

/* 5 % between rounds that differ by 50 %: told of twins, and far below what is seen of the same
 * trials where they are not. */
static void test_twins_that_differ(void **state)
{
	uint64_t random = 53;
	json_t *result = twins(ROUNDS, 0.5, 1.05, &random);
	struct comparison c = twins_compare(result);
	assert_true(c.is_paired && c.rows[0].told);
	double least = c.rows[0].difference.low / c.rows[0].a;
	assert_true(least > 0.02 && least < 0.05);
	double detectable = c.rows[0].detectable / c.rows[0].a;
	assert_true(detectable > 0.02 && detectable < 0.06);
	comparison_finish(&c);
	json_object_set_new(json_object_get(result, "options"), "twins", json_false());
	c = twins_compare(result);
	assert_true(!c.is_paired && !c.rows[0].told);
	assert_true(c.rows[0].detectable / c.rows[0].a > 0.3);
	comparison_finish(&c);
	json_decref(result);
}

/* A round in which one of the two is invalid is no pair; of seven pairs nothing is said. */
static void test_twins_without_their_twin(void **state)
{
	uint64_t random = 59;
	json_t *result = twins(9, 0, 2, &random), *trials = json_object_get(result, "trials");
	json_object_set_new(json_array_get(trials, 3), "valid", json_false());
	struct comparison c = twins_compare(result);
	assert_int_equal(json_array_size(c.a_trials), 8);
	assert_int_equal(json_array_size(c.b_trials), 8);
	for (size_t i = 0; i < 8; i++)
		assert_true(json_equal(json_object_get(json_array_get(c.a_trials, i), "repeat"),
			json_object_get(json_array_get(c.b_trials, i), "repeat")));
	assert_true(c.rows[0].told && comparison_has_enough(&c));
	comparison_finish(&c);
	json_array_remove(trials, 17);
	c = twins_compare(result);
	assert_int_equal(json_array_size(c.a_trials), 7);
	assert_true(!c.rows[0].told && isnan(c.rows[0].detectable) && !comparison_has_enough(&c));
	comparison_finish(&c);
	/* Of two files they are no twins. */
	json_t *other = twins(9, 0, 2, &random);
	assert_int_equal(comparison_init(&c, result, "one", other, "two"), 0);
	assert_false(c.is_paired);
	comparison_finish(&c);
	json_decref(other);
	json_decref(result);
}

/* Six trials, all invalid: when they ran out of ports, and what they lost. */
static json_t *exhausted(double after_s, double lost)
{
	json_t *result = json_pack("{s:[]}", "trials");
	for (int i = 0; i < 6; i++)
		json_array_append_new(json_object_get(result, "trials"),
			json_pack("{s:s, s:b, s:f, s:{s:f, s:f, s:f}}", "strategy", "one", "valid",
				0, "rate_per_s", 100.0 * after_s + i, "loss", "exhausted_s",
				after_s + 0.001 * i, "lost_share", lost, "refused_share", 0.25));
	return result;
}

/* Six trials of about so many requests a second, of which `bounds` are upper bounds. */
static json_t *counted(double rate, int bounds)
{
	json_t *result = json_pack("{s:[]}", "trials");
	for (int i = 0; i < 6; i++)
		json_array_append_new(json_object_get(result, "trials"),
			json_pack("{s:s, s:b, s:f, s:b}", "strategy", "one", "valid", 1,
				"exchanges_per_s", rate + i, "exchanges_at_most", i < bounds));
	return result;
}

static size_t rows_of(json_t *a, json_t *b)
{
	struct comparison c;
	assert_int_equal(comparison_init(&c, a, "one", b, "one"), 0);
	assert_int_equal(comparison_judge(&c, 1, 1), 0);
	size_t rows = c.row_count;
	comparison_finish(&c);
	return rows;
}

static void test_an_upper_bound_is_not_compared(void **state)
{
	json_t *a = counted(1000, 0), *b = counted(2000, 0), *bound = counted(2000, 1);
	assert_int_equal(rows_of(a, b), 1);
	assert_int_equal(rows_of(a, bound), 0);
	assert_int_equal(rows_of(bound, a), 0);
	json_decref(a);
	json_decref(b);
	json_decref(bound);
}

static const struct comparison_row *row_of(const struct comparison *c, const char *name)
{
	for (size_t i = c->valid_rows; i < c->row_count; i++)
		if (strcmp(c->rows[i].metric->name, name) == 0)
			return &c->rows[i];
	return NULL;
}

static void test_what_is_lost_counts_of_invalid_trials(void **state)
{
	struct comparison c;
	json_t *a = exhausted(2, 0), *same = exhausted(2, 0), *sooner = exhausted(1, 0);
	assert_int_equal(comparison_init(&c, a, "one", sooner, "one"), 0);
	assert_int_equal(comparison_judge(&c, 1, 1), 0);
	/* No valid trial, so no rate; no connection was lost on either side. */
	assert_int_equal(c.valid_rows, 0);
	assert_int_equal(c.row_count, 2);
	assert_false(comparison_has_enough(&c));
	assert_true(comparison_has_enough_of_all(&c));
	assert_true(row_of(&c, "exhausted_s")->told);
	assert_true(row_of(&c, "exhausted_s")->difference.high < -0.99);
	assert_false(row_of(&c, "refused_share")->told);
	assert_null(row_of(&c, "lost_share"));
	comparison_finish(&c);
	assert_int_equal(comparison_init(&c, a, "one", same, "one"), 0);
	assert_int_equal(comparison_judge(&c, 1, 1), 0);
	const struct comparison_row *row = row_of(&c, "exhausted_s");
	assert_true(!row->told && row->enough && row->p_adjusted > 0.9);
	/* The spread alone, of milliseconds, would show less than the margin of 1 %. */
	assert_true(fabs(row->detectable - 0.01 * row->a) < 1e-12);
	/* Constant on both sides. */
	row = row_of(&c, "refused_share");
	assert_true(fabs(row->detectable - 0.0025) < 1e-12);
	row = row_of(&c, "exhausted_s");
	/* Of six values 1 ms apart the medians differ by 5 ms at most. */
	assert_true(row->difference.low >= -0.0051 && row->difference.high <= 0.0051);
	comparison_finish(&c);
	/* A shift of 0.5 % is told apart by every statistic, and is none; one of 1.5 % is one. */
	json_t *near = exhausted(2.01, 0), *far = exhausted(2.03, 0);
	assert_int_equal(comparison_init(&c, a, "one", near, "one"), 0);
	assert_int_equal(comparison_judge(&c, 1, 1), 0);
	row = row_of(&c, "exhausted_s");
	assert_true(row->p < 0.01 && row->difference.low > 0 && !row->told);
	comparison_finish(&c);
	assert_int_equal(comparison_init(&c, a, "one", far, "one"), 0);
	assert_int_equal(comparison_judge(&c, 1, 1), 0);
	assert_true(row_of(&c, "exhausted_s")->told);
	comparison_finish(&c);
	json_decref(near);
	json_decref(far);
	json_decref(a);
	json_decref(same);
	json_decref(sooner);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_against_same),
		cmocka_unit_test(test_a_difference_is_told),
		cmocka_unit_test(test_what_is_detectable_is_told),
		cmocka_unit_test(test_twins_of_one_kind),
		cmocka_unit_test(test_twins_that_differ),
		cmocka_unit_test(test_twins_without_their_twin),
		cmocka_unit_test(test_what_is_lost_counts_of_invalid_trials),
		cmocka_unit_test(test_an_upper_bound_is_not_compared),
	};
	folder = argc > 1 ? argv[1] : "tests/data";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
