/* What a trial's process tells the bench while the load runs, in memory that both share. Each
 * figure is written as a whole; they need not be of one instant. */
#ifndef BENCH_TRIAL_LIVE_H
#define BENCH_TRIAL_LIVE_H

#include "bench/measure/sampler.h"

#include <stdbool.h>
#include <stdint.h>

struct trial_live {
	uint64_t at_ns; /* CLOCK_MONOTONIC; 0: there was no sample */
	uint64_t
		completed; /* connections; of a third-party loader, those that came to the server */
	uint64_t failed;   /* connections that the builtin loader lost, or could not begin */
	uint64_t censuses; /* not 0: there was one, and what is below is of the latest */
	uint64_t server_time_wait, client_time_wait;
	uint64_t ports_held, ports;
};

/* `live` may be NULL: nothing is told. */
void trial_live_write(struct trial_live *live, const struct trial_live *now);
struct trial_live trial_live_read(const struct trial_live *live);

/* Of a sample, which has a census or has none; `ports`: how many the client has. What a third-party
 * loader has completed is not known: connections that came to the server count instead. */
struct trial_live trial_live_of(const struct sample *sample, uint64_t ports, bool is_third_party);

#endif
