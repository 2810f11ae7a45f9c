#include "bench/report/runway_text.h"

#include "bench/report/paragraph.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ENDING_MAX 160

/* The median over trials; NAN where none has it. */
static double median_of(const json_t *trials, const char *path)
{
	double median;
	const struct metric *metric = metric_find(path, NULL);
	return metric && metric_median(trials, metric, &median) ? median : NAN;
}

/* A rate that lasts is never rounded up to one that does not. */
static void rate_write(double rate, char *text, size_t size)
{
	if (rate < 10)
		snprintf(text, size, "%.2f/s", floor(rate * 100) / 100);
	else
		snprintf(text, size, "%.0f/s", floor(rate));
}

/* What is the same of all strategies whose ports last alike. Returns false where there is no
 * runway. */
static bool ending_write(const json_t *result, const json_t *entry, char ending[ENDING_MAX])
{
	json_t *trials = json_path_trials(result, json_path_text(entry, "strategy"), false);
	double lasts = median_of(trials, "runway.lasts_per_s");
	double slow = median_of(trials, "runway.slow_from_per_s");
	char lasting[32], slowing[32];
	rate_write(lasts, lasting, sizeof(lasting));
	rate_write(slow, slowing, sizeof(slowing));
	int used = snprintf(ending, ENDING_MAX, "; %s last for good", lasting);
	if (!isnan(slow))
		snprintf(ending + used, ENDING_MAX - (size_t)used, "; from %s it gets slow",
			slowing);
	json_decref(trials);
	return !isnan(lasts);
}

static void strategy_print(const json_t *result, const json_t *entry, bool is_first, FILE *out)
{
	const char *strategy = json_path_text(entry, "strategy");
	json_t *trials = json_path_trials(result, strategy, false);
	double held = median_of(trials, "runway.held_after_s");
	double ports = median_of(trials, "runway.ports");
	fprintf(out, "%s%s at %.0f/s ", is_first ? "" : ", ", strategy,
		median_of(trials, "runway.rate_per_s"));
	if (isnan(held))
		fprintf(out, "never holds all %.0f ports", ports);
	else
		fprintf(out, "holds all %.0f ports after %.*f s", ports, held < 10 ? 1 : 0, held);
	json_decref(trials);
}

/* The line of entry `at` and of all behind it that end alike. */
static void group_print(
	const json_t *result, size_t at, const char *ending, size_t width, FILE *out)
{
	char *text = NULL, own[ENDING_MAX];
	size_t i, size, met = 0;
	json_t *entry;
	FILE *line = open_memstream(&text, &size);
	if (!line)
		return;
	fputs("runway: ", line);
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		if (i >= at && ending_write(result, entry, own) && strcmp(own, ending) == 0)
			strategy_print(result, entry, met++ == 0, line);
	}
	fputs(ending, line);
	if (fclose(line) == 0)
		paragraph_print(text, width, out);
	free(text);
}

void runway_print(const json_t *result, size_t width, FILE *out)
{
	json_t *entries = json_object_get(result, "summary");
	for (size_t at = 0; at < json_array_size(entries); at++) {
		char ending[ENDING_MAX], earlier[ENDING_MAX];
		bool is_said = !ending_write(result, json_array_get(entries, at), ending);
		for (size_t i = 0; i < at && !is_said; i++)
			is_said = ending_write(result, json_array_get(entries, i), earlier) &&
				  strcmp(ending, earlier) == 0;
		if (!is_said)
			group_print(result, at, ending, width, out);
	}
}
