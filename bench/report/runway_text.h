/* How long the ports last of the client, and of a server that connects on, as a result's trials
 * forecast it. */
#ifndef BENCH_REPORT_RUNWAY_TEXT_H
#define BENCH_REPORT_RUNWAY_TEXT_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* Prints a paragraph for each of the two ends; nothing where no strategy has a runway. Briefly,
 * strategies whose ports are never all held are named alone; at the least, those are told whose
 * ports are held first, and how many more there are. */
void runway_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

/* "455/s". A rate that lasts is never rounded up to one that does not. */
void runway_rate_write(double per_s, char *text, size_t size);

#endif
