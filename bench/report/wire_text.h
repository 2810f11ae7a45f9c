/* The wire or the NAT that joins the ends of every trial, as text. */
#ifndef BENCH_REPORT_WIRE_TEXT_H
#define BENCH_REPORT_WIRE_TEXT_H

#include <jansson.h>
#include <stddef.h>

/* "a wire: 20 ms round trip, 0.1 % lost", "a NAT: the server sees 198.18.2.1, ports 1024-65535"; ""
 * where a pair of links joins them. Returns `text`. */
const char *wire_text(const json_t *result, char *text, size_t size);

#endif
