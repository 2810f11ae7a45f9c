#include "bench/report/html/chart/overlay.h"

#include "bench/report/events_text.h"
#include "bench/report/html/markup/mark.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* As many as a trial has. */
#define EVENTS_MARKED 8
#define OVERLAY_TIME "time"

void overlay_seconds(double value, char *text, size_t size)
{
	snprintf(text, size, "%g s", value);
}

void overlay_instant(double value, char *text, size_t size)
{
	snprintf(text, size, "%.2f s", value);
}

void overlay_brief(double value, char *text, size_t size)
{
	double unit = value >= 1e6 ? 1e6 : value >= 1e3 ? 1e3 : 1;
	snprintf(text, size, "%.4g%s", value / unit, unit > 1e3 ? "M" : unit > 1 ? "k" : "");
}

void overlay_span_add(struct overlay_span *span, const struct plot *plot)
{
	for (size_t k = 0; k < plot->count; k++)
		for (size_t i = 0; i < plot->lines[k].count; i++) {
			const struct plot_point *point = &plot->lines[k].points[i];
			span->x_most = fmax(span->x_most, point->x);
			if (point->low > 0 && (span->y_least == 0 || point->low < span->y_least))
				span->y_least = point->low;
			span->y_most = fmax(span->y_most, point->high);
		}
}

/* Charts over time have the same axis, whatever they have values of; others that are not
 * logarithmic end with their values. */
static void scales_set(struct plot *plot, const struct overlay_span *span, double end_s)
{
	double y_most = fmax(span->y_most, plot->dashed);
	if (span->is_logarithmic) {
		plot->x = scale_logarithmic(1, span->x_most, true, PLOT_ACROSS);
		plot->y = scale_logarithmic(span->y_least, y_most, false, PLOT_UPWARDS);
		return;
	}
	bool is_over_time = strcmp(plot->axis, OVERLAY_TIME) == 0;
	plot->x = (struct scale){.high = is_over_time ? end_s : span->x_most, .to = PLOT_WIDTH};
	plot->y = scale_linear(y_most, PLOT_UPWARDS);
}

void overlay_lines_write(
	struct chart_source *source, struct plot *plot, const struct overlay_span *span, FILE *out)
{
	if (plot->count == 0)
		return;
	scales_set(plot, span, source->axis.end_s);
	fputs(source->has_data ? ",\n" : "", source->data);
	source->has_data = true;
	plot_write(plot, out, source->data);
}

void overlay_write(struct chart_source *source, struct plot *plot, bool is_logarithmic,
	overlay_points_fn *points, const void *what, FILE *out)
{
	size_t all = source->basis.outcomes.count;
	struct overlay_span span = {.is_logarithmic = is_logarithmic};
	struct plot_line *lines = calloc(all + 1, sizeof(*lines));
	struct plot_point *room = calloc(all * OVERLAY_POINTS_MAX + 1, sizeof(*room));
	plot->lines = lines;
	plot->count = 0;
	for (size_t i = 0; lines && room && i < all; i++) {
		const struct outcome *outcome = &source->basis.outcomes.list[i];
		struct plot_point *own = &room[i * OVERLAY_POINTS_MAX];
		size_t count = points(source, outcome->strategy, what, own);
		if (count == 0)
			continue;
		lines[plot->count++] = (struct plot_line){
			.strategy = chart_number(source, i),
			.name = outcome->strategy,
			.class = marks[outcome->holder].class,
			.dash = mark_dash(&source->basis.outcomes, i),
			.is_shown = source->is_shown[i],
			.count = count,
			.points = own,
		};
	}
	overlay_span_add(&span, plot);
	overlay_lines_write(source, plot, &span, out);
	free(lines);
	free(room);
}

size_t overlay_points_over_time(const struct chart_source *source, const char *strategy,
	const void *what, struct plot_point *points)
{
	struct line line;
	size_t count = 0;
	const enum lines_quantity *quantity = what;
	lines_of(source->result, strategy, *quantity, &source->axis, &line);
	for (size_t i = 0; i < source->axis.count; i++) {
		const struct lines_point *point = &line.points[i];
		if (point->is_known)
			points[count++] = (struct plot_point){(double)i * source->axis.step_s,
				point->low, point->median, point->high};
	}
	return count;
}

void overlay_time_set(struct plot *plot)
{
	plot->axis = OVERLAY_TIME;
	plot->x_label = overlay_seconds;
	plot->x_read = overlay_instant;
}

/* The same events come in each trial, at the same times: writes their names, and returns how many
 * there are. */
static size_t events_mark(const json_t *result, double instants[EVENTS_MARKED], FILE *names)
{
	const json_t *trial = json_array_get(json_object_get(result, "trials"), 0);
	const json_t *events = json_object_get(trial, "events");
	size_t count = json_array_size(events);
	for (size_t i = 0; i < count && i < EVENTS_MARKED; i++) {
		const json_t *event = json_array_get(events, i);
		instants[i] = json_number_value(json_object_get(event, "at_s"));
		fprintf(names, "%s%g s ", i ? ", " : "", instants[i]);
		event_name_print(result, event, names);
	}
	return count < EVENTS_MARKED ? count : EVENTS_MARKED;
}

void overlay_over_time_write(
	struct chart_source *source, struct plot *plot, enum lines_quantity quantity, FILE *out)
{
	double instants[EVENTS_MARKED];
	char *label = NULL;
	size_t size;
	FILE *text = open_memstream(&label, &size);
	overlay_time_set(plot);
	size_t marked = text ? events_mark(source->result, instants, text) : 0;
	if (text && fclose(text) == 0 && marked > 0) {
		plot->instants = instants;
		plot->instant_count = marked;
		plot->instants_label = label;
	}
	overlay_write(source, plot, false, overlay_points_over_time, &quantity, out);
	plot->instant_count = 0;
	free(label);
}

bool overlay_is_known(const struct chart_source *source, enum lines_quantity quantity)
{
	struct line line;
	for (size_t i = 0; i < source->basis.outcomes.count; i++)
		if (lines_of(source->result, source->basis.outcomes.list[i].strategy, quantity,
			    &source->axis, &line))
			return true;
	return false;
}
