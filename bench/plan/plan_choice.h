/* The strategy that a plan would take. A pure function of the figures. */
#ifndef BENCH_PLAN_PLAN_CHOICE_H
#define BENCH_PLAN_PLAN_CHOICE_H

#include "bench/plan/plan_model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first of those that hold the rate, do not slow down, and have no warning; then of those that
 * give up least: nothing, protection from old segments, the tail of a response; then of those with
 * the least memory in TIME_WAIT, of all hosts. NULL: none holds it, or no rate was asked for. */
const struct plan_figures *plan_choose(
	const struct plan_figures *figures, size_t count, const struct plan_asked *asked);

/* The same of all strategies that are built in. Returns false where none holds it, or no rate was
 * asked for. */
bool plan_choose_of_all(const struct plan_asked *asked, struct plan_figures *best);

/* What the strategy gives up there, flags of enum td_loss. A TIME_WAIT that is skipped protects
 * from nothing, whatever the strategy's table says. */
uint32_t plan_gives_up(const struct plan_figures *figures);

bool plan_may_lose_tail(const struct plan_figures *figures);

#endif
