/* What charts are made from, and which lines are shown at first. */
#include "bench/report/html/chart/chart.h"

#include "bench/report/html/markup/mark.h"
#include "bench/result/metric.h"
#include "bench/result/upstream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The first of each holder, then the second of each: they give up the least, and are the fastest of
 * these. */
static void shown_choose(struct chart_source *source)
{
	size_t shown = 0, count = source->basis.outcomes.count;
	for (size_t rank = 0; rank < count; rank++) {
		size_t met[OUTCOME_HOLDERS] = {0};
		for (size_t i = 0; i < count && shown < CHART_LINES_SHOWN; i++) {
			const struct outcome *outcome = &source->basis.outcomes.list[i];
			bool has_line = outcome->valid > 0 || result_is_upstream(source->result);
			if (!has_line || met[outcome->holder]++ != rank)
				continue;
			source->is_shown[i] = true;
			shown++;
		}
	}
}

int chart_source_init(struct chart_source *source, const json_t *result, FILE *data)
{
	*source = (struct chart_source){
		.result = result,
		.basis = answer_basis_of(result),
		.axis = lines_axis_of(result),
		.data = data,
	};
	source->is_shown = calloc(source->basis.outcomes.count + 1, sizeof(*source->is_shown));
	if (!source->is_shown)
		return -1;
	shown_choose(source);
	return 0;
}

void chart_source_finish(struct chart_source *source)
{
	answer_basis_finish(&source->basis);
	free(source->is_shown);
}

size_t chart_number(const struct chart_source *source, size_t at)
{
	const struct outcomes *all = source->numbering;
	for (size_t i = 0; all && i < all->count; i++)
		if (strcmp(all->list[i].strategy, source->basis.outcomes.list[at].strategy) == 0)
			return i;
	return at;
}

const char *chart_end_name(const struct chart_source *source, bool is_server)
{
	bool is_behind = result_is_upstream(source->result);
	if (!result_has_hops(source->result))
		return is_server ? "server" : "client";
	if (is_server)
		return is_behind ? "upstream" : "proxy";
	return is_behind ? "proxy" : "client";
}

const char *chart_holder_title(const struct chart_source *source, enum outcome_holder holder)
{
	bool is_behind = result_is_upstream(source->result);
	if (!result_has_hops(source->result) ||
		(holder != OUTCOME_AT_SERVER && holder != OUTCOME_AT_CLIENT))
		return marks[holder].title;
	if (holder == OUTCOME_AT_SERVER)
		return is_behind ? "TIME_WAIT at the upstream" : "TIME_WAIT at the proxy";
	return is_behind ? "TIME_WAIT at the proxy" : marks[holder].title;
}

double chart_median(
	const struct chart_source *source, const struct outcome *outcome, const char *name)
{
	double median = NAN;
	const struct metric *metric = metric_find(name, NULL);
	if (!metric)
		return NAN;
	json_t *trials = metric_trials_shown(source->result, outcome->strategy, metric);
	if (!metric_median(trials, metric, &median))
		median = NAN;
	json_decref(trials);
	return median;
}

void chart_median_text(const struct chart_source *source, const struct outcome *outcome,
	const char *name, char *text, size_t size)
{
	double median = chart_median(source, outcome, name);
	if (isnan(median))
		snprintf(text, size, "-");
	else
		metric_format(metric_find(name, NULL), median, text, size);
}
