#include "bench/judge/server_ports.h"

#include "bench/judge/client_ports.h"
#include "bench/judge/time_wait_reuse.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Of fewer connections all ports may be of one parity by chance. */
#define PARITY_LEAST 8
#define LOOPBACK_NET 127

/* As the kernel sees it for net.ipv4.tcp_tw_reuse = 2 (net/ipv4/tcp_ipv4.c, tcp_twsk_unique). */
static bool is_loopback(const struct tcp_segment_end *end)
{
	const uint32_t *words = end->address;
	if (!end->is_ipv6)
		return ntohl(words[0]) >> 24 == LOOPBACK_NET;
	return words[0] == 0 && words[1] == 0 && words[2] == 0 && words[3] == htonl(1);
}

uint64_t server_ports_available(const struct trial *trial)
{
	unsigned low = 0, high = 0;
	const char *range = trial_setting(trial, TD_SERVER, "net.ipv4.ip_local_port_range", "");
	const char *reserved =
		trial_setting(trial, TD_SERVER, "net.ipv4.ip_local_reserved_ports", "");
	if (sscanf(range, "%u %u", &low, &high) != 2 || high < low)
		return 0;
	return high - low + 1 - client_ports_listed(reserved, low, high);
}

bool server_ports_are_reused(const struct trial *trial, const struct tcp_segment_end *to)
{
	return time_wait_is_reused_by(trial, TD_SERVER, is_loopback(to));
}

static double life_s(
	const struct trial *trial, const struct destination *to, const struct server_port_end *end)
{
	double ports = (double)server_ports_available(trial);
	/* bind(2) reuses none. */
	bool is_reused = !end->over_all_places && server_ports_are_reused(trial, &to->to);
	double cap = atof(trial_setting(trial, TD_SERVER, "net.ipv4.tcp_max_tw_buckets", "inf"));
	if (cap < ports)
		return 0; /* with fewer TIME_WAITs than ports some are free */
	return is_reused ? time_wait_reuse_hold_s(trial, TD_SERVER) : trial->time_wait_life.most_s;
}

struct runway server_ports_runway(const struct trial *trial, const struct figures *figures)
{
	const struct destination *to = &figures->server.others.busiest;
	double opened = (double)to->opened, ports = (double)server_ports_available(trial);
	bool is_known = to->opened > 0 && !to->from_several && figures->opened > 0;
	struct server_port_end end = server_ports_end(trial);
	double share = is_known ? (double)to->time_wait / opened : 0;
	/* As many for each of the load's. */
	double rate = is_known ? figures->rate_per_s * opened / (double)figures->opened : 0;
	/* What came behind the end tells nothing about how fast ports were taken. */
	if (is_known && end.since_ns > trial->started_ns)
		rate = ports / share / ((double)(end.since_ns - trial->started_ns) / 1e9);
	return runway_of(&(struct runway_terms){
		.ports = ports,
		.rate_per_s = rate,
		.share = share,
		.life_s = life_s(trial, to, &end),
		.open_s = to->closed ? client_ports_open_s(
					       (double)to->open_ns / 1e9 / (double)to->closed)
				     : 0,
		.is_by_parity = to->opened >= PARITY_LEAST && to->even != to->odd,
	});
}
