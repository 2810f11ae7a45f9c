#include "bench/report/latency.h"

#include "bench/load/tally.h"
#include "bench/result/metric.h"
#include "bench/result/view.h"
#include "bench/statistics/statistics.h"

#include <stdbool.h>
#include <stdlib.h>

static const char *const columns[] = {"p50", "p90", "p99", "p999", "max", "mean"};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* Returns false when no trial has any. */
static bool kind_print(
	const json_t *trials, const char *strategy, const char *kind, double *room, FILE *out)
{
	char path[96];
	for (size_t i = 0; i < COLUMNS; i++) {
		snprintf(path, sizeof(path), "latency_us.%s.%s", kind, columns[i]);
		size_t count = metric_values(trials, path, room);
		if (count == 0)
			return false;
		if (i == 0)
			fprintf(out, "%-16s %-17s", strategy, kind);
		fprintf(out, " %9.3f", statistics_median(room, count) / 1e3);
	}
	fputc('\n', out);
	return true;
}

void latency_print(const json_t *result, FILE *out)
{
	size_t i;
	bool any = false;
	json_t *entry;
	fprintf(out, "%-16s %-17s", "latency, ms", "");
	for (size_t c = 0; c < COLUMNS; c++)
		fprintf(out, " %9s", columns[c]);
	fputc('\n', out);
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		const char *strategy = json_string_value(json_object_get(entry, "strategy"));
		json_t *trials = view_trials(result, strategy, true);
		double *room = calloc(json_array_size(trials) + 1, sizeof(*room));
		for (int kind = 0; room && kind < LATENCIES; kind++)
			any |= kind_print(trials, strategy, tally_latency_names[kind], room, out);
		free(room);
		json_decref(trials);
	}
	if (!any)
		fputs("no valid trial has any\n", out);
	fputc('\n', out);
}
