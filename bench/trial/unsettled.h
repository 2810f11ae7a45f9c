/* Sockets of a trial whose closing is not over: what its end waits for. */
#ifndef BENCH_TRIAL_UNSETTLED_H
#define BENCH_TRIAL_UNSETTLED_H

#include "bench/measure/sampler.h"

#include <stdbool.h>
#include <stdint.h>

/* What may stay: established connections of the load, where it is a proxy's; connections of clients
 * beside the load in every state that waits for an application, since these leave later. */
struct may_stay {
	bool proxy, beside;
};

/* The load's sockets that are neither listening nor in TIME_WAIT. Others may stay open as long as
 * their owner likes; of these only what is being closed counts. */
uint64_t unsettled_count(const struct sample_end *end, struct may_stay may_stay);

#endif
