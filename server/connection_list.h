/* The connections of one worker: those that are open, those that linger, those of them that are
 * looked at again soon, those that have ended, and objects for the next ones. */
#ifndef SERVER_CONNECTION_LIST_H
#define SERVER_CONNECTION_LIST_H

#include "strategies/core/executor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection;

/* Whoever came first is first. */
struct connection_queue {
	struct connection *first, **end;
};

struct connection_list {
	struct connection_queue open, lingering;
	/* How many there are, and may be; those that linger count among all. */
	size_t count, lingering_count;
	size_t most, lingering_most;
	struct connection *ended;
	/* Lingering connections that epoll has not heard of, the next to be looked at first. */
	struct connection *looks, **looks_end;
	uint64_t lingered_ns; /* when the last of them came */
	struct connection *free;
	size_t free_count;
};

/* Neither `most` is 0. */
void connection_list_init(struct connection_list *r, size_t most, size_t lingering_most);

/* Releases the objects; no connection may be left. */
void connection_list_finish(struct connection_list *r);

/* Makes sure of an object for the next connection, before a descriptor is accepted that could not
 * be kept. Returns 0, or -1 with errno. */
int connection_list_reserve(struct connection_list *r);

/* Takes the reserved object: an open connection, all zero but for its place. */
struct connection *connection_list_take(struct connection_list *r);

/* The connection's state has changed. */
void connection_list_move(struct connection_list *r, struct connection *c, enum executor_state from,
	enum executor_state to);

static inline bool connection_list_is_full(const struct connection_list *r)
{
	return r->count >= r->most;
}

/* Has connection_look called soon, unless the connection waits for that already. */
void connection_list_look_later(struct connection_list *r, struct connection *c, uint64_t now_ns);

/* The connection has ended: releases it when the loop's turn ends. */
void connection_list_release_later(struct connection_list *r, struct connection *c);

/* The loop's turn ends: takes the looks that are due, or `all` of them, and releases what has
 * ended. */
void connection_list_settle(struct connection_list *r, uint64_t now_ns, bool all);

#endif
