#include "bench/plan/plan_time_waits.h"

#include <math.h>

/* Pairs of addresses in use after a life of TIME_WAIT. A port that is free is drawn again before
 * others were drawn once, and its TIME_WAIT gives way: `drawn` ports are drawn from at random. */
static double pairs_in_use(double connections, double drawn)
{
	return drawn * -expm1(-connections / drawn);
}

struct plan_time_waits plan_time_waits_of(
	const struct plan_terms *terms, double rate, double seconds, double hosts)
{
	enum td_who holder = terms->strategy->holder;
	double life_s = terms->life.most_s;
	double held = rate * (terms->hold_s + terms->open_s);
	double made = rate * fmin(seconds, life_s);
	bool is_of_half = terms->is_by_parity && held <= terms->ports / 2;
	double drawn = is_of_half ? terms->ports / 2 : terms->ports;
	double in_use = fmin(pairs_in_use(made, drawn), terms->ports);
	/* No port is drawn twice where a TIME_WAIT keeps it for all of its life, nor where the
	 * client binds to its ports in turn. */
	bool is_in_turn = terms->hold_s >= life_s || terms->strategy->source_port == TD_PORT_BIND;
	double client = is_in_turn ? fmin(made, terms->ports) : in_use;
	double server = in_use * hosts;
	client = plan_leaves_at(holder, TD_CLIENT) ? client : 0;
	server = plan_leaves_at(holder, TD_SERVER) ? server : 0;
	return (struct plan_time_waits){
		.server = fmin(server, terms->server_most),
		.client = fmin(client, terms->client_most),
		.server_is_capped = server > terms->server_most,
		.client_is_capped = client > terms->client_most,
	};
}
