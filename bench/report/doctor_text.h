/* What doctor found, as text: the most urgent first. */
#ifndef BENCH_REPORT_DOCTOR_TEXT_H
#define BENCH_REPORT_DOCTOR_TEXT_H

#include "bench/doctor/check.h"
#include "bench/doctor/records.h"
#include "bench/report/look.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct doctor_text_options {
	struct look look;
	size_t width;
	size_t lines_most; /* 0: all is told; else findings that do not fit are counted */
};

void doctor_text_print(const struct doctor_host *host, const struct diagnosis *diagnosis,
	const struct doctor_text_options *options, FILE *out);

/* What a check means, reads and advises. */
void doctor_text_explain(const struct doctor_check *check, size_t width, FILE *out);

#endif
