#include "bench/judge/nat_figures.h"

#include <math.h>

/* A look takes a moment: what gives way to a new entry meanwhile may be met, and that one too. */
static struct nat_held held_of(const struct conntrack_census *census, uint64_t ports)
{
	const uint64_t *states = census->states;
	return (struct nat_held){
		.ports = census->ports < ports ? census->ports : ports,
		.open = states[CONNTRACK_SYN_SENT] + states[CONNTRACK_SYN_RECV] +
			states[CONNTRACK_ESTABLISHED],
		.closing = states[CONNTRACK_FIN_WAIT] + states[CONNTRACK_CLOSE_WAIT] +
			   states[CONNTRACK_LAST_ACK],
		.time_wait = states[CONNTRACK_TIME_WAIT],
		.reset = states[CONNTRACK_CLOSE],
	};
}

struct nat_figures nat_figures_of(const struct trial *trial)
{
	const struct nat_report *nat = &trial->nat;
	const struct conntrack_counters *counters = &nat->counters;
	if (!nat->exists)
		return (struct nat_figures){.ports_held_share = NAN, .time_wait_s = NAN};
	uint64_t ports = (uint64_t)nat->port_high - nat->port_low + 1;
	struct nat_figures figures = {
		.ports_available = ports,
		.time_wait_s = nat->time_wait_s,
		.peak = held_of(&nat->peak, ports),
		.end = held_of(&nat->end, ports),
		.refused = counters->insert_failed,
		.other_drops = counters->drop > counters->insert_failed
				       ? counters->drop - counters->insert_failed
				       : 0,
		.given_up = counters->early_drop,
		.invalid = counters->invalid,
		.older_timestamps = trial->after.server.counters.paws_timewait -
				    trial->before.server.counters.paws_timewait,
	};
	figures.ports_held_share = (double)figures.peak.ports / (double)ports;
	return figures;
}
