#include "bench/result/comparison.h"

#include "bench/result/json_path.h"
#include "bench/statistics/multiple_comparisons.h"

#include <math.h>
#include <stdlib.h>

int comparison_init(struct comparison *comparison, const json_t *a_result, const char *a,
	const json_t *b_result, const char *b)
{
	json_t *a_all = json_path_trials(a_result, a, false),
	       *b_all = json_path_trials(b_result, b, false);
	*comparison = (struct comparison){
		.a = a,
		.b = b,
		.a_trials = json_path_trials(a_result, a, true),
		.b_trials = json_path_trials(b_result, b, true),
		.a_all = json_array_size(a_all),
		.b_all = json_array_size(b_all),
	};
	json_decref(a_all);
	json_decref(b_all);
	comparison->rows = calloc(metrics_summary().count + 1, sizeof(*comparison->rows));
	return comparison->rows ? 0 : -1;
}

void comparison_finish(struct comparison *comparison)
{
	free(comparison->rows);
	json_decref(comparison->a_trials);
	json_decref(comparison->b_trials);
}

static size_t a_count(const struct comparison *c)
{
	return json_array_size(c->a_trials);
}

static size_t b_count(const struct comparison *c)
{
	return json_array_size(c->b_trials);
}

bool comparison_has_enough(const struct comparison *c)
{
	return a_count(c) >= COMPARISON_TRIALS_LEAST && b_count(c) >= COMPARISON_TRIALS_LEAST;
}

/* One metric alone. `room` holds as many values as both sides have trials. */
static void row_fill(struct comparison *c, const struct metric *metric, double *room, uint64_t seed)
{
	size_t a = metric_values(c->a_trials, metric, room);
	size_t b = metric_values(c->b_trials, metric, room + a);
	if (a == 0 || b == 0)
		return;
	struct comparison_row *row = &c->rows[c->row_count++];
	row->metric = metric;
	row->p = statistics_mann_whitney(room, a, room + a, b);
	row->difference = statistics_difference(room, a, room + a, b, seed);
	row->a = statistics_median(room, a);
	row->b = statistics_median(room + a, b);
	row->p_adjusted = 1;
	row->told = a >= COMPARISON_TRIALS_LEAST && b >= COMPARISON_TRIALS_LEAST &&
		    row->p < COMPARISON_ALPHA &&
		    (row->difference.low > 0 || row->difference.high < 0);
}

static int rows_fill(struct comparison *c, uint64_t seed)
{
	double *room = calloc(a_count(c) + b_count(c) + 1, sizeof(*room));
	c->row_count = 0;
	struct metric_list metrics = metrics_summary();
	for (size_t m = 0; room && m < metrics.count; m++)
		row_fill(c, &metrics.items[m], room, seed);
	free(room);
	return room ? 0 : -1;
}

static double *row_values(const struct comparison *c, const struct metric *metric, double *values)
{
	size_t i;
	json_t *trial;
	const json_t *sides[] = {c->a_trials, c->b_trials};
	for (size_t side = 0; side < 2; side++)
		json_array_foreach((json_t *)sides[side], i, trial)
		{
			if (!metric_value(trial, metric, values))
				*values = NAN;
			values++;
		}
	return values;
}

/* Those with too few trials are not judged, and cost the others nothing. Returns how many are. */
static size_t compared_fill(const struct comparison *comparisons, size_t count,
	struct compared_sets *compared, double *values, double *p)
{
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		const struct comparison *c = &comparisons[i];
		if (!comparison_has_enough(c))
			continue;
		compared[used++] = (struct compared_sets){.a_count = a_count(c),
			.b_count = b_count(c),
			.metrics = c->row_count,
			.values = values,
			.p = p};
		for (size_t row = 0; row < c->row_count; row++)
			values = row_values(c, c->rows[row].metric, values);
		p += c->row_count;
	}
	return used;
}

static void verdicts_take(struct comparison *comparisons, size_t count, const double *p)
{
	for (size_t i = 0; i < count; i++) {
		struct comparison *c = &comparisons[i];
		for (size_t row = 0; comparison_has_enough(c) && row < c->row_count; row++) {
			c->rows[row].p_adjusted = *p++;
			c->rows[row].told &= c->rows[row].p_adjusted < COMPARISON_ADJUSTED_ALPHA;
		}
	}
}

int comparison_judge(struct comparison *comparisons, size_t count, uint64_t seed)
{
	size_t values_count = 0, metrics = metrics_summary().count;
	for (size_t i = 0; i < count; i++) {
		if (rows_fill(&comparisons[i], seed) == -1)
			return -1;
		values_count += (a_count(&comparisons[i]) + b_count(&comparisons[i])) * metrics;
	}
	struct compared_sets *compared = calloc(count + 1, sizeof(*compared));
	double *values = calloc(values_count + 1, sizeof(*values));
	double *p = calloc(count * metrics + 1, sizeof(*p));
	int result = -1;
	if (compared && values && p) {
		size_t used = compared_fill(comparisons, count, compared, values, p);
		result = multiple_comparisons_adjust(compared, used, seed);
	}
	if (result == 0)
		verdicts_take(comparisons, count, p);
	free(compared);
	free(values);
	free(p);
	return result;
}
