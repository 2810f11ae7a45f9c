/* What the events of trials (--at) did: a paragraph for each event of each strategy. */
#ifndef BENCH_REPORT_EVENTS_TEXT_H
#define BENCH_REPORT_EVENTS_TEXT_H

#include "bench/report/paragraph.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

void events_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

/* "HUP", "command:nginx -s reload"; of a run with a proxy "proxy:restart", "upstream:KILL". */
void event_name_print(const json_t *result, const json_t *event, FILE *out);

#endif
