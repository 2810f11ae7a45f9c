/* How a strategy is told apart on a page: by who holds TIME_WAIT, as a colour and as a shape. */
#ifndef BENCH_REPORT_HTML_MARKUP_MARK_H
#define BENCH_REPORT_HTML_MARKUP_MARK_H

#include "bench/report/answer/outcome.h"

#include <stdio.h>

/* Dashes that lines of one colour have in turn. */
#define MARK_DASHES 4

struct mark {
	const char *class; /* of page.css: it sets the colour */
	const char *title; /* "TIME_WAIT at the server" */
	const char *shape; /* SVG, in a square of 10 */
};

extern const struct mark marks[OUTCOME_HOLDERS];

/* The shape alone, for what stands before a name. */
void mark_write(enum outcome_holder holder, FILE *out);

/* The shape and the name, in a span. */
void mark_name_write(const struct outcome *outcome, FILE *out);

/* Which dashes the line of strategy `at` has: strategies of one holder have them in turn. */
unsigned mark_dash(const struct outcomes *outcomes, size_t at);

#endif
