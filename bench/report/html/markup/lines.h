/* The lines of the charts over time: what the samples of a strategy's trials show, the valid ones
 * or all (result_trials_shown), in at most LINES_POINTS_MAX points however many samples there are.
 * All strategies have the same instants. */
#ifndef BENCH_REPORT_HTML_MARKUP_LINES_H
#define BENCH_REPORT_HTML_MARKUP_LINES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define LINES_POINTS_MAX 200

/* What is looked at in a sample. */
enum lines_quantity {
	LINES_RATE, /* connections opened in a second since the sample before */
	LINES_PORTS,
	LINES_CONNECT_US,
	LINES_SERVER_TIME_WAIT,
	LINES_CLIENT_TIME_WAIT,
	LINES_QUANTITIES
};

struct lines_axis {
	size_t count;  /* of instants: 0 where no trial that is shown has samples */
	double end_s;  /* the last instant; the first is 0 */
	double step_s; /* between two */
};

/* One point: of the samples that lie nearest to its instant, of all trials. */
struct lines_point {
	bool is_known;
	double low, median, high;
};

struct line {
	struct lines_point points[LINES_POINTS_MAX]; /* as many as the axis has instants */
};

struct lines_axis lines_axis_of(const json_t *result);

/* The axis for lines of both: as long as the longer, with the steps of that with the greater ones.
 */
struct lines_axis lines_axis_joined(struct lines_axis one, struct lines_axis other);

/* Returns whether any point is known. */
bool lines_of(const json_t *result, const char *strategy, enum lines_quantity quantity,
	const struct lines_axis *axis, struct line *line);

/* The greatest value of the line; 0 where it has none. */
double lines_most(const struct line *line, const struct lines_axis *axis);

#endif
