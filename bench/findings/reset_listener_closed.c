/* reset-listener-closed: a listener was closed while connections waited in its queue to be
 * accepted, and the kernel reset them (net/ipv4/inet_connection_sock.c, inet_csk_listen_stop).
 * Their clients had a whole handshake, and may have sent a request. EstabResets and OutRsts count
 * such a reset, and no TCPAbort counter does. Nor does one for a server that dissolves a connection
 * (connect(2) to AF_UNSPEC) or has it destroyed (ss --kill), so a listener has to have been seen
 * that is gone. With tcp_migrate_req = 1 the kernel hands the queue to another listener of the same
 * port (SO_REUSEPORT), where there is one. */
#include "bench/findings/finding.h"
#include "bench/findings/reset_causes.h"
#include "bench/judge/resets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* An event comes so soon behind the look at the listeners that is taken for it. */
#define EVENT_LOOK_NS 20000000
#define MIGRATE "net.ipv4.tcp_migrate_req"

/* How many connections the server's kernel reset for none of the reasons that have a counter. */
struct unexplained {
	uint64_t least, most;
};

/* Of the load, those in which its RST was seen that close(2), or the end of a listener, has sent in
 * place of a FIN. */
static uint64_t by_packets(const struct trial *trial, const struct figures *figures)
{
	uint64_t seen = resets_without_fin(figures->server.endings.resets_sent);
	struct estimate all = estimate_of(trial, figures, seen);
	return (uint64_t)fmax((double)seen, estimate_least(&all));
}

/* A reset over loopback is counted at both of its ends. */
static struct unexplained unexplained_of(const struct trial *trial, const struct figures *figures)
{
	const struct counters *s = &figures->server.counters;
	uint64_t aborts = s->abort_on_close + s->abort_on_data + s->abort_on_memory +
			  s->abort_on_timeout + s->abort_on_linger;
	uint64_t came = reset_causes_by_client(trial, figures);
	uint64_t ended = finding_less(s->estab_resets, aborts);
	uint64_t sent = finding_less(figures->server.load.out_rsts, aborts);
	uint64_t most = ended < sent ? ended : sent;
	ended = finding_less(ended, came + 2 * figures->server.others.resets);
	uint64_t counted = ended < sent ? ended : sent;
	uint64_t seen = finding_less(by_packets(trial, figures), aborts);
	uint64_t least = seen > counted ? seen : counted;
	return (struct unexplained){least < most ? least : most, most};
}

#define UNEXPLAINED_TEXT_SIZE 48

static const char *unexplained_text(
	const struct unexplained *resets, char text[UNEXPLAINED_TEXT_SIZE])
{
	if (resets->least == resets->most)
		snprintf(text, UNEXPLAINED_TEXT_SIZE, "%llu", (unsigned long long)resets->least);
	else
		snprintf(text, UNEXPLAINED_TEXT_SIZE, "%llu to %llu",
			(unsigned long long)resets->least, (unsigned long long)resets->most);
	return text;
}

/* With the setting a queue is lost where there is no other listener, or its queue is full. */
static const char *cure_of(const struct trial *trial)
{
	bool migrates = strcmp(finding_setting(trial, TD_SERVER, MIGRATE, "0"), "0") != 0;
	if (trial->server_end.accept_watch.at_once == 1)
		return "no other listener of its address was seen beside it, which could have "
		       "taken them (net.ipv4.tcp_migrate_req): keep it open over a restart, so "
		       "that the next process inherits it, or have that listen first "
		       "(SO_REUSEPORT), with tcp_migrate_req = 1";
	return migrates ? "no other listener of the port could take them, though "
			  "net.ipv4.tcp_migrate_req is set: have all workers share one listener"
			: "set net.ipv4.tcp_migrate_req = 1, which hands them to another listener "
			  "of the port, or have all workers share one listener";
}

/* The event behind which the listeners were gone that a look just before it had found; empty where
 * others were closed, too. */
static void event_write(const struct trial *trial, char event[FINDING_EVENT_SIZE])
{
	const struct listener_gaps *gaps = &trial->server_end.listener_gaps;
	event[0] = '\0';
	if (gaps->count == 1)
		finding_event_text(trial, gaps->list[0].from_ns + EVENT_LOOK_NS, event);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct counters *s = &figures->server.counters;
	struct unexplained resets = unexplained_of(trial, figures);
	char text[UNEXPLAINED_TEXT_SIZE];
	if (resets.least == 0 || trial->server_end.accept_watch.gone == 0 ||
		trial->packet_tap.counts.at_server.reset_without_fin == 0)
		return;
	double t_s =
		finding_first_seen_t_s(trial, TD_SERVER, offsetof(struct counters, estab_resets));
	char event[FINDING_EVENT_SIZE];
	event_write(trial, event);
	finding_add(findings,
		"the server closed a listener with connections in its queue%s%s, and its kernel "
		"reset %s of %llu connections (EstabResets, and no TCPAbort counter; first seen at "
		"%.1f s); %s",
		event[0] ? " at " : "", event, unexplained_text(&resets, text),
		(unsigned long long)figures->opened, t_s, cure_of(trial));
	if (event[0])
		finding_word(findings, "event", event);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "resets", (double)resets.least);
	finding_number(findings, "resets_most", (double)resets.most);
	finding_number(findings, "opened", (double)figures->opened);
	if (trial->server_end.accept_watch.at_once > 0)
		finding_number(
			findings, "listeners_at_once", trial->server_end.accept_watch.at_once);
	finding_number(findings, "migrated", (double)s->migrate_success);
	finding_number(findings, "not_migrated", (double)s->migrate_failure);
}

extern const struct finding_kind finding_reset_listener_closed;
const struct finding_kind finding_reset_listener_closed = {
	.id = "reset-listener-closed",
	.summary = "connections that no process had accepted were reset",
	.cause = "a listener was closed, as at a worker's restart, with connections in its queue",
	.cure = "set net.ipv4.tcp_migrate_req = 1 where another listener of the port is there; "
		"have workers share one listener, or the next process inherit it",
	.detect = detect,
};
