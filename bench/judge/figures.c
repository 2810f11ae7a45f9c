#include "bench/judge/figures.h"

#include <netinet/tcp.h>
#include <string.h>

/* Within this share of all connections a claim counts as held: a retransmission now and then, or a
 * connection cut at the end of a trial, changes no answer. */
#define NEARLY_ALL 0.95
#define NEARLY_NONE 0.05

const char *figures_who(enum td_who who)
{
	static const char *const names[] = {"none", "server", "client", "both"};
	return (unsigned)who < sizeof(names) / sizeof(names[0]) ? names[who] : "unknown";
}

static const char *who_of(double server, double client)
{
	bool has_server = server >= NEARLY_ALL, has_client = client >= NEARLY_ALL;
	bool no_server = server <= NEARLY_NONE, no_client = client <= NEARLY_NONE;
	if (has_server && has_client)
		return figures_who(TD_BOTH);
	if (has_server && no_client)
		return figures_who(TD_SERVER);
	if (has_client && no_server)
		return figures_who(TD_CLIENT);
	return no_server && no_client ? figures_who(TD_NONE) : "mixed";
}

static double ratio(double part, double whole)
{
	return whole > 0 ? part / whole : 0;
}

static uint64_t at_least_zero(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* How many of sock_diag's FIN_WAIT_2 are orphans, which sockstat counts, is not told. */
static uint64_t disagreement(const struct sample_end *sample)
{
	uint64_t least = sample->census.states[TCP_TIME_WAIT];
	uint64_t most = least + sample->census.states[TCP_FIN_WAIT2];
	uint64_t above = at_least_zero(least, sample->sockstat_high);
	uint64_t below = at_least_zero(sample->sockstat_low, most);
	return above > below ? above : below;
}

static void end_take_peaks(struct end_figures *end, const struct sample_end *sample)
{
	uint64_t fin_wait2 = sample->census.states[TCP_FIN_WAIT2];
	if (sample->counters.gauge_tw > end->tw_peak)
		end->tw_peak = sample->counters.gauge_tw;
	if (fin_wait2 > end->fin_wait2_peak)
		end->fin_wait2_peak = fin_wait2;
	if (disagreement(sample) > end->tw_disagreement)
		end->tw_disagreement = disagreement(sample);
}

static struct end_figures end_of(const struct trial *trial, bool server)
{
	const struct sample_end *before = server ? &trial->before.server : &trial->before.client;
	const struct sample_end *after = server ? &trial->after.server : &trial->after.client;
	struct end_figures end = {
		.counters = counters_difference(&after->counters, &before->counters),
		.tw_end = after->census.states[TCP_TIME_WAIT],
		.fin_wait2_end = after->census.states[TCP_FIN_WAIT2],
	};
	for (size_t i = 0; i < trial->sample_count; i++)
		end_take_peaks(
			&end, server ? &trial->samples[i].server : &trial->samples[i].client);
	end_take_peaks(&end, after);
	/* The kernel counts an orphaned FIN_WAIT_2 as TW at once, and not again when its FIN comes
	 * (net/ipv4/inet_timewait_sock.c): those still waiting for it are no TIME_WAIT. */
	end.tw_created = at_least_zero(end.counters.tw + end.counters.tw_killed, end.fin_wait2_end);
	return end;
}

static const char *first_closer_of(const struct first_closer_counts *seen)
{
	if (seen->connections == 0)
		return "unknown";
	double all = (double)seen->connections;
	if (ratio((double)seen->both, all) >= NEARLY_ALL)
		return figures_who(TD_BOTH);
	const char *who =
		who_of(ratio((double)seen->server, all), ratio((double)seen->client, all));
	return strcmp(who, "none") == 0 ? "mixed" : who;
}

static double claim_share_of(enum td_who holder, double server, double client)
{
	switch (holder) {
	case TD_SERVER:
		return server;
	case TD_CLIENT:
		return client;
	case TD_BOTH:
		return server < client ? server : client;
	case TD_NONE:
		break;
	}
	double most = server > client ? server : client;
	return most < 1 ? 1 - most : 0;
}

static void ports_of(const struct trial *trial, struct figures *f)
{
	uint64_t range = (uint64_t)(trial->port_high - trial->port_low) + 1;
	f->ports_available = range * trial->client_addresses;
	f->ports_end = f->ports_peak = trial->after.client.census.ports_in_use;
	for (size_t i = 0; i < trial->sample_count; i++)
		if (trial->samples[i].client.census.ports_in_use > f->ports_peak)
			f->ports_peak = trial->samples[i].client.census.ports_in_use;
}

struct figures figures_of(const struct trial *trial)
{
	struct figures f = {.server = end_of(trial, true), .client = end_of(trial, false)};
	const struct counters *s = &f.server.counters, *c = &f.client.counters;
	const struct tally *tally = &trial->tally;
	f.opened = s->passive_opens;
	double opened = (double)f.opened;
	double window_s = (double)trial->window_ns / 1e9;
	f.server.tw_per_connection = ratio((double)f.server.tw_created, opened);
	f.client.tw_per_connection = ratio((double)f.client.tw_created, opened);
	/* A TIME_WAIT skipped at the cap would have been this end's. */
	f.holder =
		f.opened == 0
			? "unknown"
			: who_of(f.server.tw_per_connection + ratio((double)s->tw_overflow, opened),
				  f.client.tw_per_connection +
					  ratio((double)c->tw_overflow, opened));
	f.claim_share = claim_share_of(trial->spec.strategy->holder, f.server.tw_per_connection,
		f.client.tw_per_connection);
	f.first_closer = first_closer_of(&trial->packet_tap.counts);
	ports_of(trial, &f);
	bool is_third_party = trial->load.is_third_party;
	f.attempted = is_third_party ? c->active_opens + trial->third_party.wrk.errors[WRK_CONNECT]
				     : tally->attempted;
	f.rate_per_s =
		ratio((double)(is_third_party ? f.opened : tally->window_completed), window_s);
	f.exchanges_per_s = is_third_party ? trial->third_party.wrk.requests_per_s
					   : ratio((double)tally->window_exchanges, window_s);
	f.segments_per_connection = ratio(
		(double)(s->out_segs + s->retrans_segs + c->out_segs + c->retrans_segs), opened);
	f.resets_per_connection = ratio((double)(s->out_rsts + c->out_rsts), opened);
	f.server_cpu_us = ratio((double)trial->server_cpu_ns / 1e3, opened);
	f.client_cpu_us = ratio((double)tally->cpu_ns / 1e3, (double)f.attempted);
	f.server_bytes_per_connection =
		ratio((double)at_least_zero(trial->server_rss_peak, trial->server_rss_before),
			(double)(is_third_party ? trial->load.connections : tally->slots_peak));
	f.unaccounted =
		at_least_zero(f.opened, f.server.tw_created + f.client.tw_created + s->tw_overflow +
						c->tw_overflow + s->out_rsts + c->out_rsts);
	return f;
}
