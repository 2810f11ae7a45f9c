/* What to plan for, from what `teardown doctor --json` saw of a host: of its pairs the one that
 * opens the most connections. */
#ifndef BENCH_PLAN_PLAN_DOCTOR_H
#define BENCH_PLAN_PLAN_DOCTOR_H

#include "bench/plan/plan_terms.h"
#include "common/error.h"
#include "common/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLAN_DOCTOR_TEXT_MAX 128

struct plan_doctor {
	char source[PLAN_DOCTOR_TEXT_MAX], destination[PLAN_DOCTOR_TEXT_MAX]; /* printable */
	char space[PLAN_DOCTOR_TEXT_MAX];                                     /* its namespace */
	double rate_per_s; /* the greatest of the last 5, 30 and 60 s */
	double held, available;
	uint16_t port_low, port_high;
	bool reuses;           /* tcp_tw_reuse holds for the pair */
	double reuse_delay_s;  /* NAN: this kernel has no such setting */
	double time_wait_most; /* tcp_max_tw_buckets; NAN: not known */
	uint32_t hz;           /* 0: not known */
};

/* Returns 0, or -1 with STATUS_USAGE and the reason: it is no such file, or no pair in it opens
 * connections. */
int plan_doctor_read(const char *path, struct plan_doctor *found, struct error *error);

/* Takes what was not given from the file, and lists in `overruled` the options that were, where the
 * file says something else: "--rate, --ports"; "": none. */
void plan_doctor_take(const struct plan_doctor *found, const struct options_given *given,
	struct plan_asked *asked, char overruled[PLAN_DOCTOR_TEXT_MAX]);

#endif
