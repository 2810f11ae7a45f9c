/* What events of trials (--at) did to many strategies: a paragraph for each event, in place of one
 * for each strategy. */
#ifndef BENCH_REPORT_EVENTS_MANY_H
#define BENCH_REPORT_EVENTS_MANY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Returns false, with nothing written, where there are few strategies. */
bool events_many_print(const json_t *result, FILE *out);

/* Whether the event at that place of a strategy's trials is told there: it came, and the server
 * listened again; what else came of it wants a sentence of its own. */
bool events_many_has(const json_t *trials, size_t index);

#endif
