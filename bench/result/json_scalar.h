/* Scalars of the result file, as JSON. */
#ifndef BENCH_RESULT_JSON_SCALAR_H
#define BENCH_RESULT_JSON_SCALAR_H

#include <jansson.h>
#include <stdint.h>

/* A text that comes from outside. Where it is no UTF-8 (a program may say anything, and what it
 * said may have been cut in the middle of a character), each byte beyond ASCII is a "?". */
json_t *json_text(const char *text);

json_t *json_count(uint64_t count);

/* A figure that may be unknown: then null. */
json_t *json_known(double figure);

#endif
