/* A made-up trial in which all numbers differ, so that none can stand for another. */
#ifndef UNIT_JUDGE_EVENTFUL_TRIAL_H
#define UNIT_JUDGE_EVENTFUL_TRIAL_H

#include "bench/trial/record.h"

#include <stddef.h>
#include <stdint.h>

extern struct td_strategy eventful_strategy; /* the server closes first, and holds TIME_WAIT */

void eventful(struct trial *trial);

/* The counter of a row of counters_rows. */
uint64_t *counter_at(struct counters *counters, size_t row);

/* Differences of 7, 10, 13, … at the server and of 11, 16, 21, … at the client. */
void counters_make(struct trial *trial);

/* The counter of one end grew so much during the trial. */
#define CAME(trial, end, counter, difference)                                                      \
	((trial)->after.end.counters.counter = (trial)->before.end.counters.counter + (difference))

/* The figure is the wanted one, but for rounding. */
void close_to(double figure, double wanted, const char *what);
#define CLOSE_TO(figure, wanted) close_to(figure, wanted, #figure)

#endif
