#include "bench/report/latency.h"

#include "bench/load/load_totals.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"

#include <stdbool.h>

static const char *const columns[] = {"p50", "p90", "p99", "p999", "max", "mean"};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

#define NAME_COLUMNS 16
#define KIND_COLUMNS 17
#define CELL_COLUMNS 10
/* A cell that has no room for microseconds shows three digits. */
#define CELL_SHORT 9
#define INDENT 2

/* A terminal that is too narrow has a strategy's name on a line of its own. */
struct layout {
	bool is_narrow;
	int cell; /* columns, a blank in front included */
};

static struct layout layout_of(size_t width)
{
	size_t all = NAME_COLUMNS + 1 + KIND_COLUMNS + COLUMNS * CELL_COLUMNS;
	size_t room = width > INDENT + KIND_COLUMNS ? width - INDENT - KIND_COLUMNS : 0;
	int cell = (int)(room / COLUMNS);
	if (width >= all)
		return (struct layout){.cell = CELL_COLUMNS};
	return (struct layout){
		.is_narrow = true, .cell = cell < CELL_COLUMNS ? cell : CELL_COLUMNS};
}

static void begin_print(const struct layout *layout, const char *name, const char *kind, FILE *out)
{
	if (layout->is_narrow)
		fprintf(out, "%*s%-*s", INDENT, "", KIND_COLUMNS, kind);
	else
		fprintf(out, "%-*s %-*s", NAME_COLUMNS, name, KIND_COLUMNS, kind);
}

static void cell_print(
	const struct layout *layout, const struct metric *metric, double us, FILE *out)
{
	char text[64];
	if (layout->cell <= CELL_SHORT)
		metric_format(metric, us, text, sizeof(text));
	else
		snprintf(text, sizeof(text), "%.3f", us / 1e3);
	fprintf(out, " %*s", layout->cell - 1, text);
}

/* Returns false when no trial has any. */
static bool kind_print(const struct layout *layout, const json_t *trials, const char *strategy,
	const char *kind, FILE *out)
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
			begin_print(layout, strategy, kind, out);
		if (known)
			cell_print(layout, metric, median, out);
		else
			fprintf(out, " %*s", layout->cell - 1, "-");
	}
	fputc('\n', out);
	return true;
}

static bool strategy_print(
	const struct layout *layout, const json_t *result, const char *strategy, FILE *out)
{
	bool any = false;
	json_t *trials = json_path_trials(result, strategy, true);
	if (layout->is_narrow)
		fprintf(out, "%s\n", strategy);
	for (int kind = 0; kind < LATENCIES; kind++)
		any |= kind_print(layout, trials, strategy, load_totals_latency_names[kind], out);
	json_decref(trials);
	return any;
}

void latency_print(const json_t *result, size_t width, FILE *out)
{
	size_t i;
	bool any = false;
	json_t *entry;
	struct layout layout = layout_of(width);
	if (layout.is_narrow)
		fprintf(out, "%-*s", INDENT + KIND_COLUMNS, "latency, ms");
	else
		begin_print(&layout, "latency, ms", "", out);
	for (size_t c = 0; c < COLUMNS; c++)
		fprintf(out, " %*s", layout.cell - 1, columns[c]);
	fputc('\n', out);
	json_array_foreach(json_object_get(result, "summary"), i, entry) any |=
		strategy_print(&layout, result, json_path_text(entry, "strategy"), out);
	if (!any)
		fputs("no valid trial has any\n", out);
	fputc('\n', out);
}
