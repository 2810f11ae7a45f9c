/* The listening TCP sockets of a namespace: whether clients reach one, and where else they are. */
#ifndef BENCH_MEASURE_LISTENERS_H
#define BENCH_MEASURE_LISTENERS_H

#include "common/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A host that others use has tens. */
#define LISTENERS_MAX 256

/* Each address once, however many sockets share it; the first LISTENERS_MAX of them. */
struct listeners {
	size_t count;
	struct address list[LISTENERS_MAX];
	/* What holds as backlog there, the lesser of listen(2)'s and somaxconn's value; of sockets
	 * that share an address, the least. */
	uint32_t backlogs[LISTENERS_MAX];
	uint64_t drops[LISTENERS_MAX]; /* connection requests that they have dropped, all of them */
	bool ipv6_only[LISTENERS_MAX]; /* IPV6_V6ONLY: no connection of IPv4 arrives there */
};

void listeners_add(struct listeners *listeners, const struct address *address, uint32_t backlog,
	uint64_t drops);

/* What listens there, and was added, has IPV6_V6ONLY set. */
void listeners_ipv6_only(struct listeners *listeners, const struct address *address);

/* Whether a listener takes connections to `server`: on its port, and on its address or on any. */
bool listeners_take(
	const struct address *listener, bool is_ipv6_only, const struct address *server);

/* The listener that has dropped the most. */
struct listener_drops {
	uint64_t drops; /* 0: none has, or it is not known */
	uint32_t backlog;
	bool is_reached; /* it takes connections to the server */
	uint32_t others; /* other listeners that have dropped some */
	struct address address;
	/* Of all listeners, and of those that take connections to the server. */
	uint64_t all, reached;
};

/* By what there is more than `before`; one that has come since, or again, has dropped all that it
 * says. */
struct listener_drops listeners_drops(const struct listeners *listeners,
	const struct listeners *before, const struct address *server);

/* Writes the least backlog of those that take connections to `server`. Returns whether there are
 * any. */
bool listeners_backlog(
	const struct listeners *listeners, const struct address *server, uint32_t *backlog);

/* Whether one of them takes connections to `server`. */
bool listeners_reach(const struct listeners *listeners, const struct address *server);

/* Writes where they are, and what to do so that clients of `server` reach one: "; it listens on
 * port 80: --server-port 80". `told`: what stands for `server` in the command. Empty where nothing
 * listens. Returns `text`. */
const char *listeners_advise(const struct listeners *listeners, const struct address *server,
	const char *told, char *text, size_t size);

#endif
