#include "bench/report/latency.h"

#include "bench/load/load_totals.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"

#include <stdbool.h>

static const char *const columns[] = {"p50", "p90", "p99", "p999", "max", "mean"};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* Returns false when no trial has any. */
static bool kind_print(const json_t *trials, const char *strategy, const char *kind, FILE *out)
{
	char path[FIELD_PATH_MAX];
	double median;
	for (size_t i = 0; i < COLUMNS; i++) {
		snprintf(path, sizeof(path), "latency_us.%s.%s", kind, columns[i]);
		const struct metric *metric = metric_find(path, NULL);
		bool known = metric && metric_median(trials, metric, &median);
		if (i == 0 && !known)
			return false;
		if (i == 0)
			fprintf(out, "%-16s %-17s", strategy, kind);
		if (known)
			fprintf(out, " %9.3f", median / 1e3);
		else
			fprintf(out, " %9s", "-");
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
		const char *strategy = json_path_text(entry, "strategy");
		json_t *trials = json_path_trials(result, strategy, true);
		for (int kind = 0; kind < LATENCIES; kind++)
			any |= kind_print(trials, strategy, load_totals_latency_names[kind], out);
		json_decref(trials);
	}
	if (!any)
		fputs("no valid trial has any\n", out);
	fputc('\n', out);
}
