/* The record of a trial that never was, in which no two numbers are alike. */
#ifndef UNIT_RESULT_RECORDED_TRIAL_H
#define UNIT_RESULT_RECORDED_TRIAL_H

#include "bench/trial/record.h"

#include <stddef.h>
#include <stdint.h>

extern struct td_strategy recorded_strategy; /* the server closes first, and holds TIME_WAIT */

/* Made by the builtin loader, in a closed loop. load_totals_finish frees the totals. */
void recorded_trial(struct trial *trial);

/* The same load, made by wrk on a server that is not teardown's. */
void recorded_wrk(struct trial *trial);

/* The counter of a row of counters_rows. */
uint64_t *recorded_counter(struct counters *counters, size_t row);

#endif
