/* The record of a trial that was not played yet: what the options of `teardown run` ask for. */
#ifndef BENCH_TRIAL_RUN_RECORD_H
#define BENCH_TRIAL_RUN_RECORD_H

#include "bench/trial/record.h"
#include "bench/trial/trial.h"

struct trial run_record(const struct trial_spec *spec);

/* Of the hop behind a proxy. */
struct trial run_record_upstream(const struct trial_spec *spec);

#endif
