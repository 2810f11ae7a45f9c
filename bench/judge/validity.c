#include "bench/judge/validity.h"

#include "bench/judge/accept_stall.h"
#include "bench/judge/accept_starved.h"
#include "bench/judge/dropped.h"
#include "bench/judge/event_figures.h"
#include "bench/judge/hop_words.h"
#include "bench/judge/listener_starved.h"
#include "bench/judge/ramp_figures.h"
#include "bench/judge/resets.h"
#include "bench/judge/standstill.h"
#include "bench/judge/still_open.h"
#include "bench/judge/third_party_load.h"
#include "bench/measure/responses.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* On a busy machine one sample may be missed, or this share of them; more make a trial invalid. */
#define SAMPLES_MISSED_SHARE 0.1
/* With more late starts than this share, the load is not the open loop that was asked for. */
#define STARTS_LATE_SHARE 0.01
/* Of few starts one pause of a busy machine makes one late, or up to so many of four times as many.
 */
#define STARTS_LATE_FEW 3
/* Two hosts' own network loses a frame now and then: this share of SYNs and SYN-ACKs. */
#define LOST_ON_A_NETWORK 0.001
/* Threads of the loader that run for this share of the time have none left. */
#define LOADER_BUSY 0.9

/* Connections that leave TIME_WAIT where the strategy claims, or by a RST, are nearly all. */
#define HELD_OR_ENDED 0.95

/* Whether the trial was to show what an event (--at) or a rate that rises (--ramp) breaks. */
static bool is_provoked(const struct trial *trial)
{
	return event_figures_has_come(trial) || ramp_was_asked(trial);
}

/* The errors of connect(2) that come of it. */
static bool is_to_be_met(const struct trial *trial, int error)
{
	return (error == ECONNREFUSED && is_provoked(trial)) ||
	       (error == EADDRNOTAVAIL && ramp_was_asked(trial));
}

static bool requires_setting(const struct td_strategy *strategy, const char *sysctl)
{
	for (size_t i = 0; i < TD_REQUIREMENTS_MAX && strategy->requirements[i].sysctl; i++)
		if (strcmp(strategy->requirements[i].sysctl, sysctl) == 0)
			return true;
	return false;
}

static void check_claim(
	struct reasons *reasons, const char *what, enum td_who declared, const char *measured)
{
	if (strcmp(figures_who(declared), measured) != 0)
		reasons_add(
			reasons, "%s is %s, declared %s", what, measured, figures_who(declared));
}

/* Over TLS a client's close_notify that meets a closed socket is answered with a RST, which ends
 * the server's TIME_WAIT (reset-after-fin). */
static bool ended_by_notify(const struct trial *trial, const struct figures *figures)
{
	const struct late_data *late = &trial->packet_tap.counts.late_data;
	double ended = (double)late->tls_alerts / (double)late->looked_at;
	double held = figures->server.tw_per_connection;
	return trial->totals.tls.handshakes > 0 && trial->strategy->holder == TD_SERVER &&
	       ended > 0 && held + ended >= HELD_OR_ENDED;
}

static void check_holder(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	if (!ended_by_notify(trial, figures))
		check_claim(reasons, "holder", trial->strategy->holder, figures->holder);
}

static void check_first_closer(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	if (figures->first_closer_unknown)
		reasons_add(reasons, "first closer is unknown: %s", figures->first_closer_unknown);
	else
		check_claim(reasons, "first closer", trial->strategy->first_closer,
			figures->first_closer);
}

/* TCPSynRetrans counts SYNs and SYN-ACKs (net/ipv4/tcp_output.c, __tcp_retransmit_skb,
 * tcp_rtx_synack). The client listens to nobody, and what the server opens for itself is taken off.
 * With TCP_DEFER_ACCEPT the kernel sends a SYN-ACK again by design, where no data follows the ACK
 * that it has dropped for it (net/ipv4/inet_connection_sock.c, syn_ack_recalc). */
static void check_handshakes(struct reasons *reasons, const struct figures *figures, bool is_remote)
{
	const struct counters *s = &figures->server.counters;
	uint64_t synacks = figures->server.load.syn_retrans;
	uint64_t syns = figures->client.load.syn_retrans;
	bool by_defer_accept = s->listen_overflows == 0 && s->deferred_drop >= synacks;
	bool is_usual = is_remote &&
			(double)(syns + synacks) <= LOST_ON_A_NETWORK * (double)figures->opened;
	if (is_usual)
		return;
	reasons_count(reasons, syns, "SYNs sent again (TCPSynRetrans)");
	reasons_count(reasons, by_defer_accept ? 0 : synacks,
		"SYN-ACKs sent again by the server (TCPSynRetrans)");
}

/* Those that are still open are told as such. */
static void check_accepted(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	const struct end_figures *server = &figures->server;
	uint64_t waiting = accept_stall_of(trial).waiting;
	uint64_t open = server->state_end[SOCKET_ESTABLISHED_UNACCEPTED] +
			server->state_end[SOCKET_CLOSE_WAIT_UNACCEPTED];
	reasons_count(reasons, waiting > open ? waiting - open : 0,
		"connections ended while they waited to be accepted");
	reasons_count(reasons, accept_starved_of(trial, figures).waiting,
		"connections were not accepted for half of the load or more, while others were "
		"served: rates and latency are those of the others");
	const struct listener_wait *starved = listener_starved_of(trial);
	reasons_count(reasons, starved ? starved->waiting : 0,
		"connections waited in the queue of one listener of the port for half of the load "
		"or more, while the others had none: rates and latency are those of the others");
}

/* What connections met that an event (--at) may have ended or kept waiting. */
static void check_ways(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	dropped_check(reasons, trial, figures);
	/* Clients that are asked not to read are asked for it, too. */
	if (!trial->clients_deviate)
		reasons_count(reasons, resets_on_timeout(figures),
			"connections were given up by the server's kernel (TCPAbortOnTimeout)");
	/* A wire that loses frames is asked for what follows. */
	if (trial->wire.impairment.loss <= 0)
		check_handshakes(reasons, figures, trial->remote.exists);
	check_accepted(reasons, trial, figures);
}

/* Whether all that is still open is what a proxy keeps, to send on what comes next. */
static bool is_pool(const struct trial *trial, const struct figures *figures)
{
	return trial->load.is_proxy &&
	       trial->still_open.connections == figures->client.state_end[SOCKET_ESTABLISHED];
}

static void check_kernel(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	const struct counters *s = &figures->server.counters, *c = &figures->client.counters;
	if (!requires_setting(trial->strategy, "net.ipv4.tcp_max_tw_buckets"))
		reasons_count(reasons, s->tw_overflow + c->tw_overflow,
			"TIME_WAITs skipped at tcp_max_tw_buckets (TCPTimeWaitOverflow)");
	reasons_count(reasons, s->abort_on_memory + c->abort_on_memory,
		"connections aborted for memory (TCPAbortOnMemory)");
	if (!is_provoked(trial))
		check_ways(reasons, trial, figures);
	reasons_count(reasons, figures->server.tw_disagreement + figures->client.tw_disagreement,
		"TIME_WAITs by which sock_diag and sockstat disagree");
	char open[STILL_OPEN_TEXT_MAX];
	still_open_text(trial, figures, open);
	if (open[0] && !is_pool(trial, figures))
		reasons_add(reasons, "%s", open);
	reasons_count(reasons, figures->others_unseen,
		"connections that the server opened for itself were not seen by the packet tap: "
		"the load's figures may hold them");
	reasons_count(reasons, figures->unaccounted,
		"connections ended without TIME_WAIT, reset or skip: the kernel's accounting does "
		"not balance");
}

static void connect_error(struct reasons *reasons, int error, uint64_t n)
{
	const char *name = error ? strerrorname_np(error) : "an unknown error";
	if (n > 0 && name)
		reasons_add(reasons, "%llu times %s from connect()", (unsigned long long)n, name);
	else if (n > 0)
		reasons_add(reasons, "%llu times errno %d from connect()", (unsigned long long)n,
			error);
}

/* On a connection that is kept, what a server sends too late, and beyond its announced length, is
 * taken for the next response. */
static void check_not_http(struct reasons *reasons, const struct load_totals *totals)
{
	if (totals->not_http_behind > 0)
		reasons_add(reasons,
			"%llu responses that are no HTTP, %llu of them behind a whole one on the "
			"connection, where bytes beyond its announced length would stand",
			(unsigned long long)totals->not_http,
			(unsigned long long)totals->not_http_behind);
	else
		reasons_count(reasons, totals->not_http, "responses that are no HTTP");
}

/* A server that answers with one status mostly has one reason. */
static void check_statuses(struct reasons *reasons, const struct trial *trial)
{
	char wanted[EXPECTED_STATUS_TEXT];
	const struct load_totals *totals = &trial->totals;
	unsigned status = responses_refusal(totals->refused_by);
	unsigned long long refused = totals->refused - totals->not_http;
	expected_status_text(&trial->load.expected, wanted);
	if (status > 0)
		reasons_add(reasons, "%llu responses without a status of %s (%u: %llu)", refused,
			wanted, status, (unsigned long long)totals->refused_by[status]);
	else if (refused > 0)
		reasons_add(reasons, "%llu responses without a status of %s", refused, wanted);
}

static void check_ended_early(struct reasons *reasons, const struct load_totals *totals)
{
	uint64_t all = totals->attempted, unanswered = totals->unanswered_by_fin.connections;
	reasons_share(reasons, unanswered, all,
		"connections were closed before the first byte of a response");
	/* The client closed those whose response is no HTTP. */
	reasons_share(reasons, totals->outcomes[OUTCOME_SHORT] - unanswered - totals->not_http, all,
		"connections were closed before the end of a response");
	reasons_share(reasons, totals->outcomes[OUTCOME_RESET], all,
		"connections were reset before the end of a response");
}

/* By how far they had come when the client gave up (--timeout). */
static void check_timed_out(struct reasons *reasons, const struct load_totals *totals)
{
	uint64_t all = totals->attempted;
	uint64_t later = totals->unconnected + totals->part_answered + totals->unclosed;
	reasons_share(reasons, totals->unconnected, all,
		"connections timed out before the handshake was complete");
	reasons_share(reasons, totals->outcomes[OUTCOME_TIMED_OUT] - later, all,
		"connections timed out before the first byte of a response");
	reasons_share(reasons, totals->part_answered, all,
		"connections timed out before the end of a response");
	reasons_share(reasons, totals->unclosed, all,
		"connections were not closed by the server before the client gave up (--timeout)");
}

static void check_delivered(struct reasons *reasons, const struct trial *trial)
{
	const struct load_totals *totals = &trial->totals;
	check_statuses(reasons, trial);
	if (totals->bytes_promised != totals->bytes_received)
		reasons_add(reasons, "%llu response bytes promised, %llu received",
			(unsigned long long)totals->bytes_promised,
			(unsigned long long)totals->bytes_received);
}

static void check_accounting(struct reasons *reasons, const struct trial *trial)
{
	const struct load_totals *totals = &trial->totals;
	if (!load_totals_balances(totals))
		reasons_add(reasons, "the loader's accounting does not balance");
	bool provoked = is_provoked(trial);
	for (int error = 0; error < LOAD_TOTALS_ERRNO_MAX; error++)
		if (!is_to_be_met(trial, error))
			connect_error(reasons, error, totals->connect_errors[error]);
	if (!provoked) {
		check_ended_early(reasons, totals);
		check_timed_out(reasons, totals);
	}
	reasons_count(reasons, totals->corrupt, "responses with wrong bytes");
	check_not_http(reasons, totals);
	if (!provoked)
		check_delivered(reasons, trial);
}

static bool few_are_late(uint64_t late, uint64_t intended)
{
	return late <= 1 || (late <= STARTS_LATE_FEW && 4 * late <= intended) ||
	       (double)late <= STARTS_LATE_SHARE * (double)intended;
}

/* Late and missed starts are the loader's fault only where it could have begun them: most did not
 * find every connection in use, or its threads had no time to read what would have freed one.
 * Returns whether it is the loader's. */
static bool fault_write(const struct trial *trial, char *text, size_t size)
{
	const struct load_totals *totals = &trial->totals;
	struct standstill still = standstill_of(trial);
	double threads_ns = (double)trial->load.threads * (double)trial->window_ns;
	bool is_busy = threads_ns > 0 && (double)totals->cpu_ns >= LOADER_BUSY * threads_ns;
	bool is_own = is_busy || 2 * (totals->starved + totals->missed_starved) <=
					 totals->late + totals->missed;
	if (is_own)
		snprintf(text, size, "the loader did not keep up (--threads, a lower --rate)");
	else if (still.waiting > 0)
		snprintf(text, size,
			"the server stood still for %.1f s, and every connection waited for it",
			(double)(still.until_ns - still.since_ns) / 1e9);
	else
		snprintf(text, size, "every connection was in use (--connections)");
	return is_own;
}

/* Late starts are what came of something else that broke before: of connect(2) that looks through
 * all ports, or of a server that holds all connections. */
static bool is_late_after_all(const struct trial *trial)
{
	struct ramp_breaks breaks = ramp_breaks_of(trial);
	return breaks.count > 0 && !breaks.list[0].is_of_loader;
}

static void check_starts(struct reasons *reasons, const struct trial *trial)
{
	const struct load_totals *totals = &trial->totals;
	uint64_t intended = load_totals_intended(totals);
	if (is_late_after_all(trial))
		return;
	if (few_are_late(totals->late + totals->missed, intended))
		return;
	char fault[100];
	if (!fault_write(trial, fault, sizeof(fault)) && event_figures_has_come(trial))
		return;
	reasons_add(reasons,
		"of %llu starts %llu were late by 1 ms or more and %llu were missed: %s",
		(unsigned long long)intended, (unsigned long long)totals->late,
		(unsigned long long)totals->missed, fault);
}

static void check_samples(struct reasons *reasons, const struct trial *trial)
{
	uint64_t all = trial->sample_count + trial->samples_missed;
	if (trial->samples_missed > 1 &&
		(double)trial->samples_missed > SAMPLES_MISSED_SHARE * (double)all)
		reasons_add(reasons, "%llu of %llu samples missed",
			(unsigned long long)trial->samples_missed, (unsigned long long)all);
	reasons_count(reasons, trial->packet_tap.lost, "segments lost by the packet tap");
}

/* A loader that was ended before it had begun may have needed longer to start. */
static void check_begun(struct reasons *reasons, const struct trial *trial)
{
	const struct third_party_report *report = &trial->third_party;
	if (trial->load.is_third_party && report->stopped)
		reasons_add(reasons,
			"no connection was attempted: the loader was ended at %.1f s, before its "
			"first SYN; give it longer (--duration)",
			(double)report->ran_ns / 1e9);
	else
		reasons_add(reasons, "no connection was attempted");
}

/* Of a load that has come to its end. */
static void check_whole(
	struct reasons *reasons, const struct trial *trial, const struct figures *figures)
{
	const struct td_strategy *strategy = trial->strategy;
	if (figures->attempted == 0)
		check_begun(reasons, trial);
	check_accounting(reasons, trial);
	third_party_load_check(reasons, trial, figures);
	check_kernel(reasons, trial, figures);
	/* Behind what may be the reason of it. */
	bool is_claimed = trial_is_declared(trial) && !event_figures_has_come(trial);
	if (is_claimed && !strategy->claim_is_race && !trial->clients_deviate) {
		check_holder(reasons, trial, figures);
		check_first_closer(reasons, trial, figures);
	}
	event_figures_check(reasons, trial);
	check_starts(reasons, trial);
	check_samples(reasons, trial);
	wire_figures_check(reasons, trial);
	remote_figures_check(reasons, trial, figures);
}

struct reasons validity_reasons(const struct trial *trial, const struct figures *figures)
{
	struct reasons reasons = {0};
	if (trial->failure[0])
		reasons_add(&reasons, "%s", trial->failure);
	if (trial->upstream && trial->upstream->failure[0])
		reasons_add(&reasons, "behind the proxy: %s", trial->upstream->failure);
	if (trial->interrupted)
		reasons_add(&reasons, "interrupted");
	/* A failure says itself whose it is. */
	size_t failures = reasons.count;
	if (!trial->is_cut_off)
		check_whole(&reasons, trial, figures);
	for (size_t i = failures; i < reasons.count; i++)
		reasons.text[i] = hop_words_put(trial, reasons.text[i]);
	return reasons;
}
