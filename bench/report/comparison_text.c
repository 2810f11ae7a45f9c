#include "bench/report/comparison_text.h"

#include "bench/result/limit.h"
#include "bench/statistics/statistics.h"

#include <math.h>

/* In percent of A's median; where that is 0, in the metric's unit. */
static void difference_print(const struct comparison_row *row, FILE *out)
{
	const struct spread *d = &row->difference;
	bool percent = row->a > 0 || row->a < 0;
	double unit = percent ? 100 / fabs(row->a) : 1;
	char interval[64], change[32];
	snprintf(change, sizeof(change), "%+.3g%s", d->median * unit, percent ? " %" : "");
	snprintf(interval, sizeof(interval), "%+.3g to %+.3g", d->low * unit, d->high * unit);
	fprintf(out, "  %11s  %20s", change, interval);
}

static void p_print(double p, FILE *out)
{
	if (p < 0.0005)
		fprintf(out, "  <0.001");
	else
		fprintf(out, "  %6.3f", p);
}

static void row_print(const struct comparison_row *row, FILE *out)
{
	fprintf(out, "  %-32s %11.6g %11.6g", row->metric->name, row->a, row->b);
	difference_print(row, out);
	p_print(row->p, out);
	p_print(row->p_adjusted, out);
	fprintf(out, "  %s\n", !row->told ? "~" : row->difference.median > 0 ? "more" : "less");
}

/* "time to exhaustion", of a heading that has a line for each word. */
static void name_print(const struct metric *metric, FILE *out)
{
	const char *heading = metric->field->heading;
	for (const char *at = heading ? heading : metric->name; *at; at++)
		fputc(*at == '|' ? ' ' : *at, out);
}

/* How large a difference could be that is not seen: what the interval still has in it. */
static void equal_print(const struct comparison_row *row, FILE *out)
{
	char unit[32];
	double most = fmax(fabs(row->difference.low), fabs(row->difference.high));
	if (row->told || !row->enough)
		return;
	fputs("  no difference in ", out);
	name_print(row->metric, out);
	fprintf(out, " is seen; it is at most %.3g%s", most,
		limit_unit_text(row->metric->field->unit, unit, sizeof(unit)));
	if (row->a > 0)
		fprintf(out, " (%.3g %%)", 100 * most / row->a);
	fputs(", with 95 % confidence\n", out);
}

/* Of a time: a side's median is of the trials in which it came. */
static void never_print(const struct comparison *c, const struct metric *metric, FILE *out)
{
	size_t a = metric_nevers(c->a_all, metric), b = metric_nevers(c->b_all, metric);
	size_t a_all = json_array_size(c->a_all), b_all = json_array_size(c->b_all);
	/* Where it came in all trials the medians tell it, where in none there is nothing to tell.
	 */
	if (a + b == 0 || a + b == a_all + b_all)
		return;
	fputs("  ", out);
	name_print(metric, out);
	fprintf(out, ": it never came in %zu of %zu trials of A, in %zu of %zu of B\n", a, a_all, b,
		b_all);
}

/* What was lost counts of invalid trials, too: it may be what makes them invalid. */
static void lost_print(const struct comparison *c, FILE *out)
{
	if (c->row_count == c->valid_rows)
		return;
	fprintf(out,
		"  of all trials, invalid ones too, %zu and %zu (within %.0f %% is the same):\n",
		json_array_size(c->a_all), json_array_size(c->b_all), 100 * COMPARISON_LOSS_MARGIN);
	for (size_t i = c->valid_rows; i < c->row_count; i++)
		row_print(&c->rows[i], out);
	struct metric_list metrics = metrics_summary();
	for (size_t i = 0; i < metrics.count; i++)
		if (metrics.items[i].field->absent_is_never)
			never_print(c, &metrics.items[i], out);
	for (size_t i = c->valid_rows; i < c->row_count; i++)
		equal_print(&c->rows[i], out);
	if (!comparison_has_enough_of_all(c))
		fprintf(out, "  Fewer than %d trials a side: nothing can be said.\n",
			COMPARISON_TRIALS_LEAST);
}

void comparison_text_print(const struct comparison *c, FILE *out)
{
	fprintf(out, "A: %s, %zu valid trials of %zu;  B: %s, %zu of %zu\n", c->a,
		json_array_size(c->a_trials), json_array_size(c->a_all), c->b,
		json_array_size(c->b_trials), json_array_size(c->b_all));
	fprintf(out, "  %-32s %11s %11s  %11s  %20s  %6s  %6s\n", "", "median A", "median B",
		"B less A", "95 % interval", "p", "p all");
	for (size_t i = 0; i < c->valid_rows; i++)
		row_print(&c->rows[i], out);
	if (c->row_count == 0)
		fputs("  nothing to compare: no metric that valid trials of both sides have\n",
			out);
	else if (c->valid_rows > 0 && !comparison_has_enough(c))
		fprintf(out,
			"  Fewer than %d valid trials a side: nothing can be said. Run with "
			"--repeat %d or more.\n",
			COMPARISON_TRIALS_LEAST, STATISTICS_TRIALS_ADVISED);
	lost_print(c, out);
}
