#include "bench/result/comparison.h"

#include "bench/result/json_path.h"
#include "bench/result/twins.h"
#include "bench/statistics/multiple_comparisons.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The trials that some rows are of. */
struct side_trials {
	const json_t *a, *b;
	size_t a_count, b_count, least;
	size_t first, count; /* rows */
};

int comparison_init(struct comparison *comparison, const json_t *a_result, const char *a,
	const json_t *b_result, const char *b)
{
	*comparison = (struct comparison){
		.a = a,
		.b = b,
		.a_trials = json_path_trials(a_result, a, true),
		.b_trials = json_path_trials(b_result, b, true),
		.a_all = json_path_trials(a_result, a, false),
		.b_all = json_path_trials(b_result, b, false),
	};
	comparison->is_paired = a_result == b_result && strcmp(a, b) != 0 && twins_are_in(a_result);
	if (comparison->is_paired) {
		twins_keep(&comparison->a_trials, &comparison->b_trials);
		twins_keep(&comparison->a_all, &comparison->b_all);
	}
	comparison->rows = calloc(metrics_summary().count + 1, sizeof(*comparison->rows));
	return comparison->rows ? 0 : -1;
}

void comparison_finish(struct comparison *comparison)
{
	free(comparison->rows);
	json_decref(comparison->a_trials);
	json_decref(comparison->b_trials);
	json_decref(comparison->a_all);
	json_decref(comparison->b_all);
}

size_t comparison_least(const struct comparison *c)
{
	return c->is_paired ? COMPARISON_PAIRS_LEAST : COMPARISON_TRIALS_LEAST;
}

static struct side_trials trials_of(const struct comparison *c, bool of_invalid)
{
	struct side_trials trials = {.a = c->a_trials, .b = c->b_trials, .count = c->valid_rows};
	if (of_invalid)
		trials = (struct side_trials){.a = c->a_all,
			.b = c->b_all,
			.first = c->valid_rows,
			.count = c->row_count - c->valid_rows};
	trials.least = comparison_least(c);
	trials.a_count = json_array_size(trials.a);
	trials.b_count = json_array_size(trials.b);
	return trials;
}

static bool is_enough(const struct side_trials *trials)
{
	return trials->a_count >= trials->least && trials->b_count >= trials->least;
}

static bool is_judged(const struct side_trials *trials)
{
	return is_enough(trials) && trials->count > 0;
}

bool comparison_has_enough(const struct comparison *c)
{
	struct side_trials trials = trials_of(c, false);
	return is_enough(&trials);
}

bool comparison_has_enough_of_all(const struct comparison *c)
{
	struct side_trials trials = trials_of(c, true);
	return is_enough(&trials);
}

static bool is_all_zero(const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (values[i] > 0 || values[i] < 0)
			return false;
	return true;
}

/* What counts as no difference. */
static double margin_of(const struct comparison_row *row)
{
	return row->metric->field->of_invalid ? COMPARISON_LOSS_MARGIN * fabs(row->a) : 0;
}

static bool is_within_margin(const struct comparison_row *row)
{
	double margin = margin_of(row);
	return row->difference.low > -margin && row->difference.high < margin;
}

/* Of one metric alone. */
static void row_test(struct comparison_row *row, double *a, size_t a_count, double *b,
	size_t b_count, uint64_t seed)
{
	row->p = statistics_mann_whitney(a, a_count, b, b_count);
	row->difference = statistics_difference(a, a_count, b, b_count, seed);
	row->welch = power_welch(a, a_count, b, b_count);
}

/* `room` holds as many values. The medians stay those of what was measured. */
static void row_test_pairs(
	struct comparison_row *row, double *a, double *b, size_t count, double *room, uint64_t seed)
{
	statistics_share_pairs(a, b, count, row->a / 2 + row->b / 2);
	row->p = statistics_signed_rank(a, b, count);
	row->difference = statistics_paired_difference(a, b, count, room, seed);
	row->welch = power_paired(room, count);
}

static double median_of(const double *values, size_t count, double *room)
{
	memcpy(room, values, count * sizeof(*room));
	return statistics_median(room, count);
}

/* `a` and `b` hold as many values as the side has trials, `room` those of both. */
struct values_room {
	double *a, *b, *room;
};

static void row_fill(struct comparison *c, const struct side_trials *trials,
	const struct metric *metric, const struct values_room *values, uint64_t seed)
{
	double *a = values->a, *b = values->b;
	size_t a_count, b_count;
	/* Two upper bounds tell of no difference. */
	if (metric_is_at_most(trials->a, metric) || metric_is_at_most(trials->b, metric))
		return;
	if (c->is_paired) {
		a_count = b_count = twins_values(trials->a, trials->b, metric, a, b);
	} else {
		a_count = metric_values(trials->a, metric, a);
		b_count = metric_values(trials->b, metric, b);
	}
	/* Where neither side lost anything there is nothing to tell of it. */
	if (a_count == 0 || b_count == 0 ||
		(metric->field->of_invalid && is_all_zero(a, a_count) && is_all_zero(b, b_count)))
		return;
	struct comparison_row *row = &c->rows[c->row_count++];
	row->metric = metric;
	row->a = median_of(a, a_count, values->room);
	row->b = median_of(b, b_count, values->room);
	if (c->is_paired)
		row_test_pairs(row, a, b, a_count, values->room, seed);
	else
		row_test(row, a, a_count, b, b_count, seed);
	row->p_adjusted = 1;
	row->detectable = NAN;
	row->enough = a_count >= trials->least && b_count >= trials->least;
	row->told = row->enough && row->p < COMPARISON_ALPHA && !is_within_margin(row) &&
		    (row->difference.low > 0 || row->difference.high < 0);
}

static int rows_fill(struct comparison *c, uint64_t seed)
{
	struct metric_list metrics = metrics_summary();
	size_t all = json_array_size(c->a_all) + json_array_size(c->b_all);
	size_t valid = json_array_size(c->a_trials) + json_array_size(c->b_trials);
	size_t most = all > valid ? all : valid;
	double *room = calloc(3 * most + 3, sizeof(*room));
	const struct values_room values = {room, room + most + 1, room + 2 * most + 2};
	c->row_count = 0;
	for (int of_invalid = 0; room && of_invalid < 2; of_invalid++) {
		struct side_trials trials = trials_of(c, of_invalid);
		for (size_t m = 0; m < metrics.count; m++)
			if (metrics.items[m].field->of_invalid == of_invalid)
				row_fill(c, &trials, &metrics.items[m], &values, seed);
		if (!of_invalid)
			c->valid_rows = c->row_count;
	}
	free(room);
	return room ? 0 : -1;
}

static double *row_values(
	const struct side_trials *trials, const struct metric *metric, double *values)
{
	size_t i;
	json_t *trial;
	const json_t *sides[] = {trials->a, trials->b};
	for (size_t side = 0; side < 2; side++)
		json_array_foreach((json_t *)sides[side], i, trial)
		{
			if (!metric_value(trial, metric, values))
				*values = NAN;
			values++;
		}
	return values;
}

/* Strategies with too few trials are not judged, and cost the others nothing. Returns how many sets
 * of trials are. */
static size_t compared_fill(const struct comparison *comparisons, size_t count,
	struct compared_sets *compared, double *values, double *p)
{
	size_t used = 0;
	for (size_t i = 0; i < 2 * count; i++) {
		const struct comparison *c = &comparisons[i / 2];
		struct side_trials trials = trials_of(c, i % 2);
		if (!is_judged(&trials))
			continue;
		compared[used++] = (struct compared_sets){.a_count = trials.a_count,
			.b_count = trials.b_count,
			.metrics = trials.count,
			.is_paired = c->is_paired,
			.values = values,
			.p = p};
		for (size_t row = 0; row < trials.count; row++) {
			double *of_a = values;
			values = row_values(&trials, c->rows[trials.first + row].metric, values);
			if (c->is_paired)
				statistics_share_pairs(
					of_a, of_a + trials.a_count, trials.a_count, 1);
		}
		p += trials.count;
	}
	return used;
}

/* The least that every condition of `told` lets through, the interval's, too: in 80 of 100 its
 * nearer end is clear of 0 where the middle is 2.80 standard errors away, and that end 1.96. */
static double detectable_of(const struct comparison_row *row, double critical)
{
	const struct spread *d = &row->difference;
	double by_t = power_detectable(&row->welch, critical);
	double by_interval = 2.80 / 1.96 * fmax(d->median - d->low, d->high - d->median);
	return isnan(by_t) ? NAN : fmax(fmax(by_t, by_interval), margin_of(row));
}

/* `critical`: the t that has to be exceeded. */
static void verdict_take(struct comparison_row *row, double p, double critical)
{
	row->p_adjusted = p;
	row->told &= p < COMPARISON_ADJUSTED_ALPHA;
	if (row->enough)
		row->detectable = detectable_of(row, critical);
}

/* `compared`: of those sets of trials that are enough, in the same order. */
static void verdicts_take(
	struct comparison *comparisons, size_t count, const struct compared_sets *compared)
{
	for (size_t i = 0; i < 2 * count; i++) {
		struct comparison *c = &comparisons[i / 2];
		struct side_trials trials = trials_of(c, i % 2);
		if (!is_judged(&trials))
			continue;
		for (size_t row = 0; row < trials.count; row++)
			verdict_take(
				&c->rows[trials.first + row], compared->p[row], compared->critical);
		compared++;
	}
}

static size_t values_of(const struct comparison *c, bool of_invalid)
{
	struct side_trials trials = trials_of(c, of_invalid);
	return (trials.a_count + trials.b_count) * trials.count;
}

int comparison_judge(struct comparison *comparisons, size_t count, uint64_t seed)
{
	size_t values_count = 0, metrics = metrics_summary().count;
	for (size_t i = 0; i < count; i++) {
		if (rows_fill(&comparisons[i], seed) == -1)
			return -1;
		values_count +=
			values_of(&comparisons[i], false) + values_of(&comparisons[i], true);
	}
	struct compared_sets *compared = calloc(2 * count + 1, sizeof(*compared));
	double *values = calloc(values_count + 1, sizeof(*values));
	double *p = calloc(count * metrics + 1, sizeof(*p));
	int result = -1;
	if (compared && values && p) {
		size_t used = compared_fill(comparisons, count, compared, values, p);
		result = multiple_comparisons_adjust(
			compared, used, seed, COMPARISON_ADJUSTED_ALPHA);
	}
	if (result == 0)
		verdicts_take(comparisons, count, compared);
	free(compared);
	free(values);
	free(p);
	return result;
}
