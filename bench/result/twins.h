/* Two strategies of one run that played them at the same time (--twins): a trial of the one and its
 * twin, the other's of the same round. */
#ifndef BENCH_RESULT_TWINS_H
#define BENCH_RESULT_TWINS_H

#include "bench/result/metric.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Whether the trials of a result were played in pairs. */
bool twins_are_in(const json_t *result);

/* Leaves the trials of rounds in which both sides have one: trial i of A beside trial i of B. */
void twins_keep(json_t **a, json_t **b);

/* The values of a metric in those pairs of which both have it. `a` and `b` hold as many as there
 * are pairs. Returns how many there are. */
size_t twins_values(const json_t *a_trials, const json_t *b_trials, const struct metric *metric,
	double *a, double *b);

#endif
