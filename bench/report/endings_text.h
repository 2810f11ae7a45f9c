/* How the connections of a capture ended, as text. */
#ifndef BENCH_REPORT_ENDINGS_TEXT_H
#define BENCH_REPORT_ENDINGS_TEXT_H

#include "bench/report/look.h"
#include "bench/trace/connection_view.h"
#include "bench/trace/tally.h"

#include <stdio.h>

/* The table of how they ended, and of the servers, the worst first. `again`: the capture can be
 * read again, so that one of them can be shown. */
void endings_text_print(
	struct tally *tally, const struct look *look, size_t width, bool again, FILE *out);

/* One line a connection, and the heading of such lines. */
void endings_list_heading_print(FILE *out);
void endings_list_print(const struct connection *connection, FILE *out);

/* What there is to say of one connection, in a few lines. `arrow` is drawn between the ends. */
void endings_summary_print(
	const struct connection_view *view, const char *arrow, size_t width, FILE *out);

/* "half-closed-then-reset: the server closed first, with a FIN; reset by the server: …", and "100
 * of the client, 200 of the server". Each returns `text`. */
#define ENDINGS_TEXT_SIZE 512
const char *endings_ended_text(const struct connection_view *view, char text[ENDINGS_TEXT_SIZE]);
const char *endings_bytes_text(const struct connection_view *view, char text[ENDINGS_TEXT_SIZE]);

/* Both, a line each. */
void endings_facts_print(const struct connection_view *view, size_t width, FILE *out);

#endif
