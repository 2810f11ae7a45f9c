/* Which host a plan is made from, on a terminal. */
#ifndef BENCH_REPORT_PLAN_DOCTOR_TEXT_H
#define BENCH_REPORT_PLAN_DOCTOR_TEXT_H

#include "bench/plan/plan_doctor.h"

#include <stddef.h>
#include <stdio.h>

/* The pair, and which given options stand above what the file says. */
void plan_doctor_print(
	const struct plan_doctor *found, const char *overruled, size_t width, FILE *out);

#endif
