/* How a report may look: colours, and characters beyond ASCII. */
#ifndef BENCH_REPORT_LOOK_H
#define BENCH_REPORT_LOOK_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct look {
	bool has_colour;
	bool is_utf8;
};

enum look_colour {
	LOOK_PLAIN,
	LOOK_SERVER, /* of who holds TIME_WAIT; the word stands beside it */
	LOOK_CLIENT,
	LOOK_NOBODY,
	LOOK_BOTH,
	LOOK_STRONG,
	LOOK_BAD,
	LOOK_RST, /* segments, as Wireshark colours them */
	LOOK_SYN_FIN,
	LOOK_ODD,
	LOOK_COLOURS
};

/* `when` is "auto" (or NULL), "always" or "never". auto is: on a terminal that is not dumb, unless
 * NO_COLOR is set. UTF-8 is what the locale says. */
struct look look_of(FILE *out, const char *when);

/* Whether `when` is one of these; else the error says so. */
int look_check(const char *when, struct error *error);

/* Begins a colour, and ends it again with LOOK_PLAIN. */
void look_colour(const struct look *look, enum look_colour colour, FILE *out);

/* A gauge of `cells` characters, `share` of them filled: never all where it is not all. */
void look_gauge(const struct look *look, double share, size_t cells, FILE *out);

/* What stands before a figure that is an upper bound. */
const char *look_at_most(const struct look *look);

/* Columns that a text takes on a terminal: its characters. */
size_t look_width(const char *text);

/* Prints the text in at most `width` columns: what is cut off is told by an ellipsis. */
void look_cut(const struct look *look, const char *text, size_t width, FILE *out);

/* The same, but what is cut out is the middle: names often differ at their ends. */
void look_cut_middle(const struct look *look, const char *text, size_t width, FILE *out);

#endif
