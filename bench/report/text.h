/* A result as text, made from the file's content alone. */
#ifndef BENCH_REPORT_TEXT_H
#define BENCH_REPORT_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct text_options {
	unsigned width; /* in characters: the table is wrapped into bands that fit */
	bool wide;      /* all of the table's columns */
	bool latency;   /* the latencies behind it */
};

/* The table, one row a strategy, and what there is to say. */
void text_print(const json_t *result, const struct text_options *options, FILE *out);

#endif
