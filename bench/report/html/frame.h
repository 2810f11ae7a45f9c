/* What is around a page: its head, its style, its script. */
#ifndef BENCH_REPORT_HTML_FRAME_H
#define BENCH_REPORT_HTML_FRAME_H

#include <jansson.h>
#include <stdio.h>

void frame_begin(const char *title, FILE *out);

/* `names` are those of the numbers that `data` calls strategies by: a JSON array. `data` are the
 * members of an object. Both go to the script. */
void frame_end(const char *names, const char *data, FILE *out);

/* What went wrong, a line each: nothing where there is none. */
void frame_alert_write(const char *title, const char *lines, FILE *out);

#endif
