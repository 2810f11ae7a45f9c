/* What of a run this host cannot carry out, asked before the first trial: a setting that the kernel
 * does not have is refused once, not by each trial. */
#ifndef BENCH_TRIAL_HOST_CHECK_H
#define BENCH_TRIAL_HOST_CHECK_H

#include "bench/options/options.h"
#include "bench/trial/shared_hosts.h"
#include "common/error.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether this host can set what --sysctl asks for: tried in a namespace that is taken down again.
 * Returns 0 or -1. */
int host_check_sysctls(const struct run_options *options, struct error *error);

/* Whether the kernel has IP_LOCAL_PORT_RANGE. Returns 0 or -1. */
int host_check_port_range(struct error *error);

/* Whether this host has what trials of the strategy need: its requirements, tried in the same way,
 * and its way to choose source ports. Returns 0 or -1. */
int host_check_strategy(
	const struct run_options *options, const struct td_strategy *strategy, struct error *error);

/* The strategies of a run, in the order of options->chosen. */
struct host_check {
	bool cannot[RUN_STRATEGIES_MAX];
	struct error because[RUN_STRATEGIES_MAX];
	size_t able; /* how many can be run */
};

typedef int host_check_fn(
	const struct run_options *options, const struct td_strategy *strategy, struct error *error);

/* Asks `ask` of each strategy: host_check_strategy, or what a test puts in its place. */
void host_check_all(
	struct host_check *check, const struct run_options *options, host_check_fn *ask);

/* The same of the hosts of a shared network. */
void host_check_shared(struct host_check *check, const struct run_options *options,
	const struct shared_hosts *hosts);

#endif
