#include "bench/plan/plan_model.h"

#include "bench/judge/runway.h"
#include "strategies/core/defaults.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* tcp_tw_reuse_delay counts milliseconds, and one of 0 takes a part of the first. */
#define DELAY_LEAST_S 0.001
/* The round trips of a connection beside those of its requests: the handshake, and the close. */
#define HANDSHAKE_TRIPS 1
#define CLOSE_TRIPS 1

/* How one end's kernel treats ports and TIME_WAIT, after the strategy's requirements. */
struct settings {
	double ports_of_pair; /* of one source address, to one destination */
	double hold_s; /* for how long a TIME_WAIT of the client keeps its port; 0: not at all */
	double server_most, client_most;
	bool is_by_parity;
};

static const char *required(const struct td_strategy *strategy, enum td_who end, const char *sysctl)
{
	for (size_t i = 0; i < TD_REQUIREMENTS_MAX && strategy->requirements[i].sysctl; i++)
		if (strategy->requirements[i].end == end &&
			strcmp(strategy->requirements[i].sysctl, sysctl) == 0)
			return strategy->requirements[i].value;
	return NULL;
}

static double cap_of(
	const struct plan_asked *asked, const struct td_strategy *strategy, enum td_who end)
{
	const char *value = required(strategy, end, "net.ipv4.tcp_max_tw_buckets");
	return value ? atof(value) : asked->time_wait_most;
}

static double ports_of_pair(const struct plan_asked *asked, const struct td_strategy *strategy)
{
	const char *range = required(strategy, TD_CLIENT, "net.ipv4.ip_local_port_range");
	long low = asked->port_low, high = asked->port_high;
	if (range) {
		char *rest;
		low = strtol(range, &rest, 10);
		high = strtol(rest, NULL, 10);
	}
	return (double)(high - low + 1);
}

static bool leaves_at(enum td_who holder, enum td_who end)
{
	return holder == end || holder == TD_BOTH;
}

/* After which tcp_tw_reuse takes a TIME_WAIT over; NAN: it does not. */
static double reuse_s(const struct plan_asked *asked, const struct td_strategy *strategy)
{
	const char *reuse = required(strategy, TD_CLIENT, "net.ipv4.tcp_tw_reuse");
	const char *delay_ms = required(strategy, TD_CLIENT, "net.ipv4.tcp_tw_reuse_delay");
	if (!reuse || strcmp(reuse, "1") != 0)
		return NAN;
	return fmax(delay_ms ? atof(delay_ms) / 1e3 : asked->reuse_delay_s, DELAY_LEAST_S);
}

static struct settings settings_of(
	const struct plan_asked *asked, const struct td_strategy *strategy)
{
	struct settings settings = {
		.ports_of_pair = ports_of_pair(asked, strategy),
		.server_most = cap_of(asked, strategy, TD_SERVER),
		.client_most = cap_of(asked, strategy, TD_CLIENT),
		.is_by_parity = strategy->source_port == TD_PORT_KERNEL,
	};
	if (leaves_at(strategy->holder, TD_CLIENT))
		settings.hold_s = port_hold_s(&(struct port_hold){
			.life_s = asked->life.most_s,
			.reuse_s = reuse_s(asked, strategy),
			.ports = settings.ports_of_pair * asked->addresses * asked->destinations,
			.cap = settings.client_most,
			.is_taken_over = strategy->source_port == TD_PORT_BIND,
		});
	return settings;
}

/* A reset ends a connection where it arrives; a FIN wants the other one, and its ACK. */
static double open_trips(const struct td_strategy *strategy, double requests)
{
	return HANDSHAKE_TRIPS + requests + (strategy->holder == TD_NONE ? 0 : CLOSE_TRIPS);
}

static struct runway runway_at(const struct plan_figures *figures, const struct settings *settings,
	double rate, double open_s)
{
	bool is_held_on = settings->hold_s > 0;
	return runway_of(&(struct runway_terms){
		.ports = figures->ports,
		.rate_per_s = rate,
		.share = 1,
		/* Without a TIME_WAIT that keeps it, a port is held while its connection is open.
		 */
		.life_s = is_held_on ? settings->hold_s : open_s,
		.open_s = is_held_on ? open_s : 0,
		.is_by_parity = settings->is_by_parity,
	});
}

/* Pairs of addresses in use after a life of TIME_WAIT. A port that is free is drawn again before
 * others were drawn once, and its TIME_WAIT gives way: `drawn` ports are drawn from at random. */
static double pairs_in_use(double connections, double drawn)
{
	return drawn * -expm1(-connections / drawn);
}

static void time_waits_set(struct plan_figures *figures, const struct plan_asked *asked,
	const struct settings *settings, double rate, double held)
{
	enum td_who holder = figures->strategy->holder;
	double made = rate * asked->life.most_s;
	bool is_of_half = settings->is_by_parity && held <= figures->ports / 2;
	double drawn = is_of_half ? figures->ports / 2 : figures->ports;
	double in_use = fmin(pairs_in_use(made, drawn), figures->ports);
	/* No port is drawn twice where a TIME_WAIT keeps it for all of its life, nor where the
	 * client binds to its ports in turn. */
	bool is_in_turn = settings->hold_s >= asked->life.most_s ||
			  figures->strategy->source_port == TD_PORT_BIND;
	double at_client = is_in_turn ? fmin(made, figures->ports) : in_use;
	double at_server = in_use * asked->hosts;
	at_client = leaves_at(holder, TD_CLIENT) ? at_client : 0;
	at_server = leaves_at(holder, TD_SERVER) ? at_server : 0;
	figures->client_is_capped = at_client > settings->client_most;
	figures->server_is_capped = at_server > settings->server_most;
	figures->client_time_wait = fmin(at_client, settings->client_most);
	figures->server_time_wait = fmin(at_server, settings->server_most);
	figures->client_bytes = figures->client_time_wait * PLAN_CLIENT_TIME_WAIT_BYTES;
	figures->server_bytes = figures->server_time_wait * PLAN_SERVER_TIME_WAIT_BYTES;
}

/* The fewest requests that each connection has to carry: R/N x (hold + (trips + N) x trip) is at
 * most the ports. NAN: what the requests themselves take is too much. */
static double requests_needed(const struct plan_figures *figures, const struct plan_asked *asked,
	const struct settings *settings, double requests_per_s)
{
	double trips = open_trips(figures->strategy, 0) * asked->round_trip_s;
	double left = figures->ports - requests_per_s * asked->round_trip_s;
	if (left <= 0)
		return NAN;
	return fmax(1, ceil(requests_per_s * (settings->hold_s + trips) / left));
}

static void demand_set(struct plan_figures *figures, const struct plan_asked *asked,
	const struct settings *settings, double open_s)
{
	double requests = asked->requests_per_s / asked->hosts;
	double rate = requests / figures->requests_per_connection;
	double held = rate * (settings->hold_s + open_s);
	figures->fits = held <= figures->ports;
	figures->is_slow = figures->fits && settings->is_by_parity && held > figures->ports / 2;
	figures->exhausted_after_s = runway_at(figures, settings, rate, open_s).held_after_s;
	figures->ports_held = fmin(held, figures->ports);
	figures->open_connections = fmin(rate * open_s, figures->ports);
	time_waits_set(figures, asked, settings, rate, held);
	figures->addresses_needed =
		fmax(1, ceil(held / (settings->ports_of_pair * asked->destinations)));
	figures->requests_per_connection_needed =
		requests_needed(figures, asked, settings, requests);
}

struct plan_figures plan_figures_of(
	const struct plan_asked *asked, const struct td_strategy *strategy)
{
	struct settings settings = settings_of(asked, strategy);
	double requests = asked->requests_per_connection ? (double)asked->requests_per_connection
							 : (double)strategy_exchanges(strategy);
	double open_s = open_trips(strategy, requests) * asked->round_trip_s;
	struct plan_figures figures = {
		.strategy = strategy,
		.requests_per_connection = requests,
		.ports = settings.ports_of_pair * asked->addresses * asked->destinations,
		.ports_held = NAN,
		.exhausted_after_s = NAN,
		.open_connections = NAN,
		.server_time_wait = NAN,
		.client_time_wait = NAN,
		.server_bytes = NAN,
		.client_bytes = NAN,
		.addresses_needed = NAN,
		.requests_per_connection_needed = NAN,
	};
	struct runway runway = runway_at(&figures, &settings, 1, open_s);
	double requests_of_all = requests * asked->hosts;
	figures.lasts_per_s = runway.lasts_per_s * requests_of_all;
	figures.slow_from_per_s = runway.slow_from_per_s * requests_of_all;
	if (!isnan(asked->requests_per_s))
		demand_set(&figures, asked, &settings, open_s);
	return figures;
}
