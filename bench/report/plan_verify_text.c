#include "bench/report/plan_verify_text.h"

#include "bench/report/counted.h"
#include "bench/report/paragraph.h"

#include <math.h>
#include <string.h>

#define CELL_MAX 32
#define LINE_MAX_BYTES 512
/* Of a figure that is told with a fraction. */
#define FRACTION_BELOW 100

static void value_cell(const struct plan_figure *figure, double value, char cell[CELL_MAX])
{
	if (isinf(value)) {
		snprintf(cell, CELL_MAX, "never");
		return;
	}
	int digits = figure->unit[0] && value < FRACTION_BELOW ? 1 : 0;
	snprintf(cell, CELL_MAX, "%.*f%s%s", digits, value, figure->unit[0] == 's' ? " " : "",
		figure->unit);
}

static void error_cell(const struct plan_verify_row *row, char cell[CELL_MAX])
{
	/* One of a few is a large share, and tells nothing. */
	bool is_one_of_few = row->is_within && fabs(row->error) > PLAN_VERIFY_SHARE;
	if (isnan(row->error) || is_one_of_few)
		snprintf(cell, CELL_MAX, "-");
	else
		snprintf(cell, CELL_MAX, "%+.1f %%", row->error * 100);
}

static void row_print(const struct plan_verify_row *row, FILE *out)
{
	char predicted[CELL_MAX], measured[CELL_MAX], error[CELL_MAX];
	value_cell(row->figure, row->predicted, predicted);
	value_cell(row->figure, row->measured, measured);
	error_cell(row, error);
	fprintf(out, "  %-26s %9s %9s %8s%s\n", row->figure->name, predicted, measured, error,
		row->is_within ? "" : " off");
}

static void heading_print(const struct plan_verified *verified, size_t width, FILE *out)
{
	char line[LINE_MAX_BYTES], rate[CELL_MAX] = "as fast as there are ports";
	if (isfinite(verified->rate))
		snprintf(rate, sizeof(rate), "%.*f connections/s", verified->rate < 1 ? 2 : 0,
			verified->rate);
	snprintf(line, sizeof(line), "%s: %s, %.0f ports, %.0f s", verified->strategy->name, rate,
		verified->ports, verified->seconds);
	paragraph_print(line, width, out);
}

static void reasons_print(const struct plan_verified *verified, size_t width, FILE *out)
{
	char line[LINE_MAX_BYTES];
	for (size_t i = 0; i < verified->reasons.count; i++) {
		snprintf(line, sizeof(line), "  not as asked: %s", verified->reasons.text[i]);
		paragraph_print(line, width, out);
	}
}

/* Of an open loop those that were refused tell it. */
static bool is_shown(const struct plan_verified *verified, const struct plan_verify_row *row)
{
	return isinf(verified->rate) ||
	       row->figure->offset != offsetof(struct plan_course, connections);
}

/* Of the rows that were printed of valid trials. */
struct counts {
	size_t all, within, invalid;
};

static void block_print(
	const struct plan_verified *verified, size_t width, struct counts *counts, FILE *out)
{
	struct plan_verify_row rows[PLAN_FIGURES];
	size_t count = plan_verify_rows(verified, rows);
	bool is_valid = plan_verify_is_valid(verified);
	heading_print(verified, width, out);
	for (size_t i = 0; i < count; i++) {
		if (!is_shown(verified, &rows[i]))
			continue;
		row_print(&rows[i], out);
		counts->all += is_valid;
		counts->within += is_valid && rows[i].is_within;
	}
	counts->invalid += !is_valid;
	reasons_print(verified, width, out);
}

static void cannot_print(const struct plan_verified *verified, size_t width, FILE *out)
{
	char line[LINE_MAX_BYTES + ERROR_TEXT_SIZE];
	snprintf(line, sizeof(line), "%s: not played: %s", verified->strategy->name,
		verified->cannot.text);
	paragraph_print(line, width, out);
}

/* Without a valid trial there is nothing to be counted. */
static void counts_print(const struct counts *counts, size_t width, FILE *out)
{
	char line[LINE_MAX_BYTES], left_out[LINE_MAX_BYTES / 2] = "";
	if (counts->invalid > 0)
		snprintf(left_out, sizeof(left_out), "%zu %s not as asked %s not counted",
			counts->invalid, counted_noun((double)counts->invalid, "trial", "trials"),
			counted_noun((double)counts->invalid, "is", "are"));
	if (counts->all == 0) {
		if (left_out[0])
			paragraph_print(left_out, width, out);
		return;
	}
	snprintf(line, sizeof(line),
		"%zu of %zu figures are as forecast: within %.0f %%, a number also within %d, a "
		"time within %.1f s%s%s",
		counts->within, counts->all, PLAN_VERIFY_SHARE * 100, PLAN_VERIFY_COUNT,
		PLAN_VERIFY_SECONDS, left_out[0] ? "; " : "", left_out);
	paragraph_print(line, width, out);
}

void plan_verify_text_print(
	const struct plan_verified *verified, size_t count, size_t width, FILE *out)
{
	struct counts counts = {0, 0, 0};
	fprintf(out, "\n  %-26s %9s %9s %8s\n", "verify", "forecast", "measured", "error");
	for (size_t i = 0; i < count; i++)
		if (verified[i].cannot.text[0])
			cannot_print(&verified[i], width, out);
		else
			block_print(&verified[i], width, &counts, out);
	counts_print(&counts, width, out);
}
