/* Sees, on a thread of the loader, that an event of the trial has come, and where each of the
 * thread's connections stands then. It looks before a connection goes on,
 * so nothing that follows the event is taken for what was before. Where no event is asked for, it
 * costs a look at one pointer. */
#ifndef BENCH_LOAD_EVENT_WATCH_H
#define BENCH_LOAD_EVENT_WATCH_H

#include "bench/load/event_count.h"
#include "bench/load/load_span.h"
#include "bench/load/load_totals.h"

#include <stddef.h>
#include <stdint.h>

struct connection;

struct event_watch {
	const struct load_span *span; /* NULL: no event is asked for */
	uint32_t seen;                /* events by now */
	/* The connections: each is `stride` bytes behind the one before. */
	struct connection *first;
	size_t count, stride;
	struct event_count *counts; /* of EVENTS_MAX */
};

/* An event has come that was not seen. */
void event_watch_mark(struct event_watch *watch);

static inline void event_watch_look(struct event_watch *watch)
{
	if (watch->span && load_span_events(watch->span) != watch->seen)
		event_watch_mark(watch);
}

/* What follows is counted of the latest event that was seen: the connection is attempted; */
void event_watch_began(struct event_watch *watch, struct connection *c);

/* its handshake ended; */
void event_watch_connected(struct event_watch *watch, uint64_t at_ns);

/* connect(2) failed; */
void event_watch_refused(
	struct event_watch *watch, const struct connection *c, int error, uint64_t now_ns);

/* responses of it had another status than expected; */
void event_watch_unexpected(struct event_watch *watch, uint64_t responses);

/* it ended otherwise. */
void event_watch_ended(struct event_watch *watch, const struct connection *c, enum outcome outcome);

#endif
