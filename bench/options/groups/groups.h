/* The options of `teardown run`, a file for those that belong together. An option is a row in one
 * of them, and a field of struct run_options; a group is a file, and a line here. */
#ifndef BENCH_OPTIONS_GROUPS_GROUPS_H
#define BENCH_OPTIONS_GROUPS_GROUPS_H

#include "bench/options/options.h"
#include "common/clock.h"
#include "common/options.h"

#include <stddef.h>

#define FIELD(name) offsetof(struct run_options, name)
/* The longest time that an option of run takes. */
#define DURATION_MAX_NS (UINT64_C(24) * 3600 * NS_PER_S)

/* In the order of --help. */
#define RUN_GROUPS(X)                                                                              \
	X(run_group_compared)                                                                      \
	X(run_group_load)                                                                          \
	X(run_group_clients)                                                                       \
	X(run_group_server)                                                                        \
	X(run_group_tls)                                                                           \
	X(run_group_hops)                                                                          \
	X(run_group_network)                                                                       \
	X(run_group_another_host)                                                                  \
	X(run_group_told)

#define GROUP_DECLARE(name) extern const struct option_group name;
RUN_GROUPS(GROUP_DECLARE)
#undef GROUP_DECLARE

#endif
