#include "bench/judge/figures.h"
#include "bench/judge/accept_stall.h"

#include "bench/judge/client_ports.h"
#include "bench/judge/end_figures.h"
#include "bench/judge/load_counters.h"
#include "bench/judge/server_ports.h"
#include "bench/judge/unsent_place.h"

#include <math.h>
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
	return whole > 0 ? part / whole : NAN;
}

static uint64_t at_least_zero(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
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

enum { NOTHING_OPENED, NONE_CLOSED, SEGMENTS_LOST, NONE_BEGAN, CUT_OFF };

const char *const figures_unknown_closer_words[] = {
	[NOTHING_OPENED] = "no connection was opened",
	[NONE_CLOSED] = "no connection was closed before the trial ended",
	[SEGMENTS_LOST] = "the packet tap lost segments",
	[NONE_BEGAN] = "every connection began before the packet tap",
	[CUT_OFF] = "the trial's process ended in the middle",
	NULL,
};

static const char *first_closer_unknown_of(const struct trial *trial, const struct figures *f)
{
	const struct packet_tap_report *tap = &trial->packet_tap;
	if (trial->is_cut_off)
		return figures_unknown_closer_words[CUT_OFF];
	if (tap->counts.connections > 0)
		return NULL;
	if (tap->lost > 0)
		return figures_unknown_closer_words[SEGMENTS_LOST];
	if (tap->counts.undecided > 0)
		return figures_unknown_closer_words[NONE_CLOSED];
	return figures_unknown_closer_words[f->opened > 0 ? NONE_BEGAN : NOTHING_OPENED];
}

static double claim_share_of(const struct trial *trial, double server, double client)
{
	if (trial->server.is_third_party || isnan(server) || isnan(client))
		return NAN;
	switch (trial->strategy->holder) {
	case TD_SERVER:
		return server;
	case TD_CLIENT:
		return client;
	case TD_BOTH:
		return fmin(server, client);
	case TD_NONE:
		break;
	}
	return fmax(0, 1 - fmax(server, client));
}

static void ports_of(const struct trial *trial, struct figures *f)
{
	f->ports_available = client_ports_available(trial);
	f->ports_own = client_ports_own(trial);
	f->ports_end = f->ports_peak = trial->after.client.census.ports_in_use;
	for (size_t i = 0; i < trial->sample_count; i++)
		if (trial->samples[i].client.census.ports_in_use > f->ports_peak)
			f->ports_peak = trial->samples[i].client.census.ports_in_use;
	f->ports_held_share =
		f->ports_available ? (double)f->ports_peak / (double)f->ports_available : NAN;
	f->opening = opening_of(trial, f->opened);
	f->port_stall = port_stall_of(trial, f->ports_available, f->opened);
	if (f->ports_own > 0)
		f->own_port_stall = port_stall_of(trial, f->ports_own, f->opened);
}

/* A TIME_WAIT skipped at the cap would have been this end's. One that has none at all, since its
 * cap is 0, holds none. */
static double left_share(const struct end_figures *end, bool at_most, double opened)
{
	double bound = (double)(at_most ? end->tw_created_most : end->tw_created_least);
	double made = isnan(end->tw_created) ? bound : end->tw_created;
	return made > 0 ? (made + (double)end->counters.tw_overflow) / opened : 0;
}

/* Where it is not known how many TIME_WAITs were made, the holder is known if it is the same with
 * the least and with the most of them. */
static const char *holder_of(const struct figures *f)
{
	if (f->opened == 0)
		return "unknown";
	const char *holder = NULL;
	for (int i = 0; i < 4; i++) {
		const char *one = who_of(left_share(&f->server, i & 1, (double)f->opened),
			left_share(&f->client, i & 2, (double)f->opened));
		if (holder && strcmp(holder, one) != 0)
			return "unknown";
		holder = one;
	}
	return holder;
}

static struct handshake_figures handshake_figures_of(const struct handshake_times *times)
{
	if (times->count == 0)
		return (struct handshake_figures){NAN, NAN, NAN};
	return (struct handshake_figures){
		.median_us = (double)times->median_ns / 1e3,
		.p99_us = (double)times->p99_ns / 1e3,
		.most_us = (double)times->most_ns / 1e3,
	};
}

static void claims_of(const struct trial *trial, struct figures *f)
{
	end_figures_take_made(trial, f, true);
	end_figures_take_made(trial, f, false);
	f->holder = trial->is_cut_off ? "unknown" : holder_of(f);
	f->claim_share = f->opened ? claim_share_of(trial, f->server.tw_per_connection,
					     f->client.tw_per_connection)
				   : NAN;
	f->first_closer = first_closer_of(&trial->packet_tap.counts);
	f->first_closer_unknown = first_closer_unknown_of(trial, f);
	f->handshakes = handshake_figures_of(&trial->packet_tap.counts.handshakes);
}

/* connect() that fails for want of a port begins nothing that ActiveOpens counts; one that is
 * refused is counted there, and in AttemptFails. */
static uint64_t connects_not_begun(
	const struct third_party_report *report, const struct counters *client)
{
	double failed = report->said.errors[LOADER_CONNECT];
	return report->kind && failed > (double)client->attempt_fails
		       ? (uint64_t)failed - client->attempt_fails
		       : 0;
}

static void third_party_rates_of(const struct trial *trial, struct figures *f, double window_s)
{
	const struct third_party_report *report = &trial->third_party;
	f->attempted = f->client.load.active_opens + connects_not_begun(report, &f->client.load);
	f->rate_per_s = ratio((double)f->opened, window_s);
	f->exchanges = f->exchanges_per_s = NAN;
	if (!report->kind)
		return;
	f->loader_count = loader_count_of(trial, f->opened);
	f->exchanges = f->loader_count.requests;
	f->exchanges_per_s = f->loader_count.per_s;
}

static void rates_of(const struct trial *trial, struct figures *f)
{
	const struct load_totals *totals = &trial->totals;
	double window_s = (double)trial->window_ns / 1e9;
	f->attempted = totals->attempted;
	f->rate_per_s = ratio((double)totals->window_completed, window_s);
	f->exchanges = (double)totals->exchanges;
	f->exchanges_per_s = ratio((double)totals->window_exchanges, window_s);
	if (trial->load.is_third_party)
		third_party_rates_of(trial, f, window_s);
	/* The kernel's counters are older than the loader's where a trial was cut off. */
	f->exchanges_per_connection = ratio(f->exchanges,
		(double)(trial->is_cut_off && totals->established ? totals->established
								  : f->opened));
}

static void costs_of(const struct trial *trial, struct figures *f)
{
	const struct counters *s = &f->server.load, *c = &f->client.load;
	double opened = (double)f->opened;
	f->segments_per_connection = ratio(
		(double)(s->out_segs + s->retrans_segs + c->out_segs + c->retrans_segs), opened);
	f->resets_per_connection = ratio((double)(s->out_rsts + c->out_rsts), opened);
	f->server_cpu_us = ratio((double)trial->server_end.cpu_ns / 1e3, opened);
	f->client_cpu_us = ratio((double)trial->totals.cpu_ns / 1e3, (double)f->attempted);
	if (trial->is_cut_off)
		f->client_cpu_us = NAN;
	uint64_t grown = at_least_zero(trial->server_end.rss_peak, trial->server_end.rss_before);
	uint64_t open = trial->load.is_third_party ? trial->load.connections
						   : trial->totals.connections_peak;
	bool is_read = trial->server_end.rss_before > 0 && trial->server_end.rss_peak > 0;
	f->server_bytes_per_connection = is_read ? ratio((double)grown, (double)open) : NAN;
}

/* A connection that the client's kernel counts as opened and the server's does not is one whose
 * last ACK of the handshake opened nothing there. The server's end of it is then gone by a RST
 * (AttemptFails; net/ipv4/tcp_minisocks.c, tcp_check_req) or still waits; a connect() that the
 * client gave up on has neither. */
static void opened_of(const struct trial *trial, struct figures *f)
{
	const struct counters *s = &f->server.load, *c = &f->client.load;
	uint64_t at_client = trial->load.is_third_party
				     ? at_least_zero(c->active_opens, c->attempt_fails)
				     : trial->totals.established;
	uint64_t waiting = trial->after.server.census.states[TCP_SYN_RECV];
	uint64_t unknown_to_server = at_least_zero(at_client, s->passive_opens);
	f->kept_from_accept = lesser(unknown_to_server, s->attempt_fails + waiting);
	f->reset_before_accept = lesser(f->kept_from_accept, s->attempt_fails);
	f->kept_by_defer_accept = f->kept_from_accept > 0 && s->listen_overflows == 0 &&
				  s->deferred_drop >= f->kept_from_accept;
	f->opened = s->passive_opens + f->kept_from_accept;
}

static void tls_of(const struct trial *trial, struct figures *f)
{
	const struct load_tls *own = &trial->totals.tls;
	const struct server_hellos *seen = &trial->packet_tap.counts.hellos;
	bool is_own = own->handshakes > 0;
	f->tls_version = is_own ? own->version : server_hellos_version(seen);
	f->tls_key = own->key;
	f->tls_handshake_cpu_us =
		ratio((double)own->handshake_cpu_ns / 1e3, (double)own->handshakes);
	f->tls_resumed_share = is_own ? ratio((double)own->resumed, (double)own->handshakes)
				      : ratio((double)seen->resumed, (double)seen->told);
}

struct figures figures_of(const struct trial *trial)
{
	struct figures f = {
		.server = end_figures_of(trial, true), .client = end_figures_of(trial, false)};
	const struct counters *s = &f.server.load, *c = &f.client.load;
	opened_of(trial, &f);
	claims_of(trial, &f);
	ports_of(trial, &f);
	rates_of(trial, &f);
	costs_of(trial, &f);
	f.runway = client_ports_runway(trial, &f);
	f.server.others_runway = server_ports_runway(trial, &f);
	f.server.others_unsent_to = unsent_place(trial);
	f.server.others_ports_available = server_ports_available(trial);
	f.server.others_ports_peak = server_ports_peak(trial);
	f.client.others_runway = runway_of(&(struct runway_terms){.ports = 0});
	f.others_unseen = load_counters_unseen(trial, TD_SERVER);
	f.unaccounted = at_least_zero(
		f.opened, end_figures_accounted(&f.server) + end_figures_accounted(&f.client) +
				  s->tw_overflow + c->tw_overflow + s->out_rsts + c->out_rsts +
				  trial->still_open.connections);
	f.accept_wait_ms = accept_wait_ms(trial, s->passive_opens);
	tls_of(trial, &f);
	f.loss = loss_figures_of(trial);
	f.delivery = delivery_figures_of(trial);
	f.wire = wire_figures_of(trial);
	f.nat = nat_figures_of(trial);
	f.remote = remote_figures_of(trial, f.opened);
	f.events = event_figures_of_all(trial);
	f.ramp = ramp_figures_of(trial);
	f.ports_destinations = client_ports_destinations(trial);
	return f;
}
