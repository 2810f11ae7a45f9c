#include "bench/trial/live.h"

#include <netinet/tcp.h>
#include <stddef.h>

#define FIGURES (sizeof(struct trial_live) / sizeof(uint64_t))

_Static_assert(sizeof(struct trial_live) == 8 * sizeof(uint64_t), "figures and nothing else");

void trial_live_write(struct trial_live *live, const struct trial_live *now)
{
	for (size_t i = 0; live && i < FIGURES; i++)
		__atomic_store_n(
			(uint64_t *)live + i, ((const uint64_t *)now)[i], __ATOMIC_RELAXED);
}

struct trial_live trial_live_read(const struct trial_live *live)
{
	struct trial_live now;
	for (size_t i = 0; i < FIGURES; i++)
		((uint64_t *)&now)[i] =
			__atomic_load_n((const uint64_t *)live + i, __ATOMIC_RELAXED);
	return now;
}

struct trial_live trial_live_of(const struct sample *sample, uint64_t ports, bool is_third_party)
{
	return (struct trial_live){
		.at_ns = sample->at_ns,
		.completed = is_third_party ? sample->server.counters.passive_opens
					    : sample->progress.completed,
		.failed = sample->progress.failed,
		.censuses = sample->census_fresh,
		.server_time_wait = sample->server.census.states[TCP_TIME_WAIT],
		.client_time_wait = sample->client.census.states[TCP_TIME_WAIT],
		.ports_held = sample->client.census.ports_in_use,
		.ports = ports,
	};
}
