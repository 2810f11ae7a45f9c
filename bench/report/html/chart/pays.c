/* Who pays: TIME_WAIT at both ends over time, one small drawing a strategy, all on one scale. */
#include "bench/report/html/chart/registry.h"
#include "bench/report/html/markup/mark.h"
#include "bench/report/html/markup/markup.h"
#include "bench/report/html/markup/plot.h"
#include "bench/result/figure_text.h"

#include <math.h>

#define TIME_WAIT_HEIGHT 64
#define RATE_HEIGHT 22

/* The three lines of a strategy, and what they are drawn on. */
struct drawing {
	struct line server, client, rate;
	bool has_server, has_client, has_rate;
};

struct scales {
	struct scale across, time_wait, rate;
};

static struct drawing drawing_of(const struct chart_source *source, const struct outcome *outcome)
{
	struct drawing drawing = {0};
	const char *name = outcome->strategy;
	drawing.has_server = lines_of(
		source->result, name, LINES_SERVER_TIME_WAIT, &source->axis, &drawing.server);
	drawing.has_client = lines_of(
		source->result, name, LINES_CLIENT_TIME_WAIT, &source->axis, &drawing.client);
	drawing.has_rate = lines_of(source->result, name, LINES_RATE, &source->axis, &drawing.rate);
	return drawing;
}

/* One scale for all, so that they can be compared. Half of the ports is on it, of the strategy that
 * has the fewest. */
static struct scales scales_of(const struct chart_source *source)
{
	double time_waits = 0, rate = 0, ports = INFINITY;
	for (size_t i = 0; i < source->basis.outcomes.count; i++) {
		struct drawing drawing = drawing_of(source, &source->basis.outcomes.list[i]);
		time_waits = fmax(time_waits, lines_most(&drawing.server, &source->axis));
		time_waits = fmax(time_waits, lines_most(&drawing.client, &source->axis));
		rate = fmax(rate, lines_most(&drawing.rate, &source->axis));
		if (source->basis.outcomes.list[i].ports > 0)
			ports = fmin(ports, source->basis.outcomes.list[i].ports);
	}
	if (isfinite(ports))
		time_waits = fmax(time_waits, ports / 2);
	return (struct scales){
		.across = {.high = source->axis.end_s, .to = PLOT_WIDTH},
		.time_wait = scale_linear(time_waits, TIME_WAIT_HEIGHT, 0),
		.rate = {.high = rate > 0 ? rate : 1, .from = RATE_HEIGHT},
	};
}

/* The medians; and, as a band, the range over the trials. */
static void line_draw(const struct chart_source *source, const struct line *line,
	const struct scales *scales, const struct scale *y, const char *class, FILE *out)
{
	struct plot_point points[LINES_POINTS_MAX];
	size_t count = 0;
	for (size_t i = 0; i < source->axis.count; i++)
		if (line->points[i].is_known)
			points[count++] = (struct plot_point){
				.x = (double)i * source->axis.step_s, .y = line->points[i].median};
	fprintf(out, "<path class=\"line %s\" d=\"", class);
	plot_path_write(points, count, &scales->across, y, out);
	fputs("\"/>", out);
}

static void drawing_begin(int height, const char *label, const char *strategy, FILE *out)
{
	markup_write(out,
		"<svg class=\"drawing\" viewBox=\"0 0 %d %d\" height=\"%d\" "
		"preserveAspectRatio=\"none\" role=\"img\" aria-label=\"%s: %s\">",
		PLOT_WIDTH, height, height, strategy, label);
}

static void strategy_draw(const struct chart_source *source, const struct outcome *outcome,
	const struct scales *scales, FILE *out)
{
	struct drawing drawing = drawing_of(source, outcome);
	char rate[32] = "-";
	if (!drawing.has_server && !drawing.has_client)
		return;
	if (outcome->rate.is_known)
		figure_brief(outcome->rate.spread.median, rate, sizeof(rate));
	fprintf(out, "<li class=\"%s\"><p>", marks[outcome->holder].class);
	mark_name_write(outcome, out);
	markup_write(out, "<span class=\"rate\">%s%s/s</span></p>",
		outcome->rate.is_at_most ? "≤" : "", rate);
	drawing_begin(TIME_WAIT_HEIGHT, "TIME_WAIT at both ends", outcome->strategy, out);
	fprintf(out, "<path class=\"grid\" d=\"M0 %dH%d\"/>", TIME_WAIT_HEIGHT, PLOT_WIDTH);
	double half = outcome->ports / 2;
	if (half > 0 && half <= scales->time_wait.high)
		fprintf(out, "<path class=\"limit\" d=\"M0 %.1fH%d\"/>",
			scale_place(&scales->time_wait, half), PLOT_WIDTH);
	line_draw(source, &drawing.server, scales, &scales->time_wait, "server", out);
	line_draw(source, &drawing.client, scales, &scales->time_wait, "client", out);
	fputs("</svg>", out);
	if (drawing.has_rate) {
		drawing_begin(RATE_HEIGHT, "connections a second", outcome->strategy, out);
		line_draw(source, &drawing.rate, scales, &scales->rate, "ink", out);
		fputs("</svg>", out);
	}
	fputs("</li>\n", out);
}

static bool pays_is_known(const struct chart_source *source)
{
	return source->axis.count > 0;
}

static void pays_write(struct chart_source *source, FILE *out)
{
	char most[32], rate[32];
	struct scales scales = scales_of(source);
	markup_thousands(scales.time_wait.high, most, sizeof(most));
	figure_brief(scales.rate.high, rate, sizeof(rate));
	markup_write(out,
		"<p class=\"key\"><span class=\"server\">at the server</span> <span "
		"class=\"client\">at the client</span> <span class=\"ink\">below: connections a "
		"second</span></p>\n"
		"<p class=\"quiet\">Each drawing: %.2g s across, %s TIME_WAITs upwards; the line "
		"below, %s connections/s. Dashes: half of the client's ports, where they are not "
		"above that.</p>\n",
		source->axis.end_s, most, rate);
	fputs("<ul class=\"multiples\">\n", out);
	for (size_t i = 0; i < source->basis.outcomes.count; i++)
		strategy_draw(source, &source->basis.outcomes.list[i], &scales, out);
	fputs("</ul>\n", out);
}

const struct chart chart_pays = {
	.id = "pays",
	.question = "Who pays?",
	.sentence = "TIME_WAIT at both ends while the load runs, one drawing a strategy, all on "
		    "one scale. Medians over the valid trials.",
	.is_known = pays_is_known,
	.write = pays_write,
};
