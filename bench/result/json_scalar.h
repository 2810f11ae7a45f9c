/* Scalars of the result file, as JSON. */
#ifndef BENCH_RESULT_JSON_SCALAR_H
#define BENCH_RESULT_JSON_SCALAR_H

#include <jansson.h>
#include <stdint.h>

/* One line of text that comes from outside. Bytes that are no UTF-8, control characters, and
 * characters that turn the direction of writing become "?". */
json_t *json_text(const char *text);

/* The same, but line feeds and tabs stay. */
json_t *json_lines(const char *text);

json_t *json_count(uint64_t count);

/* null where it is not finite: it does not exist, or never happened. */
json_t *json_real_or_null(double value);
json_t *json_rounded_or_null(double value);

/* An integer where it is whole. */
json_t *json_number_or_null(double value);

#endif
