#include "bench/ends/end_samples.h"

#include <stdbool.h>
#include <stdint.h>

static uint64_t between_ns(const struct sample *a, const struct sample *b)
{
	return a->at_ns > b->at_ns ? a->at_ns - b->at_ns : b->at_ns - a->at_ns;
}

void end_samples_join(
	struct sample *samples, size_t count, const struct sample *there, size_t there_count)
{
	size_t at = 0;
	bool is_fresh = there_count > 0 && there[0].census_fresh;
	for (size_t i = 0; i < count && there_count > 0; i++) {
		while (at + 1 < there_count && between_ns(&there[at + 1], &samples[i]) <=
						       between_ns(&there[at], &samples[i]))
			is_fresh |= there[++at].census_fresh;
		samples[i].server = there[at].server;
		samples[i].progress.server_cpu_ns = there[at].progress.server_cpu_ns;
		samples[i].census_fresh = samples[i].census_fresh && is_fresh;
		is_fresh = is_fresh && !samples[i].census_fresh;
	}
}
