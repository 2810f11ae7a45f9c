#include "bench/report/html/comparison_page.h"

#include "bench/report/comparison_table.h"
#include "bench/report/conditions_text.h"
#include "bench/report/html/data_part.h"
#include "bench/report/html/frame.h"
#include "bench/report/html/markup/markup.h"
#include "bench/report/html/method_part.h"
#include "bench/report/html/printed.h"
#include "bench/result/json_path.h"
#include "common/bounded_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TITLE_MAX 200
/* The drawing of an interval ends at this difference, in percent, on either side: what is beyond
 * has the arrow of a bar that fills its side. */
#define PERCENT_MOST 100
/* Differences that the first lines name; of more, how many there are. */
#define TOLD_MOST 4

enum verdict { VERDICT_NONE, VERDICT_BETTER, VERDICT_WORSE, VERDICT_OTHER };

static const char *const verdict_classes[] = {
	[VERDICT_NONE] = "quiet",
	[VERDICT_BETTER] = "well",
	[VERDICT_WORSE] = "bad",
	[VERDICT_OTHER] = "other",
};

/* B against A. */
static enum verdict verdict_of(const struct comparison_row *row)
{
	bool more = row->difference.median > 0;
	if (!row->told)
		return VERDICT_NONE;
	if (row->metric->field->better == FIELD_NEITHER)
		return VERDICT_OTHER;
	return more == (row->metric->field->better == FIELD_MORE) ? VERDICT_BETTER : VERDICT_WORSE;
}

static size_t verdicts_count(const struct comparison *comparison, enum verdict verdict)
{
	size_t count = 0;
	for (size_t i = 0; i < comparison->row_count; i++)
		count += verdict_of(&comparison->rows[i]) == verdict;
	return count;
}

/* Percent of A's median; NAN where that is 0. */
static double percent_of(const struct comparison_row *row, double value)
{
	return row->a > 0 || row->a < 0 ? 100 * value / fabs(row->a) : NAN;
}

/* The interval beside 0, which is the middle. */
static void interval_draw(const struct comparison_row *row, const char *class, FILE *out)
{
	double low = percent_of(row, row->difference.low),
	       high = percent_of(row, row->difference.high);
	double middle = percent_of(row, row->difference.median);
	if (isnan(middle)) {
		fputs("<td></td>", out);
		return;
	}
	double from = 50 + 50 * fmax(-1, fmin(1, low / PERCENT_MOST));
	double to = 50 + 50 * fmax(-1, fmin(1, high / PERCENT_MOST));
	double at = 50 + 50 * fmax(-1, fmin(1, middle / PERCENT_MOST));
	markup_write(out,
		"<td class=\"forest\"><svg class=\"bar %s\" height=\"14\" aria-hidden=\"true\">"
		"<rect class=\"tick\" x=\"50%%\" width=\"1\" height=\"14\"/>"
		"<rect x=\"%.2f%%\" y=\"5\" width=\"%.2f%%\" height=\"4\"/>"
		"<circle cx=\"%.2f%%\" cy=\"7\" r=\"5\"/></svg></td>",
		class, from, fmax(to - from, 0.3), at);
}

static void difference_write(const struct comparison_row *row, FILE *out)
{
	double unit = isnan(percent_of(row, 1)) ? 1 : percent_of(row, 1);
	const char *sign = isnan(percent_of(row, 1)) ? "" : " %";
	char text[64], interval[96];
	snprintf(text, sizeof(text), "%+.3g%s", row->difference.median * unit, sign);
	snprintf(interval, sizeof(interval), "%+.3g to %+.3g", row->difference.low * unit,
		row->difference.high * unit);
	markup_write(out, "<td class=\"number\">%s<small>%s</small></td>", text, interval);
}

static void verdict_write(const struct comparison_row *row, FILE *out)
{
	static const char *const words[] = {
		[VERDICT_BETTER] = ", better", [VERDICT_WORSE] = ", worse", [VERDICT_OTHER] = ""};
	char seen[64];
	enum verdict verdict = verdict_of(row);
	const char *class = verdict_classes[verdict];
	if (verdict != VERDICT_NONE)
		markup_write(out, "<td class=\"%s\"><b>%s</b>%s</td>", class,
			row->difference.median > 0 ? "more" : "less", words[verdict]);
	else if (isnan(row->detectable))
		fputs("<td class=\"quiet\">~ too few trials</td>", out);
	else
		markup_write(out, "<td class=\"quiet\">~ seen from %s</td>",
			comparison_detectable_text(row, seen, sizeof(seen)));
}

static void p_write(double p, FILE *out)
{
	if (p < 0.0005)
		fputs("<td class=\"number wide\">&lt;0.001</td>", out);
	else
		markup_write(out, "<td class=\"number wide\">%.3f</td>", p);
}

/* Of the values as they are shown: those of shares and bytes have theirs with them. */
static const char *unit_of(const struct metric *metric)
{
	const char *unit = metric->field->unit ? metric->field->unit : "";
	switch (metric->field->format) {
	case FIELD_MS:
		return "ms";
	case FIELD_PERCENT:
	case FIELD_BYTES:
		return "";
	case FIELD_WHOLE:
	case FIELD_TENTHS:
	case FIELD_HUNDREDTHS:
		break;
	}
	return unit;
}

static void row_write(const struct comparison_row *row, FILE *out)
{
	char a[64], b[64];
	const char *class = verdict_classes[verdict_of(row)];
	metric_format(row->metric, row->a, a, sizeof(a));
	metric_format(row->metric, row->b, b, sizeof(b));
	markup_write(out,
		"<tr class=\"%s\"><th scope=\"row\">%s <small>%s</small></th><td "
		"class=\"number\">%s</td>"
		"<td class=\"number\">%s</td>",
		row->told ? "told" : "untold", row->metric->name, unit_of(row->metric), a, b);
	difference_write(row, out);
	interval_draw(row, class, out);
	p_write(row->p, out);
	p_write(row->p_adjusted, out);
	verdict_write(row, out);
	fputs("</tr>\n", out);
}

static void rows_write(
	const struct comparison *comparison, const char *label, size_t from, size_t to, FILE *out)
{
	if (from == to)
		return;
	markup_write(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">",
		label);
	fputs("<table class=\"plain compared\"><thead><tr><th scope=\"col\">metric</th>"
	      "<th scope=\"col\" class=\"number\">A</th><th scope=\"col\" class=\"number\">B</th>"
	      "<th scope=\"col\" class=\"number\">B less A, 95 % interval</th>"
	      "<th scope=\"col\">-100 % to +100 %</th>"
	      "<th scope=\"col\" class=\"number wide\">p</th>"
	      "<th scope=\"col\" class=\"number wide\">p all</th>"
	      "<th scope=\"col\">B against A</th></tr></thead>\n<tbody>\n",
		out);
	for (size_t i = from; i < to; i++)
		if (comparison->rows[i].told)
			row_write(&comparison->rows[i], out);
	for (size_t i = from; i < to; i++)
		if (!comparison->rows[i].told)
			row_write(&comparison->rows[i], out);
	fputs("</tbody></table></div>\n", out);
}

static void name_set(const struct comparison *comparison, char *name, size_t size)
{
	if (strcmp(comparison->a, comparison->b) == 0)
		bounded_text_write(name, size, "%s", comparison->a);
	else
		bounded_text_write(name, size, "%s against %s", comparison->b, comparison->a);
}

static void comparison_write(const struct comparison *comparison, FILE *out)
{
	char name[TITLE_MAX];
	name_set(comparison, name, sizeof(name));
	markup_write(out,
		"<section><h2>%s</h2>\n<p class=\"quiet\">%sA: %s, %zu valid of %zu. B: %s, %zu "
		"valid of %zu.</p>\n",
		name, comparison->is_paired ? "Twins: within pairs. " : "", comparison->a,
		json_array_size(comparison->a_trials), json_array_size(comparison->a_all),
		comparison->b, json_array_size(comparison->b_trials),
		json_array_size(comparison->b_all));
	if (!comparison_has_enough(comparison))
		markup_write(out,
			"<p class=\"bad\">Fewer than %zu valid %s: nothing can be said. Run with "
			"--repeat %zu or more.</p>\n",
			comparison_least(comparison),
			comparison->is_paired ? "pairs of twins" : "trials a side",
			comparison_least(comparison));
	rows_write(comparison, name, 0, comparison->valid_rows, out);
	if (comparison->valid_rows < comparison->row_count) {
		char label[TITLE_MAX];
		bounded_text_write(label, sizeof(label), "Lost: %s", name);
		fputs("<h3>What was lost, of all trials, invalid ones too</h3>\n", out);
		rows_write(comparison, label, comparison->valid_rows, comparison->row_count, out);
	}
	fputs("</section>\n", out);
}

/* "rate_per_s +24 %, server_cpu_us_per_connection -21 % and 3 more". Returns how many there are. */
static size_t told_write(const struct comparison *comparison, FILE *out)
{
	char change[64];
	size_t told = comparison->row_count - verdicts_count(comparison, VERDICT_NONE), met = 0;
	for (size_t i = 0; i < comparison->row_count; i++) {
		const struct comparison_row *row = &comparison->rows[i];
		if (!row->told || met++ >= TOLD_MOST)
			continue;
		comparison_change_text(row, change, sizeof(change));
		markup_write(out, "%s <span class=\"%s\">%s %s</span>", met > 1 ? "," : "",
			verdict_classes[verdict_of(row)], row->metric->name, change);
	}
	if (told > TOLD_MOST)
		markup_write(out, " and %zu more", told - TOLD_MOST);
	return told;
}

/* "reset: rate_per_s +24 %: better in 1, worse in 0. In 12 metrics nothing can be said." */
static void summary_write(const struct comparison *comparison, FILE *out)
{
	char name[TITLE_MAX];
	size_t silent = verdicts_count(comparison, VERDICT_NONE);
	name_set(comparison, name, sizeof(name));
	markup_write(out, "<li><b>%s</b>:", name);
	if (told_write(comparison, out) > 0)
		markup_write(out, ": B is better in %zu, worse in %zu. ",
			verdicts_count(comparison, VERDICT_BETTER),
			verdicts_count(comparison, VERDICT_WORSE));
	else
		fputs(" no difference is told. ", out);
	if (silent > 0)
		markup_write(out, "Of %zu metrics nothing can be said.", silent);
	fputs("</li>\n", out);
}

static void conditions_lines_print(const void *what, FILE *out)
{
	const struct compared *compared = what;
	conditions_print(compared->results[0], compared->results[1], out);
}

static void side_write(const char *name, const char *path, const json_t *result, FILE *out)
{
	markup_write(
		out, "<section class=\"card\"><h2>%s: %s</h2>\n<p class=\"quiet\">", name, path);
	method_line_write(result, out);
	markup_write(out, "</p>\n<pre tabindex=\"0\"><code>%s</code></pre></section>\n",
		json_path_text(result, "command_line"));
}

static void head_write(const struct compared *compared, const char *title, FILE *out)
{
	bool one_file = compared->results[0] == compared->results[1];
	char *conditions = printed(conditions_lines_print, compared);
	markup_write(out, "<header><h1>%s</h1></header>\n<main>\n<section id=\"answer\">\n", title);
	fputs("<ul class=\"answer more\">\n", out);
	for (size_t i = 0; i < compared->count; i++)
		summary_write(&compared->list[i], out);
	fputs("</ul>\n", out);
	frame_alert_write("Not measured alike", conditions, out);
	fputs("<div class=\"cards\">\n", out);
	side_write(one_file ? "A and B" : "A", compared->paths[0], compared->results[0], out);
	if (!one_file)
		side_write("B", compared->paths[1], compared->results[1], out);
	markup_write(out,
		"</div>\n<p class=\"quiet\">~: nothing can be said, unless p is below %.2f, p all "
		"below %.2f and the interval is clear of 0; \"seen from\" is how large a "
		"difference has to be for about %.0f of 10 such comparisons to tell it. p all is "
		"corrected for everything that is compared here.%s</p>\n</section>\n",
		COMPARISON_ALPHA, COMPARISON_ADJUSTED_ALPHA, 10 * POWER_WANTED,
		one_file ? ""
			 : " Two runs also differ by what their hosts did meanwhile: no statistic "
			   "sees that.");
	free(conditions);
}

static int data_write(const struct compared *compared, FILE *out)
{
	bool one_file = compared->results[0] == compared->results[1];
	fputs("<section id=\"data\"><h2>Data</h2>\n<ul class=\"files\">\n", out);
	int written = data_part_write(compared->results[0], "A", out);
	if (written == 0 && !one_file)
		written = data_part_write(compared->results[1], "B", out);
	fputs("</ul></section>\n</main>\n", out);
	return written;
}

int comparison_page_write(const struct compared *compared, FILE *out)
{
	char title[TITLE_MAX], name[TITLE_MAX];
	if (compared->count == 1) {
		name_set(&compared->list[0], name, sizeof(name));
		bounded_text_write(title, sizeof(title), "Compared: %s", name);
	} else {
		bounded_text_write(
			title, sizeof(title), "%zu strategies compared", compared->count);
	}
	frame_begin(title, out);
	head_write(compared, title, out);
	for (size_t i = 0; i < compared->count; i++)
		comparison_write(&compared->list[i], out);
	int written = data_write(compared, out);
	frame_end("[]", "", out);
	return written;
}
