#include "bench/report/comparison_text.h"

#include "bench/report/detectable_text.h"
#include "bench/result/limit.h"
#include "bench/statistics/statistics.h"

#include <math.h>
#include <string.h>

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

/* "3.1 %", or in the metric's unit where A's median is 0. */
static const char *detectable_text(const struct comparison_row *row, char *text, size_t size)
{
	char unit[32], percent[32];
	double share = row->detectable / fabs(row->a);
	if (isinf(row->detectable))
		return "never";
	if (row->detectable <= 0)
		return "any";
	detectable_percent_write(100 * share, percent, sizeof(percent));
	if (isfinite(share))
		snprintf(text, size, "%s %%", percent);
	else
		snprintf(text, size, "%.2g%s", row->detectable,
			limit_unit_text(row->metric->field->unit, unit, sizeof(unit)));
	return text;
}

/* Beside "~": what would not have been "~". */
static void verdict_print(const struct comparison_row *row, FILE *out)
{
	char text[64];
	if (row->told)
		fputs(row->difference.median > 0 ? "  more\n" : "  less\n", out);
	else if (isnan(row->detectable))
		fputs("  ~\n", out);
	else
		fprintf(out, "  ~     %9s\n", detectable_text(row, text, sizeof(text)));
}

static void row_print(const struct comparison_row *row, FILE *out)
{
	fprintf(out, "  %-32s %11.6g %11.6g", row->metric->name, row->a, row->b);
	difference_print(row, out);
	p_print(row->p, out);
	p_print(row->p_adjusted, out);
	verdict_print(row, out);
}

/* "time to exhaustion", of a heading that has a line for each word. */
static void name_print(const struct metric *metric, FILE *out)
{
	const char *heading = metric->field->heading;
	for (const char *at = heading ? heading : metric->name; *at; at++)
		fputc(*at == '|' ? ' ' : *at, out);
}

/* How large a difference could be that is not seen: what the interval still has in it; and how
 * large one is that would have been. */
static void equal_print(const struct comparison_row *row, FILE *out)
{
	char unit[32], seen[64];
	double most = fmax(fabs(row->difference.low), fabs(row->difference.high));
	if (row->told || !row->enough)
		return;
	fputs("  no difference in ", out);
	name_print(row->metric, out);
	fprintf(out, " is seen; it is at most %.3g%s", most,
		limit_unit_text(row->metric->field->unit, unit, sizeof(unit)));
	if (row->a > 0)
		fprintf(out, " (%.3g %%)", 100 * most / row->a);
	fprintf(out, ", with 95 %% confidence (seen from: %s)\n",
		detectable_text(row, seen, sizeof(seen)));
}

/* What a comparison is mostly asked for, and what it could have seen of that. */
static void unseen_print(const struct comparison *c, FILE *out)
{
	static const char *const asked[] = {"rate_per_s", "total_us_p50",
		"server_cpu_us_per_connection", "client_cpu_us_per_connection"};
	char text[64];
	size_t met = 0;
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		for (size_t r = 0; r < c->valid_rows; r++) {
			const struct comparison_row *row = &c->rows[r];
			if (row->told || isnan(row->detectable) ||
				strcmp(row->metric->name, asked[i]) != 0)
				continue;
			fprintf(out, "%s%s (from %s)",
				met++ ? ", " : "  no difference seen: ", asked[i],
				detectable_text(row, text, sizeof(text)));
		}
	if (met > 0)
		fputc('\n', out);
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
		fprintf(out, "  Fewer than %zu %s: nothing can be said.\n", comparison_least(c),
			c->is_paired ? "pairs of twins" : "trials a side");
}

void comparison_text_print(const struct comparison *c, FILE *out)
{
	if (c->is_paired)
		fprintf(out,
			"A: %s;  B: %s;  twins, %zu valid pairs of %zu: B less A is the median of "
			"the differences within a pair\n",
			c->a, c->b, json_array_size(c->a_trials), json_array_size(c->a_all));
	else
		fprintf(out, "A: %s, %zu valid trials of %zu;  B: %s, %zu of %zu\n", c->a,
			json_array_size(c->a_trials), json_array_size(c->a_all), c->b,
			json_array_size(c->b_trials), json_array_size(c->b_all));
	fprintf(out, "  %-32s %11s %11s  %11s  %20s  %6s  %6s        %9s\n", "", "median A",
		"median B", "B less A", "95 % interval", "p", "p all", "seen from");
	for (size_t i = 0; i < c->valid_rows; i++)
		row_print(&c->rows[i], out);
	if (c->row_count == 0)
		fputs("  nothing to compare: no metric that valid trials of both sides have\n",
			out);
	else if (c->valid_rows > 0 && !comparison_has_enough(c))
		fprintf(out,
			"  Fewer than %zu valid %s: nothing can be said. Run with "
			"--repeat %zu or more.\n",
			comparison_least(c), c->is_paired ? "pairs of twins" : "trials a side",
			comparison_least(c));
	unseen_print(c, out);
	lost_print(c, out);
}
