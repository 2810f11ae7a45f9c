/* When the client's ports end. */
#include "bench/report/html/chart/overlay.h"
#include "bench/report/html/chart/registry.h"
#include "bench/report/html/markup/bar.h"
#include "bench/report/html/markup/mark.h"
#include "bench/report/html/markup/markup.h"
#include "bench/result/figure_text.h"

#include <math.h>

/* Who held less, and has no forecast, is not in the table. */
#define TOLD_SHARE 0.05

static bool ports_is_known(const struct chart_source *source)
{
	for (size_t i = 0; i < source->basis.outcomes.count; i++)
		if (source->basis.outcomes.list[i].held_share.is_known)
			return true;
	return false;
}

static void held_write(const struct outcome *outcome, FILE *out)
{
	bar_ports_write(outcome->held_share.spread.median, marks[outcome->holder].class, out);
}

/* When they end at the trial's rate; a time that the trial itself met goes before a forecast. */
static void end_write(const struct outcome *outcome, bool is_forecast, FILE *out)
{
	if (outcome->exhausted > 0)
		markup_write(out,
			"<td class=\"bad\">after %.1f s connect() found none, in %zu of %zu "
			"trials</td>",
			outcome->exhausted_s.spread.median, outcome->exhausted, outcome->trials);
	else if (outcome->held_after_s.is_known)
		markup_write(out,
			outcome->held_after_s.spread.median < 10
				? "<td>all are held after %.1f s at this rate</td>"
				: "<td>all are held after %.0f s at this rate</td>",
			outcome->held_after_s.spread.median);
	else
		markup_write(out, "<td class=\"quiet\">%s</td>",
			is_forecast ? "never, at this rate" : "-");
}

/* Whether its ports could end: they were short, or are forecast to be. */
static bool is_told(const struct chart_source *source, const struct outcome *outcome)
{
	return outcome->exhausted > 0 || outcome->held_share.spread.median >= TOLD_SHARE ||
	       !isnan(chart_median(source, outcome, "runway.lasts_per_s"));
}

/* Of those whose row is left out: the most in any trial, as their cards say. */
static void others_write(const struct chart_source *source, bool has_table, FILE *out)
{
	char share[32];
	double most = 0;
	bool any = false;
	for (size_t i = 0; i < source->basis.outcomes.count; i++) {
		const struct outcome *outcome = &source->basis.outcomes.list[i];
		if (is_told(source, outcome) || !(outcome->ports > 0))
			continue;
		any = true;
		most = fmax(most, outcome->ports_held / outcome->ports);
	}
	figure_percent(most, share, sizeof(share));
	if (any)
		markup_write(out,
			has_table ? "<p class=\"quiet\">The others held at most %s of the "
				    "ports.</p>\n"
				  : "<p>Nobody held more than %s of the ports.</p>\n",
			share);
}

static void row_write(const struct chart_source *source, const struct outcome *outcome, FILE *out)
{
	char text[64] = "-";
	double lasts = chart_median(source, outcome, "runway.lasts_per_s");
	fputs("<tr><th scope=\"row\">", out);
	mark_name_write(outcome, out);
	fputs("</th>", out);
	held_write(outcome, out);
	end_write(outcome, !isnan(lasts), out);
	if (!isnan(lasts))
		markup_thousands(floor(lasts), text, sizeof(text));
	markup_write(out, "<td class=\"number\">%s</td></tr>\n", text);
}

/* What each strategy has; 0 where they differ. */
static double ports_of_all(const struct chart_source *source)
{
	double ports = 0;
	for (size_t i = 0; i < source->basis.outcomes.count; i++) {
		double own = source->basis.outcomes.list[i].ports;
		if (own > 0 && ports > 0 && (own < ports || own > ports))
			return 0;
		ports = own > 0 ? own : ports;
	}
	return ports;
}

static void table_write(const struct chart_source *source, FILE *out)
{
	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Ports held\">"
	      "<table class=\"plain\"><thead><tr><th scope=\"col\">strategy</th>"
	      "<th scope=\"col\">most held at once</th><th scope=\"col\">when they end</th>"
	      "<th scope=\"col\" class=\"number\">connections/s that last for good</th></tr>"
	      "</thead>\n<tbody>\n",
		out);
	for (size_t i = 0; i < source->basis.outcomes.count; i++)
		if (is_told(source, &source->basis.outcomes.list[i]))
			row_write(source, &source->basis.outcomes.list[i], out);
	fputs("</tbody></table></div>\n", out);
}

static void ports_write(struct chart_source *source, FILE *out)
{
	bool any = false;
	struct plot plot = {
		.id = "ports",
		.title = "Ports of the client that are held",
		.unit = "",
		.y_label = overlay_brief,
		.dashed = ports_of_all(source) / 2,
		.dashed_label = "half of the ports",
	};
	for (size_t i = 0; i < source->basis.outcomes.count; i++)
		any |= is_told(source, &source->basis.outcomes.list[i]);
	if (any)
		table_write(source, out);
	others_write(source, any, out);
	overlay_over_time_write(source, &plot, LINES_PORTS, out);
}

const struct chart chart_ports = {
	.id = "ports",
	.question = "When do the ports end?",
	.sentence = "A TIME_WAIT at the client keeps its port for a minute, for this destination. "
		    "From half of the ports on (the tick) connect() searches long.",
	.is_known = ports_is_known,
	.write = ports_write,
};
