/* What --sweep says: NAME=LO..HI/STEP, or NAME=A,B,C, of an option that is a count or a time. */
#ifndef BENCH_OPTIONS_SWEEP_H
#define BENCH_OPTIONS_SWEEP_H

#include "bench/options/options.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SWEEP_VALUES_MAX 1000

struct sweep {
	const char *option; /* its name, without dashes */
	bool is_time;       /* values are nanoseconds */
	uint64_t unit;      /* in which values are written, so that each is whole */
	size_t count;
	uint64_t values[SWEEP_VALUES_MAX];
};

/* Defaults of a sweep of this option, of what is not `given`. Returns 0 or -1. */
int sweep_prepare(
	struct run_options *options, const struct options_given *given, struct error *error);

/* Returns 0 or -1. */
int sweep_parse(struct sweep *sweep, const char *text, struct error *error);

/* Value `index` as one would type it: "300ms", "5000". */
void sweep_value_write(const struct sweep *sweep, size_t index, char *text, size_t size);

#endif
