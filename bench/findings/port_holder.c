#include "bench/findings/port_holder.h"
#include "bench/judge/time_wait_reuse.h"

/* TIME_WAITs of the client, at the first sample that was taken after connect(2) found no port: none
 * of those that held a port then is gone, so no more than these can have held one. */
static uint64_t time_waits_most(const struct trial *trial)
{
	for (size_t i = 0; i < trial->sample_count; i++)
		if (trial->samples[i].at_ns >= trial->totals.no_port_ns)
			return trial->samples[i].client.counters.gauge_tw;
	return trial->after.client.counters.gauge_tw;
}

enum port_holder port_holder_of(const struct trial *trial, const struct figures *figures)
{
	double ports = (double)figures->ports_available;
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
