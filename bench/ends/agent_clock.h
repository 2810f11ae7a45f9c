/* How far the clock of an agent's host is from this host's, by pings: each was read between the
 * instants at which it was asked and answered here. */
#ifndef BENCH_ENDS_AGENT_CLOCK_H
#define BENCH_ENDS_AGENT_CLOCK_H

#include <stdint.h>

struct agent_clock {
	uint64_t pings;
	int64_t shift_ns;  /* that of this host is so much later */
	uint64_t bound_ns; /* and that is wrong by so much at most */
};

/* Instants of CLOCK_MONOTONIC: `at_ns` the agent's, the others this host's. The ping that took the
 * least time decides. */
void agent_clock_ping(
	struct agent_clock *clock, uint64_t asked_ns, uint64_t at_ns, uint64_t answered_ns);

#endif
