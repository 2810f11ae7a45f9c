/* What users wait: latencies, and how many wait so long. */
#include "bench/report/html/chart/curve.h"
#include "bench/report/html/chart/registry.h"
#include "bench/report/html/markup/mark.h"
#include "bench/report/html/markup/markup.h"

#include <math.h>
#include <stdio.h>

static const struct {
	const char *latency, *title;
} kinds[] = {
	{"total", "Total: an exchange, a first one's handshake included, ms"},
	{"connect", "Connect: until the handshake's end, ms"},
	{"response", "Response: from the request to the response's last byte, ms"},
	{"close", "Close: from the last byte to the end of the stream, ms"},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Some are of a few microseconds. */
static void latency_write(double us, FILE *out)
{
	if (isnan(us))
		fputs("<td class=\"number\">-</td>", out);
	else
		markup_write(out, "<td class=\"number\">%.3g</td>", us / 1e3);
}

static void row_write(const struct chart_source *source, const struct outcome *outcome, FILE *out)
{
	static const char *const quantiles[] = {"p50", "p99"};
	fputs("<tr><th scope=\"row\">", out);
	mark_name_write(outcome, out);
	fputs("</th>", out);
	for (size_t k = 0; k < KINDS; k++)
		for (size_t q = 0; q < 2; q++) {
			char path[64];
			snprintf(path, sizeof(path), "latency_us.%s.%s", kinds[k].latency,
				quantiles[q]);
			latency_write(chart_median(source, outcome, path), out);
		}
	fputs("</tr>\n", out);
}

static void table_write(const struct chart_source *source, FILE *out)
{
	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Latencies\">"
	      "<table class=\"plain\"><thead><tr><th scope=\"col\">ms</th>",
		out);
	for (size_t k = 0; k < KINDS; k++)
		markup_write(out,
			"<th scope=\"col\" class=\"number\">%s p50</th>"
			"<th scope=\"col\" class=\"number\">p99</th>",
			kinds[k].latency);
	fputs("</tr></thead>\n<tbody>\n", out);
	for (size_t i = 0; i < source->basis.outcomes.count; i++)
		row_write(source, &source->basis.outcomes.list[i], out);
	fputs("</tbody></table></div>\n", out);
}

static bool waits_is_known(const struct chart_source *source)
{
	for (size_t i = 0; i < source->basis.outcomes.count; i++)
		if (source->basis.outcomes.list[i].p99.is_known)
			return true;
	return false;
}

static void waits_write(struct chart_source *source, FILE *out)
{
	static const char *const ids[KINDS] = {"total", "connecting", "response", "closing"};
	fputs("<div class=\"pairs\">\n", out);
	for (size_t k = 0; k < KINDS; k++) {
		struct plot plot = {.id = ids[k], .title = kinds[k].title};
		curve_axes_set(&plot);
		overlay_write(source, &plot, true, curve_points, kinds[k].latency, out);
	}
	fputs("</div>\n", out);
	table_write(source, out);
}

const struct chart chart_waits = {
	.id = "waits",
	.question = "What do users wait?",
	.sentence = "Both axes are logarithmic: what one in 2, in 10, in 100, in 1,000 waits at "
		    "least. Medians over the valid trials, and their range.",
	.is_known = waits_is_known,
	.write = waits_write,
};
