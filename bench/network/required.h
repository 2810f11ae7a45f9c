/* What a strategy requires, as settings of a network. */
#ifndef BENCH_NETWORK_REQUIRED_H
#define BENCH_NETWORK_REQUIRED_H

#include "bench/network/network.h"
#include "teardown/strategy.h"

#include <stddef.h>

/* Fills in what the strategy requires of both ends; NULL requires nothing. Returns how many
 * settings these are. */
size_t required_settings(
	struct network_setting settings[TD_REQUIREMENTS_MAX], const struct td_strategy *strategy);

#endif
