/* What the packet tap saw of all connections, or of a share of them, as a count of all. */
#ifndef BENCH_JUDGE_ESTIMATE_H
#define BENCH_JUDGE_ESTIMATE_H

#include "bench/judge/figures.h"

#include <stdbool.h>
#include <stdint.h>

struct estimate {
	double count;
	double spread; /* the standard deviation that a share of the connections leaves */
	double most;   /* more than this it can hardly be, however few were seen */
	bool is_exact; /* every connection was seen */
};

/* Of all connections of the load, those of which `seen` were seen. */
struct estimate estimate_of(
	const struct trial *trial, const struct figures *figures, uint64_t seen);

/* What is certain of it: itself where it is exact, else three deviations less, and at least 0. */
double estimate_least(const struct estimate *estimate);

#define ESTIMATE_TEXT_SIZE 32

/* "40", or "about 40". Returns `text`. */
const char *estimate_text(const struct estimate *estimate, char text[ESTIMATE_TEXT_SIZE]);

#endif
