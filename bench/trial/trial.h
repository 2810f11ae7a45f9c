/* The player of a trial: sets up a stage, lets the load run on it, and records what happens. */
#ifndef BENCH_TRIAL_TRIAL_H
#define BENCH_TRIAL_TRIAL_H

#include "bench/options/options.h"
#include "bench/trial/record.h"
#include "common/error.h"

/* Runs it. Returns 0 with the record filled, also when the server failed in the middle (`failure`
 * says so), to be given to trial_finish; or -1 when there is nothing to record. */
int trial_run(const struct trial_spec *spec, struct trial *trial, struct error *error);

#endif
