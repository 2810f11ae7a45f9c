/* "a, b and 2 more": an enumeration in a sentence, of which three parts are written at most. */
#ifndef BENCH_REPORT_ANSWER_ENUMERATION_H
#define BENCH_REPORT_ANSWER_ENUMERATION_H

#include <stddef.h>
#include <stdio.h>

/* How many of `count` are written. */
size_t enumeration_written(size_t count);

/* What stands before part number `part`, from 1, of `count`. */
const char *enumeration_separator(size_t part, size_t count);

/* How many more there are than are written, if any. */
void enumeration_end(size_t count, FILE *out);

#endif
