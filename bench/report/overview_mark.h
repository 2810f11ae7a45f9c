/* What the overview says of a strategy's trials that do not count: "INVALID 1/3: 12 SYNs sent
 * again". */
#ifndef BENCH_REPORT_OVERVIEW_MARK_H
#define BENCH_REPORT_OVERVIEW_MARK_H

#include "bench/report/overview_layout.h"

#include <stdio.h>

/* The columns that the mark takes at least, so that the beginning of its reason is read. */
size_t overview_mark_least(const struct outcome *outcome);

/* Cut to `room`. */
void overview_mark_print(
	const struct overview *table, const struct outcome *outcome, size_t room, FILE *out);

#endif
