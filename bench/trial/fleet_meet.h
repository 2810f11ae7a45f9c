/* The hosts of a fleet begin the load of a trial at the same instant. */
#ifndef BENCH_TRIAL_FLEET_MEET_H
#define BENCH_TRIAL_FLEET_MEET_H

#include "bench/trial/record.h"
#include "bench/trial/trial.h"
#include "common/error.h"

/* Says that the trial is set up, learns when its load begins (trial->agreed), and waits until then.
 * Where the trial is no fleet's it returns at once. Returns 0 or -1. */
int fleet_meet(const struct trial_spec *spec, struct trial *trial, struct error *error);

#endif
