/* --family: which addresses the two ends have. */
#ifndef BENCH_OPTIONS_FAMILY_H
#define BENCH_OPTIONS_FAMILY_H

#include "bench/options/options.h"
#include "common/error.h"

/* AF_INET or AF_INET6, once family_parse has succeeded. */
int family_of(const struct run_options *options);

/* Sets options->is_ipv6, and refuses what is of IPv4 alone. Returns 0 or -1 (STATUS_USAGE). */
int family_parse(struct run_options *options, struct error *error);

#endif
