/* One connection as a line of JSON: for other programs. docs/trace.md says what each field means.
 */
#ifndef BENCH_TRACE_CONNECTION_JSON_H
#define BENCH_TRACE_CONNECTION_JSON_H

#include "bench/trace/connection.h"

#include <stdio.h>

void connection_json_print(const struct connection *connection, FILE *out);

#endif
