/* What the overview says of a strategy's trials that do not count: "INVALID 1/3: 12 SYNs sent
 * again". */
#ifndef BENCH_REPORT_OVERVIEW_MARK_H
#define BENCH_REPORT_OVERVIEW_MARK_H

#include "bench/report/overview_layout.h"

#include <stdio.h>

/* The columns that the mark takes at least. Of a strategy that has figures, the reason can be left
 * to what is told below the table; of another it stands in their place. */
size_t overview_mark_least(const struct outcome *outcome);

/* So that the beginning of the reason is told, too. */
size_t overview_mark_telling(const struct outcome *outcome);

/* Cut to `room`; without the reason where no more than a few of its characters had any. */
void overview_mark_print(
	const struct overview *table, const struct outcome *outcome, size_t room, FILE *out);

#endif
