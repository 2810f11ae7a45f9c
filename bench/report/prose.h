/* What stands in words between the table and the host: how to read it, runways, remarks, findings.
 */
#ifndef BENCH_REPORT_PROSE_H
#define BENCH_REPORT_PROSE_H

#include "bench/report/text.h"

#include <jansson.h>
#include <stdio.h>

/* Prints no more than 12 lines of a terminal of 100 columns, where what is not to be left out
 * allows it: the first finding, the connections of others, what a loader says, and why trials are
 * invalid. With `wide` all is told. */
void prose_print(const json_t *result, const struct text_options *options, FILE *out);

#endif
