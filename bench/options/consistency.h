/* What the options of `teardown run` say together, and what this host allows of it. */
#ifndef BENCH_OPTIONS_CONSISTENCY_H
#define BENCH_OPTIONS_CONSISTENCY_H

#include "bench/options/options.h"

/* Checks what was typed and fills in what follows from it: the strategies chosen, ports, arrivals,
 * settings. Returns 0 or -1. */
int run_options_check(struct run_options *options, struct error *error);

/* Refuses --twins where there are not two rows, once it is known which there are. Returns 0 or -1.
 */
int run_options_check_twins(const struct run_options *options, struct error *error);

/* The default of --connections in an open loop, where it is the most that may be open at once. */
uint64_t run_options_open_loop_connections(void);

#endif
