/* listen-overflow: the accept queue, or the SYN queue, was full, and the kernel dropped what came.
 * What that costs depends on what it was: ListenOverflows counts SYNs, which come again a second
 * later or more (net/ipv4/tcp_input.c, tcp_conn_request), and also the ACK of a handshake, and the
 * data behind it, each time that these come (net/ipv4/tcp_ipv4.c, tcp_v4_syn_recv_sock). */
#include "bench/findings/finding.h"
#include "bench/findings/overflow_resets.h"
#include "bench/judge/accept_stall.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The listener that dropped, and what limits its queue. */
struct queue {
	char whose[200];
	bool is_known; /* which listener it is, and its backlog */
	unsigned long long backlog;
};

/* Each listener counts what it has dropped. Where none has any to say, and the server connects to a
 * listener of its own namespace, the counters do not tell the two apart. */
static struct queue queue_of(const struct trial *trial, const struct figures *figures)
{
	const struct listener_drops *drops = &trial->server_end.listener_drops;
	char address[ADDRESS_TEXT_SIZE], others[60] = "";
	struct queue queue = {.whose = "the server's accept queue",
		.is_known = trial->server_end.backlog_is_known,
		.backlog = trial->server_end.backlog};
	if (drops->drops == 0 && figures->server.others.accepted > 0) {
		queue.is_known = false;
		snprintf(queue.whose, sizeof(queue.whose),
			"the server's accept queue or that of one that it connects to");
	}
	if (drops->drops == 0)
		return queue;
	if (!drops->is_reached && drops->reached > 0)
		snprintf(others, sizeof(others), " and the load's (%llu of the drops)",
			(unsigned long long)drops->reached);
	else if (drops->others > 0)
		snprintf(others, sizeof(others), " and %u other%s", drops->others,
			drops->others > 1 ? "s" : "");
	queue.is_known = true;
	queue.backlog = drops->backlog;
	if (drops->is_reached)
		snprintf(queue.whose, sizeof(queue.whose), "the server's accept queue%s%s%s",
			others[0] ? "," : "", others, others[0] ? "," : "");
	else
		snprintf(queue.whose, sizeof(queue.whose),
			"the accept queue of the server's listener at %s, which is not the "
			"load's,%s%s",
			address_text(&drops->address, address), others, others[0] ? "," : "");
	return queue;
}

/* Which of the two values was the limit, as part of a sentence, and what to raise. */
static void limit_write(const struct queue *queue, const char *somaxconn, char *text, size_t size)
{
	if (!queue->is_known)
		snprintf(text, size, "was full (net.core.somaxconn = %s)", somaxconn);
	else if (queue->backlog != strtoull(somaxconn, NULL, 10))
		snprintf(text, size,
			"was full, which the backlog of its listen(2) limits to %llu "
			"(net.core.somaxconn = %s allows more),",
			queue->backlog, somaxconn);
	else
		snprintf(text, size, "was full, which net.core.somaxconn = %s limits,", somaxconn);
}

/* Nothing was taken from the load's queue in the end (never-accepted): however long, it is full. */
static bool is_stalled(const struct trial *trial)
{
	const struct listener_drops *drops = &trial->server_end.listener_drops;
	return accept_stall_of(trial).waiting > 0 && (drops->drops == 0 || drops->is_reached);
}

static const char *cure(const struct trial *trial, const struct queue *queue, const char *somaxconn)
{
	if (is_stalled(trial))
		return "have it accepted from (never-accepted): a longer queue would be full, too";
	if (!queue->is_known)
		return "accept faster, or raise somaxconn and the backlog of listen(2)";
	return queue->backlog != strtoull(somaxconn, NULL, 10)
		       ? "accept faster, or raise the backlog of listen(2)"
		       : "accept faster, or raise somaxconn, and the backlog of listen(2) where it "
			 "is no higher";
}

/* Whether nothing but the load met a full queue, as far as listeners tell. */
static bool is_of_load_alone(const struct trial *trial, const struct figures *figures)
{
	const struct listener_drops *drops = &trial->server_end.listener_drops;
	return drops->drops > 0 ? drops->is_reached && drops->others == 0
				: figures->server.others.accepted == 0;
}

/* Connections that the server never had: the SYN of each may have been dropped once more than it
 * was sent again. */
static uint64_t unanswered(const struct figures *figures)
{
	return finding_less(figures->client.load.active_opens, figures->opened);
}

/* SYNs that a full SYN queue dropped come again, too. */
static uint64_t syns_again(const struct figures *figures)
{
	return finding_less(
		figures->client.load.syn_retrans, figures->server.counters.syn_queue_drop);
}

/* At least how many ACKs, or segments of data, were dropped: the rest were SYNs. None where the
 * kernel resets the connection instead. */
static uint64_t acks_dropped(const struct trial *trial, const struct figures *figures)
{
	if (overflow_aborts(trial))
		return 0;
	return finding_less(figures->server.counters.listen_overflows,
		finding_less(figures->client.load.syn_retrans + unanswered(figures),
			figures->server.counters.syn_queue_drop));
}

static void cost_of_load_write(
	const struct trial *trial, const struct figures *figures, char *text, size_t size)
{
	unsigned long long syns = syns_again(figures);
	unsigned long long acks = acks_dropped(trial, figures);
	unsigned long long resets = overflow_resets(trial, figures);
	uint64_t missing = finding_less(trial->totals.established, figures->opened);
	char of_syns[80] = "", of_acks[160] = "", of_opens[120] = "";
	if (syns > 0)
		snprintf(of_syns, sizeof(of_syns), "%llu SYN%s sent again%s after a second or more",
			syns, syns == 1 ? " was" : "s were", syns == 1 ? "" : ", each");
	else
		snprintf(of_syns, sizeof(of_syns), "no SYN was sent again");
	if (acks > 0)
		snprintf(of_acks, sizeof(of_acks), ", and %s%llu %s dropped",
			unanswered(figures) > 0 ? "at least " : "", acks,
			acks == 1 ? "ACK of a handshake, or data behind it, was"
				  : "ACKs of handshakes, or data behind them, were");
	if (resets > 0)
		snprintf(of_acks, sizeof(of_acks),
			", and the kernel reset %llu connection%s when the ACK of the handshake "
			"came (tcp_abort_on_overflow = %s)",
			resets, resets == 1 ? "" : "s", overflow_aborts(trial));
	if (missing > 0 && resets == 0)
		snprintf(of_opens, sizeof(of_opens),
			", so that the server never had %llu of the %llu connections that were "
			"open at the client",
			(unsigned long long)missing, (unsigned long long)trial->totals.established);
	snprintf(text, size, "%s%s%s", of_syns, of_acks, of_opens);
}

static void cost_write(
	const struct trial *trial, const struct figures *figures, char *text, size_t size)
{
	if (is_of_load_alone(trial, figures))
		cost_of_load_write(trial, figures, text, size);
	else if (overflow_aborts(trial))
		snprintf(text, size,
			"of as many segments each was a SYN, which was dropped and is sent again "
			"after a second or more, or ended a handshake, and the connection was "
			"reset (tcp_abort_on_overflow = %s)",
			overflow_aborts(trial));
	else
		snprintf(text, size,
			"as many segments were dropped, of which a SYN is sent again after a "
			"second or more");
}

static void listener_tell(struct findings *findings, const struct listener_drops *drops)
{
	char address[ADDRESS_TEXT_SIZE];
	if (drops->drops == 0)
		return;
	finding_word(findings, "listener", address_text(&drops->address, address));
	finding_number(findings, "listener_drops", (double)drops->drops);
	finding_number(findings, "other_listeners", drops->others);
	finding_number(findings, "drops_of_load", (double)drops->reached);
}

static void numbers_tell(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct counters *s = &figures->server.counters;
	bool is_alone = is_of_load_alone(trial, figures);
	finding_number(findings, "overflows", (double)s->listen_overflows);
	finding_number(findings, "drops", (double)s->listen_drops);
	finding_number(findings, "syn_retransmits", (double)figures->client.load.syn_retrans);
	finding_number(
		findings, "acks_dropped", is_alone ? (double)acks_dropped(trial, figures) : NAN);
	finding_number(findings, "reset",
		is_alone && overflow_aborts(trial) ? (double)overflow_resets(trial, figures) : NAN);
	finding_number(findings, "cookies_sent", (double)s->syncookies_sent);
	finding_number(findings, "cookies_received", (double)s->syncookies_recv);
}

/* As many handshakes are under way as the listener's backlog allows (inet_csk_reqsk_queue_is_full,
 * include/net/inet_connection_sock.h): without cookies the SYN is dropped (net/ipv4/tcp_input.c,
 * tcp_syn_flood_action). Those whose ACK met a full accept queue are under way as well. */
static void syn_queue_tell(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct counters *s = &figures->server.counters;
	uint64_t not_opened = is_of_load_alone(trial, figures) ? unanswered(figures) : 0;
	char lost[80] = "";
	if (not_opened > 0)
		snprintf(lost, sizeof(lost), " (%llu of %llu connects did not get through)",
			(unsigned long long)not_opened,
			(unsigned long long)figures->client.load.active_opens);
	double t_s =
		finding_first_seen_t_s(trial, TD_SERVER, offsetof(struct counters, syn_queue_drop));
	finding_add(findings,
		"the SYN queue of a listener of the server was full %llu times, first after %.1f s "
		"(TCPReqQFullDrop): as many handshakes were under way as its backlog allows, and "
		"with tcp_syncookies = %s the kernel dropped the SYN, which comes again after a "
		"second or more%s; set tcp_syncookies to 1, or raise the backlog of listen(2)%s",
		(unsigned long long)s->syn_queue_drop, t_s,
		finding_setting(trial, TD_SERVER, "net.ipv4.tcp_syncookies", "0"), lost,
		s->listen_overflows > 0
			? ", and accept faster: a full accept queue keeps handshakes from ending"
			: "");
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "syn_queue_drops", (double)s->syn_queue_drop);
	finding_number(findings, "not_opened", not_opened > 0 ? (double)not_opened : NAN);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	char limit[200], cost[300];
	const struct counters *s = &figures->server.counters;
	if (s->syn_queue_drop > 0)
		syn_queue_tell(findings, trial, figures);
	if (s->listen_overflows == 0)
		return;
	const char *somaxconn = finding_setting(trial, TD_SERVER, "net.core.somaxconn", "?");
	double t_s = finding_first_seen_t_s(
		trial, TD_SERVER, offsetof(struct counters, listen_overflows));
	struct queue queue = queue_of(trial, figures);
	limit_write(&queue, somaxconn, limit, sizeof(limit));
	cost_write(trial, figures, cost, sizeof(cost));
	finding_add(findings, "%s %s %llu times, first after %.1f s: %s; %s%s", queue.whose, limit,
		(unsigned long long)s->listen_overflows, t_s, cost, cure(trial, &queue, somaxconn),
		overflow_aborts(trial) ? "; with tcp_abort_on_overflow = 0 a handshake waits for "
					 "room instead of being reset"
				       : "");
	finding_number(findings, "t_s", t_s);
	numbers_tell(findings, trial, figures);
	finding_number(findings, "somaxconn", atof(somaxconn));
	finding_number(findings, "backlog", queue.is_known ? (double)queue.backlog : NAN);
	listener_tell(findings, &trial->server_end.listener_drops);
}

extern const struct finding_kind finding_listen_overflow;
const struct finding_kind finding_listen_overflow = {
	.id = "listen-overflow",
	.summary = "the kernel dropped SYNs, ACKs and data at a full accept or SYN queue; a SYN "
		   "comes again after a second or more",
	.cause = "the server's accept queue was full: connections came faster than accept()",
	.cure = "accept faster, or raise net.core.somaxconn and the backlog of listen(2)",
	.detect = detect,
};
