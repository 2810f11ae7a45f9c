/* A plan that was played, on a terminal: what was forecast beside what was measured. */
#ifndef BENCH_REPORT_PLAN_VERIFY_TEXT_H
#define BENCH_REPORT_PLAN_VERIFY_TEXT_H

#include "bench/plan/plan_verify.h"

#include <stdio.h>

/* A block a strategy, and how many of the figures are as forecast. */
void plan_verify_text_print(
	const struct plan_verified *verified, size_t count, size_t width, FILE *out);

#endif
