#include "bench/judge/client_ports.h"

#include "bench/judge/time_wait_reuse.h"

#include <math.h>
#include <stdlib.h>

/* Fewer connections than this share leave their TIME_WAIT at the client by chance. */
#define SHARE_LEAST 0.05
/* Ports that are a loader's own choice are one in so many of the range at most: connect(2) uses
 * half of the range before it begins again, or tries the other parity. */
#define OWN_PART 4
/* Each was the port of so many connections, in the mean; or so many, and one in so many of all, are
 * of the parity that there are fewer of. */
#define OWN_TURNS 2
#define OWN_PARITY_LEAST 4
#define OWN_PARITY 4
/* A connection that is open for a shorter time changes no forecast of a minute. */
#define OPEN_LEAST_S 0.1

uint64_t client_ports_listed(const char *list, uint64_t low, uint64_t high)
{
	uint64_t count = 0;
	for (char *end; *list; list = *end == ',' ? end + 1 : end) {
		uint64_t from = strtoul(list, &end, 10), to = from;
		if (end == list)
			break;
		if (*end == '-')
			to = strtoul(end + 1, &end, 10);
		from = from > low ? from : low;
		to = to < high ? to : high;
		count += from <= to ? to - from + 1 : 0;
	}
	return count;
}

uint64_t client_ports_reserved(const struct trial *trial)
{
	if (trial->strategy->source_port == TD_PORT_BIND)
		return 0;
	return client_ports_listed(
		trial_setting(trial, TD_CLIENT, "net.ipv4.ip_local_reserved_ports", ""),
		trial->port_low, trial->port_high);
}

/* Addresses that the client never connected to were no use to it. */
uint64_t client_ports_destinations(const struct trial *trial)
{
	uint64_t met = trial->packet_tap.servers_met;
	return trial->server_addresses <= 1 ? 1 : met > 0 ? met : trial->server_addresses;
}

uint64_t client_ports_available(const struct trial *trial)
{
	uint64_t range = (uint64_t)(trial->port_high - trial->port_low) + 1;
	return (range - client_ports_reserved(trial)) * trial->client_addresses *
	       client_ports_destinations(trial);
}

uint64_t client_ports_own(const struct trial *trial)
{
	const struct packet_tap_report *tap = &trial->packet_tap;
	uint64_t begun = tap->counts.connections + tap->counts.undecided;
	uint64_t ports = tap->client_ports, even = tap->even_client_ports;
	uint64_t odd = ports - even, fewer = even < odd ? even : odd;
	bool is_of_part = OWN_PART * ports * tap->share <= client_ports_available(trial);
	bool comes_again = begun >= OWN_TURNS * ports;
	bool has_both_parities = fewer >= OWN_PARITY_LEAST && OWN_PARITY * fewer >= ports;
	bool is_chosen = comes_again || has_both_parities;
	/* Of connections behind a NAT the tap sees the NAT's ports. */
	return trial->load.is_third_party && !trial->nat.exists && ports > 0 && tap->lost == 0 &&
			       is_of_part && is_chosen
		       ? ports
		       : 0;
}

static double held_s(const struct trial *trial, double ports)
{
	return port_hold_s(&(struct port_hold){
		.life_s = trial->time_wait_life.most_s,
		.reuse_s =
			time_wait_is_reused(trial) ? time_wait_reuse_hold_s(trial, TD_CLIENT) : NAN,
		.ports = ports,
		.cap = atof(trial_setting(trial, TD_CLIENT, "net.ipv4.tcp_max_tw_buckets", "inf")),
		.is_taken_over = trial->strategy->source_port == TD_PORT_BIND &&
				 !time_wait_reuse_lacks_timestamps(trial),
	});
}

double client_ports_open_s(double open_s)
{
	return open_s >= OPEN_LEAST_S ? open_s : 0;
}

/* How long a connection was open: the open ones at an instant are those that began so long before
 * it. sockstat's sockets in use are IPv4's. */
static double open_s(const struct trial *trial, double rate_per_s)
{
	double open = 0, samples = (double)trial->sample_count;
	for (size_t i = 0; i < trial->sample_count; i++)
		open += (double)trial->samples[i].client.counters.gauge_inuse / samples;
	return client_ports_open_s(open / rate_per_s);
}

/* A forecast is of a rate that goes on. Where ports ran out, there was one until then. */
static bool is_forecast(const struct figures *figures)
{
	return figures->ports_own == 0 &&
	       (figures->opening.ended_ns == 0 || figures->port_stall.is_proven);
}

struct runway client_ports_runway(const struct trial *trial, const struct figures *figures)
{
	double ports = (double)figures->ports_available;
	double share = fmin(figures->client.tw_per_connection, 1), rate = figures->rate_per_s;
	uint64_t no_port_ns = trial->load.is_third_party ? figures->port_stall.since_ns
							 : trial->totals.no_port_ns;
	/* Connections that are refused tell nothing about how fast ports were taken. */
	if (no_port_ns > trial->started_ns)
		rate = ports / ((double)(no_port_ns - trial->started_ns) / 1e9);
	return runway_of(&(struct runway_terms){
		.ports = is_forecast(figures) ? ports : 0,
		.rate_per_s = rate,
		.share = figures->client.tw_per_connection >= SHARE_LEAST ? share : 0,
		.life_s = held_s(trial, ports),
		.open_s = rate > 0 ? open_s(trial, rate) : 0,
		.is_by_parity = trial->load.is_third_party ||
				trial->strategy->source_port == TD_PORT_KERNEL,
	});
}
