/* A result as text, made from the file's content alone. */
#ifndef BENCH_REPORT_TEXT_H
#define BENCH_REPORT_TEXT_H

#include "bench/report/look.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct text_options {
	unsigned width; /* of the terminal: everything is wrapped at it */
	struct look look;
	bool wide;           /* the table of all columns, in bands that fit */
	bool latency;        /* the latencies behind it */
	const char *columns; /* the table's columns, by name; NULL: the usual ones */
};

/* The answer, the table, one row a strategy, and what there is to say. */
void text_print(const json_t *result, const struct text_options *options, FILE *out);

#endif
