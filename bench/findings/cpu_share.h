/* Whether the threads of one end of a trial were out of CPU, as its samples show. */
#ifndef BENCH_FINDINGS_CPU_SHARE_H
#define BENCH_FINDINGS_CPU_SHARE_H

#include "bench/findings/finding.h"

struct processor {
	size_t samples, full; /* in the window; those in which all threads were busy */
	double median;        /* share of their time for which the threads ran, by sample */
	double first_full_t_s;
};

/* Returns whether the threads were busy in at least half of the samples. */
bool processor_is_full(struct findings *findings, const struct trial *trial, enum td_who end,
	double threads, struct processor *processor);

/* The fields of such a finding. */
void processor_fields(struct findings *findings, const struct processor *processor, double threads,
	double cpu_us_per_connection);

#endif
