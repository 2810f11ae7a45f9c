#include "bench/judge/listener_starved.h"

#include "bench/judge/accept_stall.h"
#include "common/clock.h"

/* One has waited for so long, and for half of the load. */
#define LEAST_MS 500

static bool is_explained(const struct trial *trial)
{
	return trial->server_end.stop_watch.first_ns != 0 ||
	       trial->server_end.accept_limit.reached > 0 || accept_stall_of(trial).waiting > 0;
}

const struct listener_wait *listener_starved_of(const struct trial *trial)
{
	const struct listener_wait *wait = &trial->server_end.listener_wait;
	uint64_t over_ns = trial->server_end.accept_watch.load_over_ns;
	if (wait->at_ns == 0 || over_ns == 0 || is_explained(trial))
		return NULL;
	uint64_t load_ms = (over_ns - trial->started_ns) / NS_PER_MS;
	return wait->oldest_ms >= LEAST_MS && 2 * wait->oldest_ms >= load_ms ? wait : NULL;
}
