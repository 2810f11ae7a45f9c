/* The listening TCP sockets of a namespace: whether clients reach one, and where else they are. */
#ifndef BENCH_MEASURE_LISTENERS_H
#define BENCH_MEASURE_LISTENERS_H

#include "common/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LISTENERS_MAX 8

/* Each address once, however many sockets share it; the first LISTENERS_MAX of them. */
struct listeners {
	size_t count;
	struct address list[LISTENERS_MAX];
	/* What holds as backlog there, the lesser of listen(2)'s and somaxconn's value; of sockets
	 * that share an address, the least. */
	uint32_t backlogs[LISTENERS_MAX];
};

void listeners_add(struct listeners *listeners, const struct address *address, uint32_t backlog);

/* Writes the least backlog of those that take connections to `server`. Returns whether there are
 * any. */
bool listeners_backlog(
	const struct listeners *listeners, const struct address *server, uint32_t *backlog);

/* Whether one of them takes connections to `server`: on its port, and on its address or on any. */
bool listeners_reach(const struct listeners *listeners, const struct address *server);

/* Writes where they are, and what to do so that clients of `server` reach one: "; it listens on
 * port 80: --server-port 80". Empty where nothing listens. Returns `text`. */
const char *listeners_advise(
	const struct listeners *listeners, const struct address *server, char *text, size_t size);

#endif
