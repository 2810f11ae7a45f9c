/* When something happened, and how often by a given time: counts of a millisecond each. Where there
 * are too few of them for a trial, each becomes twice as long, so the memory is bounded. */
#ifndef BENCH_MEASURE_MOMENTS_H
#define BENCH_MEASURE_MOMENTS_H

#include <stdint.h>

struct moments {
	uint64_t begin_ns, length_ns;
	uint64_t *counts; /* NULL: nothing happened */
};

void moments_init(struct moments *moments, uint64_t begin_ns);
void moments_finish(struct moments *moments);

/* Not before begin_ns. Without memory it is not noted. */
void moments_note(struct moments *moments, uint64_t at_ns);

/* Nothing more is noted. */
void moments_sum(struct moments *moments);

/* How often by then, but for the last moment; after moments_sum. */
uint64_t moments_by(const struct moments *moments, uint64_t at_ns);

#endif
