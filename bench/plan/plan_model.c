#include "bench/plan/plan_model.h"

#include "bench/judge/runway.h"
#include "bench/plan/plan_time_waits.h"

#include <math.h>

static struct runway runway_at(const struct plan_terms *terms, double rate)
{
	bool is_held_on = terms->hold_s > 0;
	return runway_of(&(struct runway_terms){
		.ports = terms->ports,
		.rate_per_s = rate,
		.share = 1,
		/* Without a TIME_WAIT that keeps it, a port is held while its connection is open.
		 */
		.life_s = is_held_on ? terms->hold_s : terms->open_s,
		.open_s = is_held_on ? terms->open_s : 0,
		.is_by_parity = terms->is_by_parity,
	});
}

static void time_waits_set(struct plan_figures *figures, const struct plan_asked *asked,
	const struct plan_terms *terms, double rate)
{
	struct plan_time_waits waits =
		plan_time_waits_of(terms, rate, terms->life.most_s, asked->hosts);
	figures->client_is_capped = waits.client_is_capped;
	figures->server_is_capped = waits.server_is_capped;
	figures->client_time_wait = waits.client;
	figures->server_time_wait = waits.server;
	figures->client_bytes = plan_client_bytes(terms, &waits);
	figures->server_bytes = waits.server * PLAN_TIME_WAIT_BYTES;
}

/* Ports that connections take, each for the time that it is open and so long behind that. */
struct supply {
	double ports, hold_s;
};

/* The fewest requests that each connection has to carry: R/N x (hold + (trips + N) x trip) is at
 * most the ports. The trips beside those of the requests grow with N, as far as the window does.
 * NAN: what the requests themselves take is too much. */
static double requests_needed(const struct plan_asked *asked, const struct plan_terms *terms,
	struct supply supply, double requests_per_s)
{
	double left = supply.ports - requests_per_s * asked->round_trip_s, needed = 0, least = 1;
	if (left <= 0)
		return NAN;
	while (least > needed) {
		needed = least;
		double trips =
			plan_open_trips(terms->strategy, asked->response_bytes, needed) - needed;
		least = ceil(requests_per_s * (supply.hold_s + trips * asked->round_trip_s) / left);
	}
	return needed;
}

/* Of the hosts' ports and of the NAT's. */
static double requests_needed_of_both(
	const struct plan_asked *asked, const struct plan_terms *terms, const struct plan_nat *nat)
{
	double of_hosts = requests_needed(asked, terms,
		(struct supply){terms->ports, terms->hold_s}, asked->requests_per_s / asked->hosts);
	if (isnan(nat->ports))
		return of_hosts;
	double of_nat = requests_needed(asked, terms,
		(struct supply){nat->ports, asked->nat_hold_s}, asked->requests_per_s);
	return isnan(of_hosts) || isnan(of_nat) ? NAN : fmax(of_hosts, of_nat);
}

static void demand_set(struct plan_figures *figures, const struct plan_asked *asked,
	const struct plan_terms *terms)
{
	double rate = asked->requests_per_s / asked->hosts / terms->requests_per_connection;
	double held = plan_held(terms, rate);
	figures->nat = plan_nat_of(asked, terms, rate * asked->hosts);
	figures->fits = held <= terms->ports && figures->nat.fits;
	figures->is_slow = figures->fits && terms->is_by_parity && held > terms->ports / 2;
	figures->exhausted_after_s =
		fmin(runway_at(terms, rate).held_after_s, figures->nat.exhausted_after_s);
	if (terms->is_by_parity && held > terms->ports / 2)
		figures->slow_after_s = terms->ports / 2 / rate;
	figures->ports_held = fmin(held, terms->ports);
	figures->open_connections = fmin(rate * terms->open_s, terms->ports);
	time_waits_set(figures, asked, terms, rate);
	figures->addresses_needed =
		fmax(1, ceil(held / (terms->ports_of_pair * asked->destinations)));
	figures->costs = plan_costs_of(asked, terms, rate);
	figures->requests_per_connection_needed =
		requests_needed_of_both(asked, terms, &figures->nat);
}

struct plan_figures plan_figures_of(
	const struct plan_asked *asked, const struct td_strategy *strategy)
{
	struct plan_terms terms = plan_terms_of(asked, strategy);
	struct plan_figures figures = {
		.strategy = strategy,
		.requests_per_connection = terms.requests_per_connection,
		.ports = terms.ports,
		.slow_from_per_s = NAN,
		.ports_held = NAN,
		.exhausted_after_s = NAN,
		.slow_after_s = NAN,
		.open_connections = NAN,
		.server_time_wait = NAN,
		.client_time_wait = NAN,
		.server_bytes = NAN,
		.client_bytes = NAN,
		.addresses_needed = NAN,
		.requests_per_connection_needed = NAN,
		.nat = plan_nat_of(asked, &terms, NAN),
		.costs = plan_costs_of(asked, &terms, NAN),
	};
	struct runway runway = runway_at(&terms, 1);
	double requests_of_all = terms.requests_per_connection * asked->hosts;
	figures.lasts_per_s = fmin(runway.lasts_per_s * requests_of_all,
		figures.nat.lasts_per_s * terms.requests_per_connection);
	if (runway.slow_from_per_s * requests_of_all < figures.lasts_per_s)
		figures.slow_from_per_s = runway.slow_from_per_s * requests_of_all;
	if (!isnan(asked->requests_per_s))
		demand_set(&figures, asked, &terms);
	return figures;
}
