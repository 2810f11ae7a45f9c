/* What a result says of the NAT between the ends. */
#ifndef BENCH_REPORT_NAT_TEXT_H
#define BENCH_REPORT_NAT_TEXT_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* How many of its ports each strategy's connections held at most, and what it refused; nothing
 * where there was no NAT. */
void nat_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

#endif
