/* A sample of which census and counters tell the same of orphans, though clients beside the load
 * may be closed meanwhile. */
#ifndef BENCH_TRIAL_STEADY_SAMPLE_H
#define BENCH_TRIAL_STEADY_SAMPLE_H

#include "bench/measure/sampler.h"
#include "common/error.h"

/* Clients that come and go may leave no two censuses alike: after so many the latest sample is it.
 */
#define STEADY_SAMPLE_LOOKS 20

/* Returns 0 or -1. */
typedef int sample_take_fn(void *source, struct sample *sample, struct error *error);

/* What closes between a sample's census and its counters is in one of them only, and the next
 * census tells. Takes samples until that has as many orphans. Returns 0 or -1. */
int steady_sample_take(
	sample_take_fn *take, void *source, struct sample *sample, struct error *error);

#endif
