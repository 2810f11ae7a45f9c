#include "bench/report/html/comparison_rows.h"

#include "bench/report/comparison_table.h"
#include "bench/report/html/markup/escape.h"
#include "bench/report/html/markup/markup.h"

#include <math.h>
#include <string.h>

/* The drawing of an interval ends at this difference, in percent, on either side: what is beyond
 * has the arrow of a bar that fills its side. */
#define PERCENT_MOST 100

static const char *const classes[] = {
	[VERDICT_NONE] = "quiet",
	[VERDICT_BETTER] = "well",
	[VERDICT_WORSE] = "bad",
	[VERDICT_OTHER] = "other",
};

enum comparison_verdict comparison_verdict(const struct comparison_row *row)
{
	bool more = row->difference.median > 0;
	if (!row->told)
		return VERDICT_NONE;
	if (row->metric->field->better == FIELD_NEITHER)
		return VERDICT_OTHER;
	return more == (row->metric->field->better == FIELD_MORE) ? VERDICT_BETTER : VERDICT_WORSE;
}

const char *comparison_class(const struct comparison_row *row)
{
	return classes[comparison_verdict(row)];
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
	enum comparison_verdict verdict = comparison_verdict(row);
	const char *class = classes[verdict];
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

/* "server_cpu_us_per_connection" may be broken behind each "_": a phone is narrower. */
static void name_write(const char *name, FILE *out)
{
	while (*name) {
		size_t length = strcspn(name, "_") + 1;
		length = strnlen(name, length);
		escape_html_part(name, length, out);
		name += length;
		fputs(*name ? "<wbr>" : "", out);
	}
}

static void row_write(const struct comparison_row *row, FILE *out)
{
	char a[64], b[64];
	const char *class = comparison_class(row);
	metric_format(row->metric, row->a, a, sizeof(a));
	metric_format(row->metric, row->b, b, sizeof(b));
	fprintf(out, "<tr class=\"%s\"><th scope=\"row\">", row->told ? "told" : "untold");
	name_write(row->metric->name, out);
	markup_write(out,
		" <small>%s</small></th><td class=\"number\">%s</td>"
		"<td class=\"number\">%s</td>",
		unit_of(row->metric), a, b);
	difference_write(row, out);
	interval_draw(row, class, out);
	p_write(row->p, out);
	p_write(row->p_adjusted, out);
	verdict_write(row, out);
	fputs("</tr>\n", out);
}

void comparison_rows_write(
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
