/* Whether the responses that a run asks for can arrive within --timeout: what is needed, beside
 * what this host carries. */
#ifndef BENCH_TRIAL_RESPONSE_TIME_H
#define BENCH_TRIAL_RESPONSE_TIME_H

#include "bench/options/options.h"

#include <stddef.h>

/* Bytes a second that have to arrive so that no response takes longer than --timeout: in a closed
 * loop all connections receive at the same time, in an open one the schedule goes on. 0: not known,
 * of a third party's server or loader. */
double response_time_needs(const struct run_options *options);

/* The most that this host carries for the run, by what one connection with a thread at each end was
 * seen to: as often as there are threads at both. */
double response_time_most(const struct run_options *options, double one_bytes_per_s);

/* Below this nothing is measured: any host that runs this carries it. */
#define RESPONSE_TIME_SURE_BYTES_PER_S 100e6

/* Writes that the responses cannot arrive in time; nothing where they can. Returns `text`. */
const char *response_time_warn(
	const struct run_options *options, double one_bytes_per_s, char *text, size_t size);

#endif
