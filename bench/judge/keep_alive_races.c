#include "bench/judge/keep_alive_races.h"

#include "bench/judge/estimate.h"
#include "bench/judge/resets.h"

#include <math.h>

static struct estimate drained_of(const struct trial *trial, const struct figures *figures)
{
	return estimate_of(trial, figures, trial->packet_tap.counts.late.drained);
}

static bool sends_ahead(const struct trial *trial)
{
	for (uint32_t i = 0; i < trial->client_count; i++)
		if (trial->clients[i].behaviour->is_pipelined)
			return true;
	return false;
}

/* The loader counts what got no byte of an answer; that the server had closed before it read the
 * request is known from its kernel's RST, behind its FIN or for unread input, and of a server that
 * reads on behind its FIN from the request's place behind that. */
static struct keep_alive_races by_loader(
	const struct trial *trial, const struct figures *figures, double aborts)
{
	double asked = (double)trial->totals.kept_unanswered;
	double connections = (double)trial->totals.kept_connections;
	double beside_fin = resets_beside_fin(trial, figures);
	/* More resets than such connections have another reason, as a negative TCP_LINGER2. */
	double behind = beside_fin > connections ? 0 : beside_fin;
	double drained = fmin(asked, drained_of(trial, figures).count);
	double announced = (double)trial->totals.kept_announced;
	/* Each of these may be one of the others. */
	double raced = fmin(asked, fmax(announced, behind + drained + aborts));
	return (struct keep_alive_races){.raced = raced,
		.unread = fmin(raced, aborts),
		.drained = drained,
		.announced = announced,
		.is_exact = true,
		.is_least = sends_ahead(trial)};
}

/* Each of them had sent a request before, and sends one more: the client has sent two segments for
 * each, at least (net/ipv4/tcp_output.c, tcp_event_new_data_sent, which counts a FIN as well).
 * Where it has not, RSTs answer the bare ACK of a FIN, as a negative TCP_LINGER2 has it. */
static double asked_again_most(const struct figures *figures, double behind)
{
	double segments = (double)figures->client.counters.data_segments;
	return segments > 0 ? fmin(behind, fmax(0, segments - behind)) : behind;
}

static struct keep_alive_races by_packets(
	const struct trial *trial, const struct figures *figures, double aborts)
{
	const struct late_requests *late = &trial->packet_tap.counts.late;
	struct estimate behind = estimate_of(trial, figures, late->behind_fin);
	behind.count = asked_again_most(figures, behind.count);
	double unread = fmin(estimate_of(trial, figures, late->unread).count, aborts);
	double drained = drained_of(trial, figures).count;
	uint64_t announced = trial->packet_tap.counts.responses.omissions.announced;
	double ahead = estimate_of(trial, figures, announced).count;
	bool sends_ahead =
		late->shared > 0 || trial->packet_tap.counts.responses.omissions.kept > 0;
	return (struct keep_alive_races){.raced = behind.count + unread + ahead,
		.unread = unread,
		.drained = drained,
		.announced = ahead,
		.is_exact = behind.is_exact,
		.is_least = drained > 0 || sends_ahead};
}

struct keep_alive_races keep_alive_races_of(
	const struct trial *trial, const struct figures *figures)
{
	const struct end_figures *server = &figures->server;
	/* Those that were never answered had no request but their first. */
	double aborts = (double)resets_of_load(server, server->counters.abort_on_close) -
			resets_unanswered_unread(trial, figures).count;
	return trial->load.is_third_party ? by_packets(trial, figures, aborts)
					  : by_loader(trial, figures, aborts);
}

double keep_alive_races_unread_of_others(const struct figures *figures)
{
	const struct end_figures *server = &figures->server;
	uint64_t all = server->counters.abort_on_close, reset = server->others.races.reset;
	/* Every RST of the load may have been for unread input. */
	uint64_t aborts = all > server->load.out_rsts ? all - server->load.out_rsts : 0;
	return (double)(reset < aborts ? reset : aborts);
}
