/* The two hosts of a shared network, asked before the first trial: what they are, and what both
 * have set, which no trial changes. */
#ifndef BENCH_TRIAL_SHARED_HOSTS_H
#define BENCH_TRIAL_SHARED_HOSTS_H

#include "bench/ends/agent_link.h"
#include "bench/network/network.h"
#include "bench/options/options.h"
#include "common/error.h"
#include "teardown/strategy.h"

#include <stdbool.h>

struct shared_hosts {
	struct network network;   /* with the settings of both */
	struct agent_host server; /* as its agent says */
};

/* Asks this host, and by its agent the other. Returns 0 or -1. */
int shared_hosts_ask(struct shared_hosts *hosts, const struct run_options *options,
	const volatile bool *interrupted, struct error *error);

/* Whether both have what trials of the strategy require. Returns 0; or -1 with what they lack. */
int shared_hosts_check(
	const struct shared_hosts *hosts, const struct td_strategy *strategy, struct error *error);

#endif
