/* What a request costs: processor time by end, and segments. */
#include "bench/report/html/chart/registry.h"
#include "bench/report/html/markup/bar.h"
#include "bench/report/html/markup/mark.h"
#include "bench/report/html/markup/markup.h"

#include <math.h>
#include <stdlib.h>

/* A request's share of what a connection costs. */
struct cost {
	bool has_cpu, has_segments;
	double server_us, client_us, segments;
};

static struct cost cost_of(const struct chart_source *source, const struct outcome *outcome)
{
	double requests = outcome->exchanges > 1 ? outcome->exchanges : 1;
	struct cost cost = {
		.server_us =
			chart_median(source, outcome, "cpu_us_per_connection.server") / requests,
		.client_us =
			chart_median(source, outcome, "cpu_us_per_connection.client") / requests,
		.segments = chart_median(source, outcome, "segments_per_connection") / requests,
	};
	cost.has_cpu = isfinite(cost.server_us) || isfinite(cost.client_us);
	cost.has_segments = isfinite(cost.segments);
	return cost;
}

static double known(double value)
{
	return isfinite(value) ? value : 0;
}

static void figure_write(double value, const char *class, FILE *out)
{
	markup_write(out, "<td class=\"%s\">", class);
	if (isfinite(value))
		markup_write(out, "%.1f", value);
	else
		fputc('-', out);
	fputs("</td>", out);
}

static void row_write(
	const struct outcome *outcome, const struct cost *cost, double most_us, FILE *out)
{
	double server = known(cost->server_us) / most_us;
	double both = server + known(cost->client_us) / most_us;
	struct bar_part parts[] = {{0, server, "server"}, {server, both, "client"}};
	fputs("<tr><th scope=\"row\">", out);
	mark_name_write(outcome, out);
	fputs("</th><td class=\"wide-bar\">", out);
	bar_write(parts, 2, 0, out);
	fputs("</td>", out);
	figure_write(cost->server_us, "number", out);
	figure_write(cost->client_us, "number", out);
	figure_write(cost->segments, "number", out);
	fputs("</tr>\n", out);
}

static bool costs_is_known(const struct chart_source *source)
{
	for (size_t i = 0; i < source->basis.outcomes.count; i++) {
		struct cost cost = cost_of(source, &source->basis.outcomes.list[i]);
		if (cost.has_cpu || cost.has_segments)
			return true;
	}
	return false;
}

static void costs_write(struct chart_source *source, FILE *out)
{
	double most_us = 0;
	size_t count = source->basis.outcomes.count;
	struct cost *costs = calloc(count + 1, sizeof(*costs));
	for (size_t i = 0; costs && i < count; i++) {
		costs[i] = cost_of(source, &source->basis.outcomes.list[i]);
		most_us = fmax(most_us, known(costs[i].server_us) + known(costs[i].client_us));
	}
	fputs("<p class=\"key\"><span class=\"server\">at the server</span> <span "
	      "class=\"client\">at the client</span></p>\n"
	      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Costs\">"
	      "<table class=\"plain\"><thead><tr><th scope=\"col\">strategy</th>"
	      "<th scope=\"col\">CPU time of a request</th>"
	      "<th scope=\"col\" class=\"number\">server, us</th>"
	      "<th scope=\"col\" class=\"number\">client, us</th>"
	      "<th scope=\"col\" class=\"number\">segments</th></tr></thead>\n<tbody>\n",
		out);
	for (size_t i = 0; costs && i < count; i++)
		if (costs[i].has_cpu || costs[i].has_segments)
			row_write(&source->basis.outcomes.list[i], &costs[i],
				most_us > 0 ? most_us : 1, out);
	fputs("</tbody></table></div>\n", out);
	free(costs);
}

const struct chart chart_costs = {
	.id = "costs",
	.question = "What does it cost?",
	.sentence = "Processor time and TCP segments of one request, its share of opening and "
		    "closing the connection included. Medians over the valid trials.",
	.is_known = costs_is_known,
	.write = costs_write,
};
