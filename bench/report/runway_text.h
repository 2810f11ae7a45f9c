/* How long the client's ports last, as a result's trials forecast it. */
#ifndef BENCH_REPORT_RUNWAY_TEXT_H
#define BENCH_REPORT_RUNWAY_TEXT_H

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* Prints one line of all strategies whose ports last alike; nothing where none has a runway. */
void runway_print(const json_t *result, size_t width, FILE *out);

#endif
