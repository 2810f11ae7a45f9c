#include "bench/report/html/behind_part.h"

#include "bench/report/html/chart/overlay.h"
#include "bench/report/html/findings_part.h"
#include "bench/report/html/markup/bar.h"
#include "bench/report/html/markup/mark.h"
#include "bench/report/html/markup/markup.h"
#include "bench/report/html/strategy_table.h"
#include "bench/report/printed.h"
#include "bench/report/upstream_text.h"
#include "bench/result/figure_text.h"
#include "bench/result/json_path.h"
#include "bench/result/upstream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void count_write(const struct chart_source *behind, const struct outcome *outcome,
	const char *metric, FILE *out)
{
	char text[32] = "-";
	double count = chart_median(behind, outcome, metric);
	if (!isnan(count))
		markup_thousands(count, text, sizeof(text));
	markup_write(out, "<td class=\"number\">%s</td>", text);
}

static void ports_held_write(
	const struct chart_source *behind, const struct outcome *outcome, FILE *out)
{
	bar_ports_write(chart_median(behind, outcome, "ports.held_share"),
		marks[outcome->holder].class, out);
}

/* The finding of the trial in front that its proxy ran out of ports; NULL: it did not. */
static const json_t *end_of(const json_t *trial)
{
	size_t i;
	json_t *finding;
	json_array_foreach(json_object_get(trial, "findings"), i, finding)
	{
		if (strcmp(json_path_text(finding, "id"), "ports-exhausted") == 0 &&
			strcmp(json_path_text(finding, "end"), "proxy") == 0)
			return finding;
	}
	return NULL;
}

/* When they ended, and what that cost the clients: of the trial in which it came first. */
static void end_write(const struct chart_source *front, const char *strategy, FILE *out)
{
	size_t i, ended = 0;
	json_t *trial, *trials = json_path_trials(front->result, strategy, false);
	const json_t *first = NULL;
	json_array_foreach(trials, i, trial)
	{
		const json_t *end = end_of(trial);
		ended += end != NULL;
		if (end && (!first || json_number_value(json_object_get(end, "t_s")) <
					      json_number_value(json_object_get(first, "t_s"))))
			first = end;
	}
	if (first)
		markup_write(out,
			"<td class=\"bad\">in %zu of %zu trials; first after %.2f s, where %.0f "
			"requests failed</td>",
			ended, json_array_size(trials),
			json_number_value(json_object_get(first, "t_s")),
			json_number_value(json_object_get(first, "failed")));
	else
		fputs("<td class=\"quiet\">no</td>", out);
	json_decref(trials);
}

static void met_write(
	const struct chart_source *front, const struct chart_source *behind, FILE *out)
{
	fputs("<h3>What the proxy met there</h3>\n<p class=\"quiet\">Medians over the valid "
	      "trials; "
	      "over all where none is valid: that ports run out is what makes a trial "
	      "invalid.</p>\n"
	      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"What the proxy "
	      "met\"><table class=\"plain\"><thead><tr><th scope=\"col\">strategy</th>"
	      "<th scope=\"col\" class=\"number\">connections</th>"
	      "<th scope=\"col\" class=\"number\">TIME_WAITs at the proxy</th>"
	      "<th scope=\"col\" class=\"number\">at the upstream</th>"
	      "<th scope=\"col\">ports held</th>"
	      "<th scope=\"col\">ran out</th></tr></thead>\n<tbody>\n",
		out);
	for (size_t i = 0; i < behind->basis.outcomes.count; i++) {
		const struct outcome *outcome = &behind->basis.outcomes.list[i];
		fputs("<tr><th scope=\"row\">", out);
		mark_name_write(outcome, out);
		fputs("</th>", out);
		count_write(behind, outcome, "connections.attempted", out);
		count_write(behind, outcome, "time_wait.client.created", out);
		count_write(behind, outcome, "time_wait.server.created", out);
		ports_held_write(behind, outcome, out);
		end_write(front, outcome->strategy, out);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
}

/* The places of the strategies in the page's own table are their numbers, for the script. */
static void numbers_take(struct chart_source *behind, const struct chart_source *front)
{
	const struct outcomes *own = &behind->basis.outcomes;
	behind->numbering = &front->basis.outcomes;
	for (size_t i = 0; i < own->count; i++) {
		size_t at = chart_number(behind, i);
		bool has_box = front->basis.outcomes.list[at].valid > 0;
		behind->is_shown[i] = has_box ? front->is_shown[at] : behind->is_shown[i];
	}
}

static void ports_write(struct chart_source *front, struct chart_source *behind, FILE *out)
{
	struct plot plot = {
		.id = "ports-behind",
		.title = "Ports of the proxy that are held",
		.unit = "",
		.y_label = overlay_brief,
	};
	numbers_take(behind, front);
	behind->has_data = front->has_data;
	overlay_over_time_write(behind, &plot, LINES_PORTS, out);
	front->has_data = behind->has_data;
}

static void prose_write(const json_t *behind, FILE *out)
{
	char *lines = printed(upstream_prose_write, behind);
	if (lines)
		markup_lines_write(out, NULL, lines);
	free(lines);
}

static void section_write(
	struct chart_source *front, struct chart_source *source, json_t *behind, FILE *out)
{
	fputs("<section id=\"behind\"><h2>Behind the proxy</h2>\n<p class=\"quiet\">Its "
	      "connections to the upstream: the server is the upstream here, and the "
	      "client is the proxy. All else on this page is of the hop in front, between "
	      "the clients and the proxy.</p>\n",
		out);
	strategy_table_write(source, out);
	met_write(front, source, out);
	ports_write(front, source, out);
	prose_write(behind, out);
	result_upstream_drop_told(behind, front->result);
	findings_part_behind_write(behind, out);
	fputs("</section>\n", out);
}

int behind_part_write(struct chart_source *front, FILE *out)
{
	struct chart_source source;
	json_t *behind = result_upstream(front->result);
	if (!behind)
		return 0;
	int written = chart_source_init(&source, behind, front->data);
	if (written == 0)
		section_write(front, &source, behind, out);
	chart_source_finish(&source);
	json_decref(behind);
	return written;
}
