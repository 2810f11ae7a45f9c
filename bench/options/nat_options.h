/* What --nat and its ports say, and what does not go with them. */
#ifndef BENCH_OPTIONS_NAT_OPTIONS_H
#define BENCH_OPTIONS_NAT_OPTIONS_H

#include "bench/options/options.h"
#include "common/error.h"

/* Fills in `nat_range`. Returns 0 or -1. */
int nat_options_check(struct run_options *options, struct error *error);

#endif
