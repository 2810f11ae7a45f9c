/* A result as one HTML file that needs nothing else. */
#ifndef BENCH_REPORT_HTML_PAGE_H
#define BENCH_REPORT_HTML_PAGE_H

#include <jansson.h>
#include <stdio.h>

/* `failed` are lines that tell which --fail-if were crossed; "" where none was. Returns 0, or -1
 * when there is no memory. */
int page_write(const json_t *result, const char *failed, FILE *out);

#endif
