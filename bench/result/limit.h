/* The number of a threshold, with its unit: "10k", "1.5M", "5ms", "2 %". */
#ifndef BENCH_RESULT_LIMIT_H
#define BENCH_RESULT_LIMIT_H

#include <stddef.h>

/* Reads a decimal number and what follows it, blanks included: k, M or G; the metric's own unit;
 * of a time in "ns", "us", "ms" or "s" also another unit of time, up to h; of a "share" also %.
 * `unit` is the metric's; NULL: it has none. The value is in that unit. Returns NULL; or what is
 * wrong, with `text` moved to where. */
const char *limit_parse(const char **text, const char *unit, double *value);

/* The unit as it stands behind a number: " us", "/s"; "" where there is none. Writes to `text`,
 * which it returns. */
const char *limit_unit_text(const char *unit, char *text, size_t size);

#endif
