#include "bench/plan/plan_terms.h"

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

const char *plan_required(const struct td_strategy *strategy, enum td_who end, const char *sysctl)
{
	for (size_t i = 0; i < TD_REQUIREMENTS_MAX && strategy->requirements[i].sysctl; i++)
		if (strategy->requirements[i].end == end &&
			strcmp(strategy->requirements[i].sysctl, sysctl) == 0)
			return strategy->requirements[i].value;
	return NULL;
}

bool plan_leaves_at(enum td_who holder, enum td_who end)
{
	return holder == end || holder == TD_BOTH;
}

static double cap_of(
	const struct plan_asked *asked, const struct td_strategy *strategy, enum td_who end)
{
	const char *value = plan_required(strategy, end, "net.ipv4.tcp_max_tw_buckets");
	return value ? atof(value) : asked->time_wait_most;
}

static double ports_of_pair(const struct plan_asked *asked, const struct td_strategy *strategy)
{
	const char *range = plan_required(strategy, TD_CLIENT, "net.ipv4.ip_local_port_range");
	long low = asked->port_low, high = asked->port_high;
	if (range) {
		char *rest;
		low = strtol(range, &rest, 10);
		high = strtol(rest, NULL, 10);
	}
	return fmax(1, (double)(high - low + 1) - asked->ports_taken);
}

/* After which tcp_tw_reuse takes a TIME_WAIT over; NAN: it does not. */
static double reuse_s(const struct plan_asked *asked, const struct td_strategy *strategy)
{
	const char *reuse = plan_required(strategy, TD_CLIENT, "net.ipv4.tcp_tw_reuse");
	const char *delay_ms = plan_required(strategy, TD_CLIENT, "net.ipv4.tcp_tw_reuse_delay");
	if (reuse ? strcmp(reuse, "1") != 0 : !asked->reuses)
		return NAN;
	return fmax(delay_ms ? atof(delay_ms) / 1e3 : asked->reuse_delay_s, DELAY_LEAST_S);
}

/* With a cap below the ports some of these are free, whatever the rate. */
double plan_held(const struct plan_terms *terms, double rate)
{
	double open = rate * terms->open_s;
	if (terms->kept_s > 0 && terms->hold_s == 0)
		return open + fmin(rate * terms->kept_s, terms->client_most);
	return open + rate * terms->hold_s;
}

/* A response that is not said to be large is in one segment. */
static double with_head(double body_bytes)
{
	return body_bytes > 0 ? body_bytes + PLAN_HEAD_BYTES : 0;
}

/* A reset ends a connection where it arrives; a FIN wants the other one, and its ACK. */
double plan_open_trips(const struct td_strategy *strategy, double response_bytes, double requests)
{
	double extra = plan_response_of(with_head(response_bytes), requests).extra_trips;
	return HANDSHAKE_TRIPS + requests + extra + (strategy->holder == TD_NONE ? 0 : CLOSE_TRIPS);
}

struct plan_terms plan_terms_of(const struct plan_asked *asked, const struct td_strategy *strategy)
{
	double requests = asked->requests_per_connection ? (double)asked->requests_per_connection
							 : (double)strategy_exchanges(strategy);
	struct plan_terms terms = {
		.strategy = strategy,
		.life = asked->life,
		.requests_per_connection = requests,
		.ports_of_pair = ports_of_pair(asked, strategy),
		.response = plan_response_of(with_head(asked->response_bytes), requests),
		.addresses = asked->addresses,
		.open_s = plan_open_trips(strategy, asked->response_bytes, requests) *
			  asked->round_trip_s,
		.server_most = cap_of(asked, strategy, TD_SERVER),
		.client_most = cap_of(asked, strategy, TD_CLIENT),
		.is_by_parity = strategy->source_port == TD_PORT_KERNEL,
	};
	terms.ports = terms.ports_of_pair * asked->addresses * asked->destinations;
	terms.is_kept = plan_leaves_at(strategy->holder, TD_CLIENT) &&
			isnan(reuse_s(asked, strategy)) && strategy->source_port != TD_PORT_BIND;
	if (!plan_leaves_at(strategy->holder, TD_CLIENT))
		return terms;
	struct port_hold hold = {
		.life_s = asked->life.most_s,
		.reuse_s = reuse_s(asked, strategy),
		.ports = terms.ports,
		.cap = INFINITY,
		.is_taken_over = strategy->source_port == TD_PORT_BIND,
	};
	terms.kept_s = port_hold_s(&hold);
	hold.cap = terms.client_most;
	terms.hold_s = port_hold_s(&hold);
	return terms;
}
