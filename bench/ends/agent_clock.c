#include "bench/ends/agent_clock.h"

void agent_clock_ping(
	struct agent_clock *clock, uint64_t asked_ns, uint64_t at_ns, uint64_t answered_ns)
{
	/* Rounded up: the middle may be half a nanosecond beside. */
	uint64_t bound_ns = (answered_ns - asked_ns + 1) / 2;
	if (clock->pings++ > 0 && bound_ns >= clock->bound_ns)
		return;
	clock->bound_ns = bound_ns;
	clock->shift_ns = (int64_t)(asked_ns + (answered_ns - asked_ns) / 2) - (int64_t)at_ns;
}
