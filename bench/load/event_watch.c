#include "bench/load/event_watch.h"

#include "bench/load/connection.h"

#include <errno.h>

static enum event_group group_of(const struct connection *c)
{
	if (!c->connected)
		return EVENT_CONNECTING;
	if (c->teardown.state != EXECUTOR_OPEN || c->delivered)
		return EVENT_CLOSING;
	return c->exchange.under_way ? EVENT_ASKED : EVENT_IDLE;
}

static struct event_count *latest(const struct event_watch *watch)
{
	return &watch->counts[watch->seen - 1];
}

/* An event that came at once behind another finds what that found. */
static void connections_mark(struct event_watch *watch)
{
	for (size_t i = 0; i < watch->count; i++) {
		struct connection *c =
			(struct connection *)((char *)watch->first + i * watch->stride);
		if (c->teardown.state == EXECUTOR_ENDED)
			continue;
		if (watch->seen > 1)
			watch->counts[watch->seen - 2].groups[c->at_event].lived_on++;
		c->at_event = group_of(c);
		latest(watch)->groups[c->at_event].connections++;
	}
}

void event_watch_mark(struct event_watch *watch)
{
	while (watch->seen < load_span_events(watch->span)) {
		watch->seen++;
		connections_mark(watch);
	}
}

void event_watch_began(struct event_watch *watch, struct connection *c)
{
	if (watch->seen == 0)
		return;
	c->at_event = EVENT_NEW;
	latest(watch)->groups[EVENT_NEW].connections++;
}

/* A handshake that ended before another connection was refused may be told of behind that. */
void event_watch_connected(struct event_watch *watch, uint64_t at_ns)
{
	if (watch->seen == 0)
		return;
	struct event_count *count = latest(watch);
	if (count->connected_ns == 0 && at_ns >= count->refused_last_ns)
		count->connected_ns = at_ns;
}

void event_watch_refused(
	struct event_watch *watch, const struct connection *c, int error, uint64_t now_ns)
{
	if (watch->seen == 0)
		return;
	struct event_count *count = latest(watch);
	count->groups[c->at_event].connect_errors++;
	if (error != ECONNREFUSED)
		return;
	if (count->refused++ == 0)
		count->refused_first_ns = now_ns;
	count->refused_last_ns = now_ns;
	count->connected_ns = 0;
}

void event_watch_unexpected(struct event_watch *watch, uint64_t responses)
{
	if (watch->seen > 0)
		latest(watch)->unexpected += responses;
}

void event_watch_ended(struct event_watch *watch, const struct connection *c, enum outcome outcome)
{
	if (watch->seen == 0)
		return;
	struct event_group_count *group = &latest(watch)->groups[c->at_event];
	switch (outcome) {
	case OUTCOME_COMPLETED:
		group->completed++;
		break;
	case OUTCOME_SHORT:
		group->short_++;
		break;
	case OUTCOME_RESET:
		group->reset++;
		break;
	case OUTCOME_TIMED_OUT:
		group->timed_out++;
		break;
	case OUTCOME_CONNECT_ERROR:
	case OUTCOMES:
		break;
	}
}
