#include "bench/plan/plan_costs.h"

#include "bench/plan/plan_closing.h"

#include <math.h>

/* A FIN that is sent while data waits for the window rides on the last of it, and the client's FIN
 * acknowledges both. */
static bool fin_rides(const struct plan_terms *terms)
{
	bool is_behind_data = terms->response.last_trips > 1 &&
			      terms->strategy->first_closer != TD_CLIENT &&
			      terms->strategy->holder != TD_NONE;
	return is_behind_data || terms->strategy->fin_on_data;
}

/* The ACK of a response rides on the next request. */
static void segments_set(struct plan_costs *costs, const struct plan_terms *terms,
	const struct plan_closing *closing, double server_rate, double client_rate)
{
	double requests = terms->requests_per_connection, of_one = terms->response.segments;
	double spared = fin_rides(terms) ? 1 : 0;
	costs->server_segments_per_s =
		server_rate * (closing->server_segments + requests * of_one - spared);
	costs->client_segments_per_s = client_rate * (closing->client_segments + requests +
							     requests * (of_one - 1) + 1 - spared);
}

/* The last response goes out, and the client's FIN comes back. */
static void lingering_set(struct plan_costs *costs, const struct plan_closing *closing, double rate,
	double crossing_s)
{
	costs->server_lingering = costs->server_lingering_most = 0;
	if (!closing->server_waits)
		return;
	costs->server_lingering = rate * crossing_s;
	costs->server_lingering_most = rate * (crossing_s + closing->wait_most_s);
}

struct plan_costs plan_costs_of(
	const struct plan_asked *asked, const struct plan_terms *terms, double rate)
{
	struct plan_closing closing = plan_closing_of(terms->strategy);
	double rate_of_all = rate * asked->hosts, of_listener = rate_of_all / asked->destinations;
	struct plan_costs costs = {
		.open_s = terms->open_s,
		.server_segments_per_s = NAN,
		.client_segments_per_s = NAN,
		.server_lingering = NAN,
		.server_lingering_most = NAN,
		.backlog_needed = NAN,
		.pause_lasts_s = PLAN_BACKLOG_USUAL / of_listener,
	};
	if (isnan(rate))
		return costs;
	if (!isnan(asked->pause_s))
		costs.backlog_needed = fmax(1, ceil(of_listener * asked->pause_s));
	if (closing.is_known) {
		segments_set(&costs, terms, &closing, rate_of_all, rate);
		lingering_set(&costs, &closing, rate_of_all,
			terms->response.last_trips * asked->round_trip_s);
	}
	return costs;
}
