/* What a terminal shows behind and below the line of a trial that goes on: how far the run is, and
 * how the trial stands. */
#ifndef BENCH_REPORT_PROGRESS_BLOCK_H
#define BENCH_REPORT_PROGRESS_BLOCK_H

#include "bench/report/progress.h"

#include <stdint.h>

/* Writes the bar behind the line, and below it how the trial stands (NULL, or without a sample: not
 * known, and nothing is written). The cursor stays behind it. */
void progress_block_print(
	struct progress *progress, const struct trial_live *live, uint64_t now_ns);

/* Empties the block's second line, where there is one, and goes back to the first. */
void progress_block_clear(struct progress *progress);

#endif
