/* A trial in a child process, since hooks of the strategy are called there: a plug-in's may crash,
 * exit, or never return, and the other trials of the run go on. */
#ifndef BENCH_TRIAL_TRIAL_PROCESS_H
#define BENCH_TRIAL_TRIAL_PROCESS_H

#include "bench/trial/record.h"
#include "bench/trial/trial.h"
#include "common/error.h"

/* Runs a trial; returns as trial_perform does. The program must have no threads. */
int trial_run(const struct trial_spec *spec, struct trial *trial, struct error *error);

struct trial_outcome {
	int result; /* as of trial_run */
	struct trial trial;
	struct error error;
};

/* Runs trials at the same time, each in a process of its own. Calls the first spec's `tick` with
 * the state of all trials that could be started. */
void trial_run_all(const struct trial_spec *specs, struct trial_outcome *outcomes, size_t count);

/* Runs two trials at the same time: the load of both begins when both are ready. */
void trial_run_twins(const struct trial_spec specs[2], struct trial_outcome outcomes[2]);

#endif
