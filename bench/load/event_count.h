/* What an event of a trial (--at) did to the load's connections: those that were open then, by what
 * their clients waited for, and those that began later. */
#ifndef BENCH_LOAD_EVENT_COUNT_H
#define BENCH_LOAD_EVENT_COUNT_H

#include <stdint.h>

#define EVENTS_MAX 8

/* Where a connection stood when the event came. */
enum event_group {
	EVENT_CONNECTING, /* its handshake was not over, or its request not sent */
	EVENT_ASKED,      /* a response was awaited */
	EVENT_IDLE,       /* it was kept for its next request */
	EVENT_CLOSING,    /* all its responses had come, and its end was awaited */
	EVENT_NEW,        /* it was attempted later */
	EVENT_GROUPS,
};

/* As results name them: "connecting", "asked", … */
extern const char *const event_group_names[EVENT_GROUPS];

/* connections = the other counts of the group, once the load is over. */
struct event_group_count {
	uint64_t connections;
	uint64_t completed, short_, reset, timed_out, connect_errors;
	uint64_t lived_on; /* open until the next event, which counts them from there */
};

/* From an event to the next one, or to the end. Instants of CLOCK_MONOTONIC; 0: never. */
struct event_count {
	struct event_group_count groups[EVENT_GROUPS];
	uint64_t unexpected; /* responses without the expected status */
	uint64_t refused;    /* connect(2) said ECONNREFUSED */
	uint64_t refused_first_ns, refused_last_ns;
	uint64_t connected_ns; /* the first handshake that ended after the last of those, if any */
};

void event_count_add(struct event_count *sum, const struct event_count *part);

/* Those that did not get what they had connected for: short, reset, timed out. */
uint64_t event_count_lost(const struct event_count *count);

/* Those of them that were reset. */
uint64_t event_count_reset(const struct event_count *count);

#endif
