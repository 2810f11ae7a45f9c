/* What a terminal shows behind and below the line of a trial that goes on: how far the run is, and
 * how the trial stands. */
#ifndef BENCH_REPORT_PROGRESS_BLOCK_H
#define BENCH_REPORT_PROGRESS_BLOCK_H

#include "bench/report/progress.h"

#include <stdint.h>

/* Writes the bar behind the line, and below it a line for each of the trials, how it stands
 * (without a sample that is not known, and nothing is written). The cursor stays behind it. */
void progress_block_print(
	struct progress *progress, const struct trial_live *lives, size_t count, uint64_t now_ns);

/* Empties the block's lines below the first, and goes back to that. */
void progress_block_clear(struct progress *progress);

#endif
