/* What one host of a fleet does of a run: its share of what is asked of all. */
#ifndef BENCH_OPTIONS_FLEET_SHARE_H
#define BENCH_OPTIONS_FLEET_SHARE_H

#include "common/error.h"

#include <stdint.h>

struct run_options;

struct fleet_share {
	uint32_t rank, hosts; /* 0 to hosts - 1; of zeros: it is no fleet */
};

/* Makes of the fleet's options, as typed, those of this host: --rate, --request-rate and --total
 * are shared, all else is each host's. Returns 0, or -1 where a fleet cannot do what is asked for.
 */
int fleet_share_take(
	struct run_options *options, uint32_t rank, uint32_t hosts, struct error *error);

#endif
