#include "bench/report/comparison_text.h"

#include "bench/report/answer/enumeration.h"
#include "bench/report/paragraph.h"
#include "bench/result/limit.h"
#include "bench/statistics/power.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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
	fputs("no difference in ", out);
	name_print(row->metric, out);
	fprintf(out, " is seen; it is at most %.3g%s", most,
		limit_unit_text(row->metric->field->unit, unit, sizeof(unit)));
	if (row->a > 0)
		fprintf(out, " (%.3g %%)", 100 * most / row->a);
	fprintf(out, ", with 95 %% confidence (seen from: %s)\n",
		comparison_detectable_text(row, seen, sizeof(seen)));
}

/* Whether there are rows of which something could be told. */
static bool is_judged(const struct comparison *c)
{
	return (c->valid_rows > 0 && comparison_has_enough(c)) ||
	       (c->row_count > c->valid_rows && comparison_has_enough_of_all(c));
}

bool comparison_told_write(const struct comparison *c, FILE *out)
{
	char change[32];
	size_t count = 0, met = 0;
	for (size_t r = 0; r < c->row_count; r++)
		count += c->rows[r].told;
	size_t written = enumeration_written(count);
	for (size_t r = 0; r < c->row_count && met < written; r++) {
		const struct comparison_row *row = &c->rows[r];
		if (!row->told)
			continue;
		met++;
		comparison_change_text(row, change, sizeof(change));
		fprintf(out, "%s%s%s (%s)", met == 1 ? "differs in " : "",
			enumeration_separator(met, count), row->metric->name, change);
	}
	enumeration_end(count, out);
	return count > 0;
}

/* "B differs in rate_per_s (+7.1 %)." */
static void told_write(const struct comparison *c, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *told = open_memstream(&text, &size);
	bool differs = told && comparison_told_write(c, told);
	if (told && fclose(told) == 0 && differs)
		fprintf(out, "B %s.", text);
	else if (is_judged(c))
		fputs("No difference is told.", out);
	free(text);
}

/* What a comparison is mostly asked for, and what it could have seen of that. */
static void unseen_write(const struct comparison *c, FILE *out)
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
			fprintf(out, "%s%s from %s",
				met++ ? ", " : " What would be seen: ", asked[i],
				comparison_detectable_text(row, text, sizeof(text)));
		}
	if (met > 0)
		fputc('.', out);
}

static void few_write(const struct comparison *c, FILE *out)
{
	const char *what = c->is_paired ? "pairs of twins" : "trials a side";
	if (c->row_count == 0)
		fputs(" Nothing to compare: no metric that valid trials of both sides have.", out);
	else if (c->valid_rows > 0 && !comparison_has_enough(c))
		fprintf(out,
			" Fewer than %zu valid %s: nothing can be said. Run with --repeat %zu or "
			"more.",
			comparison_least(c), what, comparison_least(c));
	else if (c->row_count > c->valid_rows && !comparison_has_enough_of_all(c))
		fprintf(out, " Fewer than %zu %s: nothing can be said.", comparison_least(c), what);
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
	name_print(metric, out);
	fprintf(out, ": it never came in %zu of %zu trials of A, in %zu of %zu of B\n", a, a_all, b,
		b_all);
}

/* What was lost counts of invalid trials, too: it may be what makes them invalid. */
static void lost_print(const struct comparison *c, FILE *out)
{
	struct metric_list metrics = metrics_summary();
	if (c->row_count == c->valid_rows)
		return;
	for (size_t i = 0; i < metrics.count; i++)
		if (metrics.items[i].field->absent_is_never)
			never_print(c, &metrics.items[i], out);
	for (size_t i = c->valid_rows; i < c->row_count; i++)
		equal_print(&c->rows[i], out);
}

static void sides_write(const struct comparison *c, FILE *out)
{
	if (c->is_paired)
		fprintf(out,
			"A: %s;  B: %s;  twins, %zu valid pairs of %zu: B less A is the median of "
			"the differences within a pair\n",
			c->a, c->b, json_array_size(c->a_trials), json_array_size(c->a_all));
	else
		fprintf(out, "A: %s, %zu valid trial%s of %zu;  B: %s, %zu of %zu\n", c->a,
			json_array_size(c->a_trials), json_array_size(c->a_trials) == 1 ? "" : "s",
			json_array_size(c->a_all), c->b, json_array_size(c->b_trials),
			json_array_size(c->b_all));
}

static void answer_write(const struct comparison *c, FILE *out)
{
	told_write(c, out);
	unseen_write(c, out);
	few_write(c, out);
}

typedef void part_write(const struct comparison *c, FILE *out);

static void wrapped_print(const struct comparison *c, part_write *write, size_t width, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *lines = open_memstream(&text, &size);
	if (lines)
		write(c, lines);
	if (lines && fclose(lines) == 0)
		paragraphs_print(text + strspn(text, " "), width, out);
	free(text);
}

void comparison_text_print(const struct comparison *c, size_t width, bool is_wide, FILE *out)
{
	wrapped_print(c, sides_write, width, out);
	wrapped_print(c, answer_write, width, out);
	comparison_table_print(c, width, is_wide, out);
	wrapped_print(c, lost_print, width, out);
}

/* Whether a row says from which difference on one would be told. */
static bool says_from(const struct comparison *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t r = 0; r < list[i].row_count; r++)
			if (!list[i].rows[r].told && !isnan(list[i].rows[r].detectable))
				return true;
	return false;
}

static void legend_write(bool says_from, bool is_wide, bool is_of_one_file, FILE *out)
{
	fprintf(out,
		"~: no difference is told, for want of p < %.2f, p all < %.2f or an interval clear "
		"of 0. ",
		COMPARISON_ALPHA, COMPARISON_ADJUSTED_ALPHA);
	if (says_from)
		fprintf(out,
			"from: how large one has to be for about %.0f of 10 such comparisons to "
			"tell it. ",
			10 * POWER_WANTED);
	fputs("B less A: of medians, in % of A's (in the metric's unit where A's is 0).\n", out);
	if (is_wide)
		fputs("p: Mann-Whitney U (of twins: Wilcoxon's signed ranks), two-sided, of this "
		      "metric alone.\n"
		      "p all: corrected for everything compared here: the share of random deals of "
		      "the trials to A and B in which any row of any strategy differs as much "
		      "(max-T, Westfall and Young).\n"
		      "95 %: the interval is bootstrapped.",
			out);
	if (is_wide && says_from)
		fputs(" from: by the spread of these trials (power of Welch's t, beyond what p all "
		      "asks for).",
			out);
	if (is_wide)
		fputc('\n', out);
	if (!is_of_one_file)
		fputs("Two runs also differ by what their hosts did meanwhile: no statistic sees "
		      "that. Trials of one run are interleaved.\n",
			out);
}

void comparison_legend_print(const struct comparison *list, size_t count, size_t width,
	bool is_wide, bool is_of_one_file, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *lines = open_memstream(&text, &size);
	if (lines)
		legend_write(says_from(list, count), is_wide, is_of_one_file, lines);
	if (lines && fclose(lines) == 0)
		paragraphs_print(text, width, out);
	free(text);
}
