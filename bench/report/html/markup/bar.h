/* Bars and gauges in a cell of a table. */
#ifndef BENCH_REPORT_HTML_MARKUP_BAR_H
#define BENCH_REPORT_HTML_MARKUP_BAR_H

#include <stddef.h>
#include <stdio.h>

/* A part of a bar, as shares of its whole width. */
struct bar_part {
	double from, to;
	const char *class; /* of page.css */
};

/* Writes the parts, one over the other; what is outside of 0 to 1 is cut off. `tick` is a share
 * that is marked; 0: none. */
void bar_write(const struct bar_part *parts, size_t count, double tick, FILE *out);

/* A cell with the share of the ports that is held, in the colour of `class`. NAN: not known. */
void bar_ports_write(double held, const char *class, FILE *out);

#endif
