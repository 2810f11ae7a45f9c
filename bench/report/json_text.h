/* Texts that come from outside, as JSON. */
#ifndef BENCH_REPORT_JSON_TEXT_H
#define BENCH_REPORT_JSON_TEXT_H

#include <jansson.h>

/* A string of the text; where that is no UTF-8 (a program may say anything, and what it said may
 * have been cut in the middle of a character), each byte beyond ASCII is a "?". */
json_t *json_text(const char *text);

#endif
