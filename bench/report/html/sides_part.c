#include "bench/report/html/sides_part.h"

#include "bench/report/html/chart/curve.h"
#include "bench/report/html/markup/mark.h"
#include "common/bounded_text.h"

#include <stdlib.h>
#include <string.h>

#define SIDES 2
#define LINES_MOST (2 * SIDES)
#define CHARTS 3
#define LATENCY 2
#define ID_MAX 32
/* Of the dashes that style has. */
#define A_DASH 1

/* The lines of a chart: their numbers are places in sides_part_names. */
struct sides_chart {
	struct plot plot;
	struct plot_line lines[LINES_MOST];
	struct plot_point points[LINES_MOST][OVERLAY_POINTS_MAX];
	char id[ID_MAX];
};

enum sides_name { NAME_ALONE, NAME_SERVER = SIDES, NAME_CLIENT = 2 * SIDES, NAMES = 3 * SIDES };

static const char *const names[NAMES] = {"A", "B", "A server", "B server", "A client", "B client"};
const char sides_part_names[] = "[\"A\",\"B\",\"A server\",\"B server\",\"A client\",\"B client\"]";

/* Number k of each comparison has the same scale. */
struct sides_part {
	struct chart_source *sources[SIDES];
	struct overlay_span spans[CHARTS];
	struct sides_chart charts[][CHARTS];
};

static const char *class_of(const struct chart_source *source, const char *strategy)
{
	for (size_t i = 0; i < source->basis.outcomes.count; i++)
		if (strcmp(source->basis.outcomes.list[i].strategy, strategy) == 0)
			return marks[source->basis.outcomes.list[i].holder].class;
	return "ink";
}

/* A line of each side. `class` is NULL where the holder of TIME_WAIT is its colour. */
static void lines_add(struct sides_chart *chart, struct chart_source *const sources[SIDES],
	const char *const strategies[SIDES], enum sides_name name, const char *class,
	overlay_points_fn *points, const void *what)
{
	for (size_t i = 0; i < SIDES; i++) {
		struct plot_point *room = chart->points[chart->plot.count];
		size_t count = points(sources[i], strategies[i], what, room);
		if (count == 0)
			continue;
		chart->lines[chart->plot.count++] = (struct plot_line){
			.strategy = name + i,
			.name = names[name + i],
			.class = class ? class : class_of(sources[i], strategies[i]),
			.dash = i == 0 ? A_DASH : 0,
			.is_shown = true,
			.count = count,
			.points = room,
		};
	}
}

static void chart_begin(
	struct sides_chart *chart, const char *id, size_t at, const char *title, const char *unit)
{
	memset(chart, 0, sizeof(*chart));
	bounded_text_write(chart->id, sizeof(chart->id), "%s-%zu", id, at);
	chart->plot = (struct plot){
		.id = chart->id,
		.title = title,
		.unit = unit,
		.y_label = overlay_brief,
		.lines = chart->lines,
	};
	overlay_time_set(&chart->plot);
}

/* TIME_WAIT at both ends, the rate, the latency. */
static void charts_set(struct sides_chart drawn[CHARTS], const struct comparison *comparison,
	size_t at, struct chart_source *const sources[SIDES])
{
	static const enum lines_quantity server = LINES_SERVER_TIME_WAIT,
					 client = LINES_CLIENT_TIME_WAIT, rate = LINES_RATE;
	const char *const sides[SIDES] = {comparison->a, comparison->b};
	chart_begin(&drawn[0], "time-wait", at, "TIME_WAIT at both ends", "");
	lines_add(&drawn[0], sources, sides, NAME_SERVER, "server", overlay_points_over_time,
		&server);
	lines_add(&drawn[0], sources, sides, NAME_CLIENT, "client", overlay_points_over_time,
		&client);
	chart_begin(&drawn[1], "rate", at, "Connections opened in a second", "/s");
	lines_add(&drawn[1], sources, sides, NAME_ALONE, NULL, overlay_points_over_time, &rate);
	chart_begin(&drawn[LATENCY], "total", at, "Latency of an exchange, ms", "");
	curve_axes_set(&drawn[LATENCY].plot);
	lines_add(&drawn[LATENCY], sources, sides, NAME_ALONE, NULL, curve_points, "total");
}

struct sides_part *sides_part_create(const struct comparison *comparisons, size_t count,
	struct chart_source *a, struct chart_source *b)
{
	struct sides_part *part = calloc(1, sizeof(*part) + count * sizeof(part->charts[0]));
	if (!part)
		return NULL;
	a->axis = lines_axis_joined(a->axis, b->axis);
	b->axis = a->axis;
	part->sources[0] = a;
	part->sources[1] = b;
	part->spans[LATENCY].is_logarithmic = true;
	for (size_t at = 0; at < count; at++) {
		charts_set(part->charts[at], &comparisons[at], at, part->sources);
		for (size_t i = 0; i < CHARTS; i++)
			overlay_span_add(&part->spans[i], &part->charts[at][i].plot);
	}
	return part;
}

void sides_part_destroy(struct sides_part *part)
{
	free(part);
}

void sides_part_write(struct sides_part *part, size_t at, FILE *out)
{
	size_t lines = 0;
	for (size_t i = 0; i < CHARTS; i++)
		lines += part->charts[at][i].plot.count;
	if (lines == 0)
		return;
	fputs("<p class=\"quiet\">A's lines have dashes. Medians over the valid trials, and their "
	      "range. A chart has the same scale in each comparison of this page. Of the latency "
	      "both axes are logarithmic: what one in 10, in 100, in 1,000 waits at least.</p>\n"
	      "<div class=\"sides\">\n",
		out);
	for (size_t i = 0; i < CHARTS; i++)
		overlay_lines_write(
			part->sources[0], &part->charts[at][i].plot, &part->spans[i], out);
	fputs("</div>\n", out);
}
