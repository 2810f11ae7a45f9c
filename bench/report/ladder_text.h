/* A ladder on a terminal: the client on the left, a row a segment, the states beside it. */
#ifndef BENCH_REPORT_LADDER_TEXT_H
#define BENCH_REPORT_LADDER_TEXT_H

#include "bench/report/look.h"
#include "bench/trace/connection_view.h"
#include "bench/trace/ladder.h"

#include <stdio.h>

struct ladder_text_options {
	size_t width; /* of the terminal; at most LADDER_TEXT_WIDTH_MAX are used */
	struct look look;
	bool unfold; /* show each segment, also where data flows */
};

#define LADDER_TEXT_WIDTH_MAX 100

/* Room for what is said of a segment. */
#define LADDER_LABEL_SIZE 256

/* "[FIN, ACK] seq 209:209(0) ack 201" */
void ladder_label_write(
	const struct ladder *ladder, const struct ladder_row *row, char label[LADDER_LABEL_SIZE]);

/* "retransmission, zero window". Returns `text`. */
const char *ladder_notes_write(unsigned notes, char *text, size_t size);

/* The ladder is settled (ladder_settle). */
void ladder_text_print(const struct ladder *ladder, const struct connection_view *view,
	const struct ladder_text_options *options, FILE *out);

#endif
