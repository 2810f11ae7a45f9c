#include "bench/findings/port_holder.h"
#include "bench/judge/time_wait_reuse.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

/* TIME_WAITs of the client, at the first sample that was taken after connect(2) found no port: none
 * of those that held a port then is gone, so no more than these can have held one. */
static uint64_t time_waits_most(const struct trial *trial)
{
	for (size_t i = 0; i < trial->sample_count; i++)
		if (trial->samples[i].at_ns >= trial->totals.no_port_ns)
			return trial->samples[i].client.counters.gauge_tw;
	return trial->after.client.counters.gauge_tw;
}

static struct port_refusal refusal_of_third_party(
	const struct trial *trial, const struct port_stall *stall)
{
	struct port_refusal refusal = {
		.at_ns = stall->is_proven ? stall->since_ns : 0, .count = NAN};
	char name[LOADER_NAME_SIZE];
	double failed = trial->third_party.said.errors[LOADER_CONNECT];
	if (stall->is_said && trial->third_party.kind && failed > 0) {
		refusal.count = failed;
		snprintf(refusal.text, sizeof(refusal.text), "%.0f connect() of %s failed", failed,
			third_party_name(&trial->third_party, name));
	} else {
		snprintf(refusal.text, sizeof(refusal.text),
			"no connection was opened from then on (%s)",
			stall->is_said ? "the loader says EADDRNOTAVAIL"
				       : "what connect() got, the loader does not say");
	}
	return refusal;
}

struct port_refusal port_refusal_of(const struct trial *trial, const struct figures *figures)
{
	unsigned long long refused = trial->totals.connect_errors[EADDRNOTAVAIL];
	struct port_refusal refusal = {.at_ns = trial->totals.no_port_ns, .count = (double)refused};
	if (trial->load.is_third_party)
		return refusal_of_third_party(trial, &figures->port_stall);
	if (refused == 0)
		return (struct port_refusal){.at_ns = 0};
	snprintf(refusal.text, sizeof(refusal.text),
		"%llu connect() were refused with EADDRNOTAVAIL", refused);
	return refusal;
}

enum port_holder port_holder_of(const struct trial *trial, const struct figures *figures)
{
	double ports = (double)figures->ports_available;
	if (trial->load.is_third_party)
		return figures->port_stall.in_use > figures->port_stall.time_waits
			       ? PORTS_OF_OPEN
			       : PORTS_OF_TIME_WAIT;
	/* After bind(2) with SO_REUSEADDR connect(2) takes over a TIME_WAIT of any age, given
	 * timestamps (net/ipv4/tcp_ipv4.c, tcp_twsk_unique). */
	if (trial->strategy->source_port == TD_PORT_BIND &&
		!time_wait_reuse_lacks_timestamps(trial))
		return PORTS_OF_OPEN;
	/* All ports were held. Those that no open connection had, a closed one had. */
	if (2 * (double)trial->totals.connections_peak <= ports)
		return PORTS_OF_TIME_WAIT;
	return 2 * (double)time_waits_most(trial) < ports ? PORTS_OF_OPEN : PORTS_OF_BOTH;
}
