/* One finding: what it means, and what it says in each trial of a result. */
#ifndef BENCH_REPORT_FINDING_EXPLAIN_H
#define BENCH_REPORT_FINDING_EXPLAIN_H

#include "common/error.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* Prints it, of both hops where there is a proxy. Returns 0; or -1 where neither this program nor
 * the result knows it. */
int finding_explain(
	const json_t *result, const char *id, size_t width, FILE *out, struct error *error);

#endif
