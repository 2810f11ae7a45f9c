/* Texts that say the same of several trials, each with its own numbers. */
#ifndef BENCH_REPORT_LIKE_TEXT_H
#define BENCH_REPORT_LIKE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* The length of the number that stands at `text`, or 0: digits in a word are none, nor is the
 * number of a process, which is a name. `begin` is where the whole text begins. */
size_t like_text_number(const char *text, const char *begin);

/* Whether two texts differ in numbers alone. */
bool like_text_is(const char *a, const char *b);

#endif
