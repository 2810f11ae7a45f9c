/* A plan on a terminal. */
#ifndef BENCH_REPORT_PLAN_TEXT_H
#define BENCH_REPORT_PLAN_TEXT_H

#include "bench/plan/plan_model.h"

#include <stddef.h>
#include <stdio.h>

#define PLAN_WHY_MAX 256

/* Why a strategy holds the rate or does not, and what would do; how much lasts, where no rate was
 * asked for. */
void plan_why_write(
	const struct plan_figures *figures, const struct plan_asked *asked, char why[PLAN_WHY_MAX]);

/* What was asked. */
void plan_asked_print(const struct plan_asked *asked, size_t width, FILE *out);

/* Why strategies do not fit, are slow, or are capped, and what would do. */
void plan_reasons_print(const struct plan_asked *asked, const struct plan_figures *figures,
	size_t count, size_t width, FILE *out);

/* What was asked, a line a strategy, what would do where it does not fit, and the choice.
 * `chosen` is one of the figures, or NULL;
 * `better` as of plan_choice_print. */
void plan_text_print(const struct plan_asked *asked, const struct plan_figures *figures,
	size_t count, const struct plan_figures *chosen, const struct plan_figures *better,
	size_t width, FILE *out);

#endif
