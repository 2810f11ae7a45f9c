/* The raw data of a page, to download: compressed, in the links themselves, so that they work
 * without a script. */
#ifndef BENCH_REPORT_HTML_DATA_PART_H
#define BENCH_REPORT_HTML_DATA_PART_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* More compressed bytes than these: of a trial that has more samples than a chart has points, so
 * many are kept, and the page says so. */
#define DATA_PART_BYTES_MAX 393216

/* A file of the page: a link to the text, compressed as gzip does it. Returns 0, or -1 when there
 * is no memory. */
int data_part_link_write(
	const char *name, const char *type, const char *text, size_t length, FILE *out);

/* The result as JSON, and its trials as CSV. `prefix` is that of the files' names. Returns 0, or -1
 * when there is no memory. */
int data_part_write(const json_t *result, const char *prefix, FILE *out);

#endif
