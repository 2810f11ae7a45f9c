/* restart-port-held: a restarted server did not listen again, and its port could not be bound when
 * it was started. bind(2) was tried there just before, without SO_REUSEADDR and with it:
 * TIME_WAITs, and connections that are still open, refuse the second one only where the listener
 * that left them had no SO_REUSEADDR (net/ipv4/inet_connection_sock.c, inet_csk_bind_conflict: both
 * sockets need sk_reuse, which a TIME_WAIT takes over from its connection, and that from its
 * listener). A socket that listens refuses both. What looks like it: a server that leaves
 * TIME_WAITs and sets SO_REUSEADDR, so that only the first bind(2) is refused, and does not come
 * back for a reason of its own. */
#include "bench/findings/finding.h"

#include <stdio.h>

#define HELD_SIZE 120
#define END_SIZE 200

static bool is_held(const struct event_record *record)
{
	bool is_down = record->started_ns > 0 && record->listened_ns == 0;
	return record->spec.kind == EVENT_RESTART && is_down && record->port.is_in_use_with_reuse;
}

/* The first restart of this hop behind which it was so; NULL: none. */
static const struct event_record *record_find(const struct trial *trial)
{
	for (size_t i = 0; i < trial->event_count; i++) {
		const struct event_record *record = &trial->events[i];
		bool is_of_hop = record->spec.of_proxy == trial->server.is_proxy;
		if (is_of_hop && is_held(record))
			return record;
	}
	return NULL;
}

static void held_write(const struct event_record *record, char text[HELD_SIZE])
{
	if (record->listeners > 0)
		snprintf(text, HELD_SIZE, "%u socket%s still listened there",
			(unsigned)record->listeners, record->listeners > 1 ? "s" : "");
	else if (record->port.time_waits > 0)
		snprintf(text, HELD_SIZE,
			"%llu TIME_WAIT%s left, and a listener without SO_REUSEADDR leaves "
			"such that refuse both",
			(unsigned long long)record->port.time_waits,
			record->port.time_waits == 1 ? " was" : "s were");
	else
		snprintf(text, HELD_SIZE, "a socket or a connection of the old server was left");
}

static const char *cure_of(const struct event_record *record)
{
	return record->listeners > 0
		       ? "end what listens there first, or have both set SO_REUSEPORT"
		       : "have it set SO_REUSEADDR before bind(2): what a listener with it leaves "
			 "refuses no later one that sets it, too";
}

static void end_write(const struct event_record *record, char text[END_SIZE])
{
	text[0] = '\0';
	if (record->end[0])
		snprintf(text, END_SIZE, "; it %.*s", END_SIZE - 8, record->end);
}

static void detect(
	struct findings *findings, const struct trial *trial, const struct figures *figures)
{
	const struct event_record *record = record_find(trial);
	char address[ADDRESS_TEXT_SIZE], event[FINDING_EVENT_SIZE], held[HELD_SIZE], end[END_SIZE];
	if (!record)
		return;
	struct address server = trial->server.address;
	address_set_port(&server, trial->server.port);
	double t_s = finding_t_s(trial, record->started_ns);
	held_write(record, held);
	end_write(record, end);
	finding_event_text(trial, record->done_ns, event);
	finding_add(findings,
		"the server did not listen again behind %s: when it was started, at %.2f s, "
		"bind(2) of %s said EADDRINUSE, without SO_REUSEADDR and with it: %s%s; %s",
		event, t_s, address_text(&server, address), held, end, cure_of(record));
	finding_word(findings, "event", event);
	finding_number(findings, "t_s", t_s);
	finding_number(findings, "time_waits", (double)record->port.time_waits);
	finding_number(findings, "listeners", record->listeners);
}

extern const struct finding_kind finding_restart_port_held;
const struct finding_kind finding_restart_port_held = {
	.id = "restart-port-held",
	.summary = "a restarted server did not listen again, as its port could not be bound",
	.cause = "TIME_WAITs or connections of a listener without SO_REUSEADDR, or another process "
		 "that still listens, have bind(2) say EADDRINUSE",
	.cure = "set SO_REUSEADDR before bind(2); end what still listens first, or have both set "
		"SO_REUSEPORT",
	.detect = detect,
};
