/* Samples of the two ends of a load, each read on its own host, as samples of both. */
#ifndef BENCH_ENDS_END_SAMPLES_H
#define BENCH_ENDS_END_SAMPLES_H

#include "bench/measure/sampler.h"

#include <stddef.h>

/* Each of `samples` gets the server's end of that one of `there` which was read at the instant next
 * to its own; without any it stays. A census is fresh where
 * both ends' are, since it was so before. Both are by time. */
void end_samples_join(
	struct sample *samples, size_t count, const struct sample *there, size_t there_count);

#endif
