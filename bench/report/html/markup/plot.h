/* A chart of lines. The drawing is stretched to the width that there is; what is written beside it
 * is not, so that text is as large on a phone as elsewhere. */
#ifndef BENCH_REPORT_HTML_MARKUP_PLOT_H
#define BENCH_REPORT_HTML_MARKUP_PLOT_H

#include "bench/report/html/markup/scale.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The drawing's own units: across, as many as there are pixels down. */
#define PLOT_WIDTH 1000
#define PLOT_HEIGHT 200

struct plot_point {
	double x, low, y, high;
};

struct plot_line {
	size_t strategy;   /* its number on the page */
	const char *name;  /* at the line's end */
	const char *class; /* of mark.h */
	unsigned dash;
	bool is_shown; /* before the script is told otherwise */
	size_t count;
	const struct plot_point *points;
};

/* Writes the label of a tick, or of an instant of the read-out. */
typedef void plot_label_fn(double value, char *text, size_t size);

struct plot {
	const char *id;    /* in the data that the script reads */
	const char *axis;  /* charts of one axis share the crosshair */
	const char *title; /* what a screen reader says */
	const char *unit;  /* behind a value of the read-out, with its blank */
	double per_unit;   /* what one of this unit is in the values. Optional: default 1. */
	struct scale x, y;
	plot_label_fn *x_label, *y_label, *x_read;
	double dashed;            /* a value that is marked; 0: none */
	const char *dashed_label; /* what it is */
	/* Places on the x axis that are marked, and what they are. Optional: default none. */
	const double *instants;
	size_t instant_count;
	const char *instants_label;
	size_t count;
	const struct plot_line *lines;
};

/* The places of x and y of a plot. */
#define PLOT_ACROSS 0, PLOT_WIDTH
#define PLOT_UPWARDS PLOT_HEIGHT, 0

/* Writes the chart, and to `data` a JSON member of its values for the script. */
void plot_write(const struct plot *plot, FILE *out, FILE *data);

/* Writes the points as the d of a path. */
void plot_path_write(const struct plot_point *points, size_t count, const struct scale *x,
	const struct scale *y, FILE *out);

#endif
