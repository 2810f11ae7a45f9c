/* The connections of one worker: open ones, lingering ones, lingering ones that are looked at again
 * soon, ended ones, and free objects for the next ones. */
#ifndef SERVER_CONNECTION_LIST_H
#define SERVER_CONNECTION_LIST_H

#include "strategies/core/executor.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection;

/* In the order in which connections were appended. */
struct connection_queue {
	struct connection *first, **end;
};

struct connection_list {
	struct connection_queue open, lingering;
	/* The number of connections and its limit; `count` and `most` include lingering ones. */
	size_t count, lingering_count;
	size_t most, lingering_most;
	/* Connections whose TLS handshake goes on are the last of `open`, in the order in which
	 * they were accepted: the first of them, and how many. */
	struct connection *handshaking;
	size_t handshakes;
	struct connection *ended;
	/* Lingering connections that are not registered with epoll yet, ordered by when they are
	 * looked at again. */
	struct connection *looks, **looks_end;
	uint64_t lingered_ns; /* when the last connection was appended to `looks` */
	struct connection *free;
	size_t free_count;
};

/* Neither limit is 0. */
void connection_list_init(struct connection_list *list, size_t most, size_t lingering_most);

/* Releases the free objects. No connection may be left. */
void connection_list_finish(struct connection_list *list);

/* Allocates an object for the next connection, unless one is free: a connection that was accepted
 * could not be kept without. Returns 0, or -1 with errno. */
int connection_list_reserve(struct connection_list *list);

/* Takes the reserved object and appends it to the open connections. All its other fields are zero.
 */
struct connection *connection_list_take(struct connection_list *list);

/* Moves a connection whose state has changed from one queue to the other, or out of both. */
void connection_list_move(struct connection_list *list, struct connection *c,
	enum executor_state from, enum executor_state to);

/* The connection that was taken last begins its handshake. */
void connection_list_handshake_begin(struct connection_list *list, struct connection *c);

/* Its handshake is over; the connection is still open. Does nothing where it was over before. */
void connection_list_handshake_end(struct connection_list *list, struct connection *c);

static inline bool connection_list_is_full(const struct connection_list *list)
{
	return list->count >= list->most;
}

/* Has connection_look called soon, unless the connection is in a list of `later` already. */
void connection_list_look_later(
	struct connection_list *list, struct connection *c, uint64_t now_ns);

/* Releases an ended connection when the loop's turn ends. */
void connection_list_release_later(struct connection_list *list, struct connection *c);

/* Ends a turn of the loop: calls connection_look for the connections that are due, or for `all`,
 * and releases the ended ones. */
void connection_list_settle(struct connection_list *list, uint64_t now_ns, bool all);

#endif
