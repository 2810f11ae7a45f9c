/* What users wait: latencies over 1 / (1 - quantile), so that one in ten, in a hundred and in a
 * thousand lie as far apart as they are rare. */
#include "bench/report/html/chart/overlay.h"
#include "bench/report/html/chart/registry.h"
#include "bench/report/html/markup/mark.h"
#include "bench/report/html/markup/markup.h"
#include "bench/result/json_path.h"
#include "bench/statistics/statistics.h"

#include <math.h>
#include <stdlib.h>

static const struct {
	const char *latency, *title;
} kinds[] = {
	{"total", "Total: an exchange, a first one's handshake included, ms"},
	{"connect", "Connect: until the handshake's end, ms"},
	{"response", "Response: from the request to the response's last byte, ms"},
	{"close", "Close: from the last byte to the end of the stream, ms"},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void milliseconds(double us, char *text, size_t size)
{
	snprintf(text, size, "%g", us / 1e3);
}

/* "99 %" of 100: one in so many is slower. */
static void share_of(double one_in, char *text, size_t size)
{
	if (one_in <= 1)
		snprintf(text, size, "least");
	else
		snprintf(text, size, "%.6g %%", 100 * (1 - 1 / one_in));
}

static const json_t *curve_of(const json_t *trial, const char *latency)
{
	char path[64];
	snprintf(path, sizeof(path), "latency_us.%s.curve", latency);
	return json_path_at(trial, path);
}

/* Of the trials that have point `at` of the curve. Returns whether any has. */
static bool point_of(const json_t *trials, const char *latency, size_t at, struct plot_point *point)
{
	size_t i, count = 0;
	json_t *trial;
	double *values = calloc(json_array_size(trials) + 1, sizeof(*values));
	json_array_foreach((json_t *)trials, i, trial)
	{
		const json_t *value = json_array_get(curve_of(trial, latency), at);
		if (values && json_number_value(value) > 0)
			values[count++] = json_number_value(value);
	}
	if (count > 0) {
		point->y = statistics_median(values, count);
		point->low = values[0];
		point->high = values[count - 1];
	}
	free(values);
	return count > 0;
}

/* The last quantile, 1, is the greatest value: one in infinitely many. It stands nowhere. */
static size_t curve_points(const struct chart_source *source, const struct outcome *outcome,
	const void *what, struct plot_point *points)
{
	size_t i, count = 0;
	json_t *quantile, *trials = json_path_trials(source->result, outcome->strategy, true);
	json_array_foreach(json_object_get(source->result, "curve_quantiles"), i, quantile)
	{
		double rest = 1 - json_number_value(quantile);
		if (count == OVERLAY_POINTS_MAX || !(rest > 0) || rest > 1)
			continue;
		points[count].x = 1 / rest;
		count += point_of(trials, what, i, &points[count]);
	}
	json_decref(trials);
	return count;
}

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
	for (size_t i = 0; i < source->outcomes.count; i++)
		row_write(source, &source->outcomes.list[i], out);
	fputs("</tbody></table></div>\n", out);
}

static bool waits_is_known(const struct chart_source *source)
{
	for (size_t i = 0; i < source->outcomes.count; i++)
		if (source->outcomes.list[i].p99.is_known)
			return true;
	return false;
}

static void waits_write(struct chart_source *source, FILE *out)
{
	static const char *const ids[KINDS] = {"total", "connecting", "response", "closing"};
	fputs("<div class=\"pairs\">\n", out);
	for (size_t k = 0; k < KINDS; k++) {
		struct plot plot = {
			.id = ids[k],
			.axis = "rare",
			.title = kinds[k].title,
			.unit = " ms",
			.per_unit = 1e3,
			.x_label = share_of,
			.x_read = share_of,
			.y_label = milliseconds,
		};
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
