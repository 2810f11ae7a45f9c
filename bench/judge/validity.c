#include "bench/judge/validity.h"

#include "bench/judge/accept_stall.h"
#include "bench/judge/accept_starved.h"
#include "bench/judge/claims.h"
#include "bench/judge/dropped.h"
#include "bench/judge/event_figures.h"
#include "bench/judge/hop_words.h"
#include "bench/judge/late_starts.h"
#include "bench/judge/listener_starved.h"
#include "bench/judge/outcomes.h"
#include "bench/judge/provocation.h"
#include "bench/judge/resets.h"
#include "bench/judge/still_open.h"
#include "bench/judge/third_party_load.h"

#include <string.h>

/* On a busy machine one sample may be missed, or this share of them; more make a trial invalid. */
#define SAMPLES_MISSED_SHARE 0.1
/* Two hosts' own network loses a frame now and then: this share of SYNs and SYN-ACKs. */
#define LOST_ON_A_NETWORK 0.001

static bool requires_setting(const struct td_strategy *strategy, const char *sysctl)
{
	for (size_t i = 0; i < TD_REQUIREMENTS_MAX && strategy->requirements[i].sysctl; i++)
		if (strcmp(strategy->requirements[i].sysctl, sysctl) == 0)
			return true;
	return false;
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
	if (!provocation_was_asked(trial))
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
	if (figures->attempted == 0)
		check_begun(reasons, trial);
	outcomes_check(reasons, trial);
	third_party_load_check(reasons, trial, figures);
	check_kernel(reasons, trial, figures);
	/* Behind what may be the reason of it. */
	claims_check(reasons, trial, figures);
	event_figures_check(reasons, trial);
	late_starts_check(reasons, trial);
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
