/* The connections of one worker: all of them, those that have ended, those that linger and are
 * looked at again soon, and objects for the next ones. */
#ifndef SERVER_ROSTER_H
#define SERVER_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conn;

struct roster {
	struct conn *all;
	struct conn *ended;
	/* Lingering connections that epoll has not heard of, the next to be looked at first. */
	struct conn *looks, **looks_end;
	uint64_t lingered_ns; /* when the last of them came */
	struct conn *free;
	size_t free_count;
};

void roster_init(struct roster *r);

/* Releases the objects; no connection may be left. */
void roster_finish(struct roster *r);

/* Makes sure of an object for the next connection, before a descriptor is accepted that could not
 * be kept. Returns 0, or -1 with errno. */
int roster_reserve(struct roster *r);

/* Takes the reserved object, all zero but for its place among all. */
struct conn *roster_take(struct roster *r);

/* Has conn_look called soon, unless the connection waits for that already. */
void roster_look_later(struct roster *r, struct conn *c, uint64_t now_ns);

/* The connection has ended: releases it when the loop's turn ends. */
void roster_bury(struct roster *r, struct conn *c);

/* The loop's turn ends: takes the looks that are due, or `all` of them, and releases what has
 * ended. */
void roster_settle(struct roster *r, uint64_t now_ns, bool all);

#endif
