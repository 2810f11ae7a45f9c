#include "bench/report/comparison_text.h"

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

void comparison_text_print(const struct comparison *c, FILE *out)
{
	fprintf(out, "A: %s, %zu valid trials of %zu;  B: %s, %zu of %zu\n", c->a,
		json_array_size(c->a_trials), c->a_all, c->b, json_array_size(c->b_trials),
		c->b_all);
	fprintf(out, "  %-32s %11s %11s  %11s  %20s  %6s  %6s\n", "", "median A", "median B",
		"B less A", "95 % interval", "p", "p all");
	for (size_t i = 0; i < c->row_count; i++)
		row_print(&c->rows[i], out);
	if (c->row_count == 0)
		fputs("  nothing to compare: no metric that valid trials of both sides have\n",
			out);
	else if (!comparison_has_enough(c))
		fprintf(out,
			"  Fewer than %d valid trials a side: nothing can be said. Run with "
			"--repeat %d or more.\n",
			COMPARISON_TRIALS_LEAST, STATISTICS_TRIALS_ADVISED);
}
