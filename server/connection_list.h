/* The connections of one worker: those that are open, those that linger, those of them that are
 * looked at again soon, those that have ended, and objects for the next ones. */
#ifndef SERVER_CONNECTION_LIST_H
#define SERVER_CONNECTION_LIST_H

#include "strategies/core/executor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conn;

/* Whoever came first is first. */
struct roster_list {
	struct conn *first, **end;
};

struct roster {
	struct roster_list open, lingering;
	/* How many there are, and may be; those that linger count among all. */
	size_t count, lingering_count;
	size_t most, lingering_most;
	struct conn *ended;
	/* Lingering connections that epoll has not heard of, the next to be looked at first. */
	struct conn *looks, **looks_end;
	uint64_t lingered_ns; /* when the last of them came */
	struct conn *free;
	size_t free_count;
};

/* Neither `most` is 0. */
void roster_init(struct roster *r, size_t most, size_t lingering_most);

/* Releases the objects; no connection may be left. */
void roster_finish(struct roster *r);

/* Makes sure of an object for the next connection, before a descriptor is accepted that could not
 * be kept. Returns 0, or -1 with errno. */
int roster_reserve(struct roster *r);

/* Takes the reserved object: an open connection, all zero but for its place. */
struct conn *roster_take(struct roster *r);

/* The connection's state has changed. */
void roster_move(
	struct roster *r, struct conn *c, enum executor_state from, enum executor_state to);

static inline bool roster_is_full(const struct roster *r)
{
	return r->count >= r->most;
}

/* Has conn_look called soon, unless the connection waits for that already. */
void roster_look_later(struct roster *r, struct conn *c, uint64_t now_ns);

/* The connection has ended: releases it when the loop's turn ends. */
void roster_bury(struct roster *r, struct conn *c);

/* The loop's turn ends: takes the looks that are due, or `all` of them, and releases what has
 * ended. */
void roster_settle(struct roster *r, uint64_t now_ns, bool all);

#endif
