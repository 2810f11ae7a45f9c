#include "bench/plan/plan_time_waits.h"

#include <math.h>

/* connect(2) goes on from the port that it chose last by 1 to 8 of those that it tries
 * (net/ipv4/inet_hashtables.c, __inet_hash_connect), and begins elsewhere every 10 s
 * (net/core/secure_seq.c, EPHEMERAL_PORT_SHUFFLE_PERIOD). */
#define STEP_MEAN 4.5
#define WALK_S 10

/* Ports that were chosen within the time, of `tried` that are tried. A port that is free is chosen
 * again before others were chosen once, and its TIME_WAIT gives way. */
static double ports_chosen(double rate, double seconds, double tried)
{
	double rounds = rate * WALK_S * STEP_MEAN / tried, whole = floor(rounds);
	if (isinf(rate))
		return tried;
	/* The share of them that one walk leaves out: each round takes one in STEP_MEAN. */
	double left = pow(1 - 1 / STEP_MEAN, whole) * (1 - (rounds - whole) / STEP_MEAN);
	return tried * (1 - pow(left, seconds / WALK_S));
}

struct plan_time_waits plan_time_waits_of(
	const struct plan_terms *terms, double rate, double seconds, double hosts)
{
	enum td_who holder = terms->strategy->holder;
	double made_s = fmin(seconds, terms->life.most_s);
	bool is_of_half = terms->is_by_parity && plan_held(terms, rate) <= terms->ports / 2;
	double tried = is_of_half ? terms->ports / 2 : terms->ports;
	/* No port is chosen twice where a TIME_WAIT keeps it for all of its life, nor where the
	 * client binds to its ports in turn. */
	bool is_in_turn = terms->is_kept || terms->strategy->source_port == TD_PORT_BIND;
	double pairs =
		is_in_turn ? fmin(rate * made_s, terms->ports) : ports_chosen(rate, made_s, tried);
	double client = plan_leaves_at(holder, TD_CLIENT) ? pairs : 0;
	double server = plan_leaves_at(holder, TD_SERVER) ? pairs * hosts : 0;
	return (struct plan_time_waits){
		.server = fmin(server, terms->server_most),
		.client = fmin(client, terms->client_most),
		.client_ports = tried,
		.server_is_capped = server > terms->server_most,
		.client_is_capped = client > terms->client_most,
	};
}

double plan_client_bytes(const struct plan_terms *terms, const struct plan_time_waits *waits)
{
	double of_pair = waits->client_ports / (terms->ports / terms->ports_of_pair);
	double with_address = fmin(waits->client, of_pair * terms->addresses);
	double alone = fmin(waits->client, of_pair);
	return waits->client * PLAN_TIME_WAIT_BYTES +
	       (with_address + alone) * PLAN_BIND_BUCKET_BYTES;
}
