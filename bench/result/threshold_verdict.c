/* Thresholds against a result. */
#include "bench/result/threshold.h"

#include "bench/result/json_path.h"
#include "bench/result/limit.h"
#include "bench/result/metric.h"
#include "bench/result/upstream.h"
#include "bench/statistics/statistics.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Significant digits: of the value, of what it is off by, of the same in per cent. */
#define VALUE_DIGITS 6
#define BY_DIGITS 4
#define SHARE_DIGITS 3

static bool is_crossed(const struct threshold *threshold, double value)
{
	double limit = threshold->limit;
	bool equal = value >= limit && value <= limit;
	switch (threshold->op) {
	case THRESHOLD_LESS:
		return value < limit;
	case THRESHOLD_AT_MOST:
		return value <= limit;
	case THRESHOLD_MORE:
		return value > limit;
	case THRESHOLD_AT_LEAST:
		return value >= limit;
	case THRESHOLD_EQUAL:
		return equal;
	case THRESHOLD_UNEQUAL:
	case THRESHOLD_OPERATORS:
		break;
	}
	return !equal;
}

/* "graceful.rate_per_s < 10k"; where each strategy is judged, also which one this is. */
static void head_print(
	const char *what, const struct threshold *threshold, const char *strategy, FILE *out)
{
	bool is_named = threshold->strategy[0];
	fprintf(out, "threshold %s: %s: %s%s", what, threshold->text, is_named ? "" : strategy,
		is_named ? "" : ": ");
}

/* No exponent where a person would write none. */
static void number_print(double value, int digits, FILE *out)
{
	if (fabs(value) >= pow(10, digits) - 0.5 && fabs(value) < 1e15)
		fprintf(out, "%.0f", value);
	else
		fprintf(out, "%.*g", digits, value);
}

static void crossed_print(const struct threshold *threshold, const char *strategy,
	const struct metric *metric, double value, bool is_at_most, FILE *out)
{
	char unit[32];
	double by = value - threshold->limit;
	limit_unit_text(metric->field->unit, unit, sizeof(unit));
	head_print("crossed", threshold, strategy, out);
	if (isinf(value)) {
		fputs("it never came to that\n", out);
		return;
	}
	fprintf(out, "it is %s", is_at_most ? "at most " : "");
	number_print(value, VALUE_DIGITS, out);
	fputs(unit, out);
	if (by > 0 || by < 0) {
		fputs(", ", out);
		number_print(fabs(by), BY_DIGITS, out);
		fputs(by > 0 ? " above" : " below", out);
	}
	if ((by > 0 || by < 0) && (threshold->limit > 0 || threshold->limit < 0)) {
		fputs(" (", out);
		number_print(100 * fabs(by / threshold->limit), SHARE_DIGITS, out);
		fputs(" %)", out);
	}
	fputc('\n', out);
}

static const char *unjudged_because(const json_t *trials, const struct metric *metric)
{
	if (json_array_size(trials) == 0)
		return "no trial of this strategy is valid";
	return metric->field->of_invalid ? "no trial has this value"
					 : "no valid trial has this value";
}

/* The value is less than the bound, or as much. */
static bool is_judged_by_bound(const struct threshold *threshold, double bound)
{
	switch (threshold->op) {
	case THRESHOLD_LESS:
	case THRESHOLD_AT_MOST:
		return is_crossed(threshold, bound);
	case THRESHOLD_MORE:
	case THRESHOLD_AT_LEAST:
		return !is_crossed(threshold, bound);
	default:
		return false;
	}
}

static enum status judge(
	const struct threshold *threshold, const char *strategy, const json_t *result, FILE *out)
{
	const struct metric *metric = metric_find(threshold->metric, NULL);
	if (!metric)
		return STATUS_FAILED; /* without memory there is no metric */
	if (!result) {
		head_print("not judged", threshold, strategy, out);
		fputs("no trial has a hop behind a proxy (--proxy-command)\n", out);
		return STATUS_FAILED;
	}
	json_t *trials = metric_trials(result, strategy, metric);
	double *values = calloc(json_array_size(trials) + 1, sizeof(*values));
	size_t count = values ? metric_values_or_never(trials, metric, values) : 0;
	double median = values ? statistics_median(values, count) : 0;
	enum status status = STATUS_OK;
	if (count == 0) {
		head_print("not judged", threshold, strategy, out);
		fprintf(out, "%s\n", unjudged_because(trials, metric));
		status = STATUS_FAILED;
	} else if (metric_is_at_most(trials, metric) && !is_judged_by_bound(threshold, median)) {
		head_print("not judged", threshold, strategy, out);
		fprintf(out, "its value is known as an upper bound alone (loader-overcounts)\n");
		status = STATUS_FAILED;
	} else if (is_crossed(threshold, median)) {
		crossed_print(threshold, strategy, metric, median,
			metric_is_at_most(trials, metric), out);
		status = STATUS_THRESHOLD;
	}
	free(values);
	json_decref(trials);
	return status;
}

/* Of one strategy; or of each that was run, and then the worst. */
static enum status judge_all(const struct threshold *threshold, const char *const *strategies,
	size_t count, const json_t *result, FILE *out)
{
	enum status worst = STATUS_OK;
	if (threshold->strategy[0])
		return judge(threshold, threshold->strategy, result, out);
	for (size_t i = 0; i < count; i++) {
		enum status status = judge(threshold, strategies[i], result, out);
		worst = status > worst ? status : worst;
	}
	return worst;
}

static void names_take(const json_t *entries, const char **names, size_t *count)
{
	size_t i;
	json_t *entry;
	json_array_foreach((json_t *)entries, i, entry) names[(*count)++] =
		json_path_text(entry, "strategy");
}

/* The strategies of a result, those that could not be run behind the others; to be freed. Returns
 * NULL when there is no memory. */
static const char **result_names(const json_t *result, size_t *count, struct error *error)
{
	const json_t *summary = json_object_get(result, "summary");
	const json_t *not_run = json_object_get(result, "not_run");
	const char **names =
		calloc(json_array_size(summary) + json_array_size(not_run) + 1, sizeof(*names));
	*count = 0;
	if (!names) {
		error_set(error, STATUS_FAILED, "no memory");
		return NULL;
	}
	names_take(summary, names, count);
	names_take(not_run, names, count);
	return names;
}

int thresholds_check_result(
	const struct option_list *texts, const json_t *result, struct error *error)
{
	size_t count;
	const char **names = result_names(result, &count, error);
	int checked = names ? thresholds_check(texts, names, count, true, error) : -1;
	free(names);
	return checked;
}

enum status thresholds_judge(
	const struct option_list *texts, const json_t *result, FILE *out, struct error *error)
{
	size_t count, run = json_array_size(json_object_get(result, "summary"));
	const char **names = result_names(result, &count, error);
	enum status worst = names ? STATUS_OK : STATUS_FAILED;
	json_t *behind = result_upstream(result);
	for (size_t i = 0; names && i < texts->count; i++) {
		struct threshold threshold;
		enum status status = STATUS_USAGE;
		if (threshold_parse(&threshold, texts->items[i], names, count, error) == 0)
			status = judge_all(&threshold, names, run,
				threshold.is_upstream ? behind : result, out);
		if (status == STATUS_USAGE || status > worst)
			worst = status;
		if (status == STATUS_USAGE)
			break;
	}
	json_decref(behind);
	free(names);
	return worst;
}
