#include "bench/load/progress_count.h"

static uint64_t now_of(const uint64_t *count)
{
	return __atomic_load_n(count, __ATOMIC_RELAXED);
}

uint64_t progress_count_closed_late(const struct progress_count *count)
{
	return now_of(&count->closed_late);
}

void progress_count_add(
	const struct progress_count *count, struct sample_progress *progress, uint32_t *bins)
{
	/* In this order: `asked` is never behind `answered`, as they are read. */
	uint64_t answered = now_of(&count->answered), asked = now_of(&count->asked);
	progress->completed += now_of(&count->completed);
	progress->failed += now_of(&count->failed);
	progress->refused += now_of(&count->refused);
	progress->reset += now_of(&count->reset);
	progress->answered += answered;
	progress->awaited += asked > answered ? asked - answered : 0;
	for (uint32_t b = 0; b < CONNECT_BINS; b++)
		bins[b] += __atomic_load_n(&count->connect_bins[b], __ATOMIC_RELAXED);
}
