/* --ramp LO..HI: the rate rises over the load, and what does not go with that is refused. */
#ifndef BENCH_OPTIONS_RAMP_OPTION_H
#define BENCH_OPTIONS_RAMP_OPTION_H

#include "bench/options/options.h"
#include "common/error.h"

/* The length of a load whose --duration was not given: half a second for each of its parts
 * (bench/load/ramp.h). */
#define RAMP_DURATION_NS (10 * NS_PER_S)

/* Parses it, and fills in `rising`. Returns 0; or -1 with `error`. */
int ramp_option_check(struct run_options *options, struct error *error);

#endif
