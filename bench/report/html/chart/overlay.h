/* Lines of strategies laid over one another. */
#ifndef BENCH_REPORT_HTML_CHART_OVERLAY_H
#define BENCH_REPORT_HTML_CHART_OVERLAY_H

#include "bench/report/html/chart/chart.h"
#include "bench/report/html/markup/plot.h"

/* Fills the points of a strategy's line; `points` has room for OVERLAY_POINTS_MAX. Returns how
 * many. */
#define OVERLAY_POINTS_MAX LINES_POINTS_MAX
typedef size_t overlay_points_fn(const struct chart_source *source, const char *strategy,
	const void *what, struct plot_point *points);

/* What samples show over time: `what` is an enum lines_quantity. */
overlay_points_fn overlay_points_over_time;

/* Sets the plot's axis to that of time. */
void overlay_time_set(struct plot *plot);

/* What the values of charts span that have one scale. */
struct overlay_span {
	bool is_logarithmic;
	double x_most, y_least, y_most; /* y_least: the least above 0; 0 where none is */
};

void overlay_span_add(struct overlay_span *span, const struct plot *plot);

/* Sets the plot's scales by the span, and writes it; nothing where it has no line. */
void overlay_lines_write(
	struct chart_source *source, struct plot *plot, const struct overlay_span *span, FILE *out);

/* The same with a line of each strategy, and a scale of its own. Nothing where none has a point. */
void overlay_write(struct chart_source *source, struct plot *plot, bool is_logarithmic,
	overlay_points_fn *points, const void *what, FILE *out);

/* The same with what samples show over time. */
void overlay_over_time_write(
	struct chart_source *source, struct plot *plot, enum lines_quantity quantity, FILE *out);

/* Whether any strategy has it. */
bool overlay_is_known(const struct chart_source *source, enum lines_quantity quantity);

/* Labels of ticks: "0.5 s", "12.2k". */
void overlay_seconds(double value, char *text, size_t size);
void overlay_instant(double value, char *text, size_t size);
void overlay_brief(double value, char *text, size_t size);

#endif
