/* --family: which addresses the two ends have. */
#ifndef BENCH_OPTIONS_FAMILY_H
#define BENCH_OPTIONS_FAMILY_H

#include "bench/options/options.h"
#include "common/error.h"

/* Sets options->is_ipv6, and refuses what is of IPv4 alone. Returns 0 or -1 (STATUS_USAGE). */
int family_parse(struct run_options *options, struct error *error);

#endif
