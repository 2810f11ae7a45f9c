#include "bench/judge/refused.h"

#include "bench/judge/load_counters.h"

#include <math.h>

/* A connect() that was given up counts as a failed attempt, too; no RST of the server's is in it.
 */
static double failed(const struct trial *trial)
{
	struct counters client = load_counters(trial, TD_CLIENT);
	struct counters server = load_counters(trial, TD_SERVER);
	return (double)(client.attempt_fails < server.out_rsts ? client.attempt_fails
							       : server.out_rsts);
}

struct estimate refused_of(const struct trial *trial, uint64_t seen)
{
	const struct packet_tap_report *tap = &trial->packet_tap;
	struct estimate exact = {.count = (double)seen, .most = (double)seen, .is_exact = true};
	double all = failed(trial), all_seen = (double)tap->counts.refused;
	if ((tap->share <= 1 && tap->lost == 0) || seen == 0 || all <= all_seen)
		return exact;
	double scale = all / all_seen;
	exact.count = exact.most = all;
	if ((double)seen >= all_seen)
		return exact;
	return (struct estimate){.count = round((double)seen * scale),
		.spread = sqrt((double)seen) * scale,
		.most = all};
}
