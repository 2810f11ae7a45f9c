/* The accept queues of the listeners that the load reaches, looked at again and again: how many of
 * such listeners there were, what waited in their queues, and for how long none was taken. */
#ifndef BENCH_MEASURE_ACCEPT_WATCH_H
#define BENCH_MEASURE_ACCEPT_WATCH_H

#include "bench/network/network.h"
#include "common/address.h"
#include "common/error.h"

#include <stddef.h>
#include <stdint.h>

/* Of more listeners, only so many are looked at. */
#define ACCEPT_QUEUES_MAX 64

/* The queue of one listening socket. */
struct accept_queue {
	struct address address;
	uint32_t inode;   /* of the socket */
	uint32_t waiting; /* connections that accept(2) has not taken, those that ended included */
	uint32_t backlog; /* the kernel queues one more than that */
};

struct accept_queues {
	size_t count;
	struct accept_queue list[ACCEPT_QUEUES_MAX];
};

struct accept_watch_report {
	uint64_t looks;
	/* Sockets that listened at one address and port: at one look at most, and in all. */
	uint32_t at_once, ever;
	/* Sockets that one look found and a later one did not: at any address, at least so many. */
	uint32_t gone;
	uint64_t waiting_peak; /* connections in all queues, at one look at most */
	/* Looks between the first, which is before the load, and the load's end: how many, and the
	 * sum of what waited at each of them; and when the load was over, 0: not yet. */
	uint64_t load_looks, load_waiting, load_over_ns;
	/* From one look of the load to another, the longest time in which each found all sockets at
	 * the address of the longest queue, and none of their queues empty; 0: it was never. */
	uint64_t all_wait_since_ns, all_wait_until_ns;
	/* At the last look: connections in all queues; the queue that has the most of them. */
	uint64_t waiting;
	struct accept_queue longest; /* inode 0: there is no listener */
	/* Sockets that listen at its address, and how many of these have a queue that is not empty.
	 */
	uint32_t beside, beside_waiting;
	/* None has been taken from that queue since then, CLOCK_MONOTONIC; 0: it is empty. */
	uint64_t untouched_since_ns;
};

/* What is known of one socket. */
struct accept_sight {
	struct accept_queue queue;
	uint64_t since_ns; /* the look from which on its queue has not become shorter */
	uint64_t look;     /* the latest that found it */
};

struct accept_watch;

/* `server` is where the load connects to. The network has to live as long. Returns NULL on failure.
 */
struct accept_watch *accept_watch_create(
	const struct network *network, const struct address *server, struct error *error);
/* NULL is allowed, here and below: then nothing is looked at. */
void accept_watch_destroy(struct accept_watch *watch);

/* Takes a look now, and writes the queues, unless `queues` is NULL. Returns 0 or -1. */
int accept_watch_look(
	struct accept_watch *watch, struct accept_queues *queues, struct error *error);

/* A look, unless what the last one took says that it is too early. Returns 0 or -1. */
int accept_watch_look_if_due(struct accept_watch *watch, struct error *error);

/* The load is over: no connection comes any more. Only from then on does a queue that has not
 * become shorter prove that none was taken from it. */
void accept_watch_load_is_over(struct accept_watch *watch, uint64_t at_ns);

struct accept_watch_report accept_watch_report(const struct accept_watch *watch);

/* The gap that has begun since the last call, NULL: none has. The caller may say who held the
 * listener before. */
struct listener_gap;
struct listener_gap *accept_watch_new_gap(struct accept_watch *watch);

/* Those of the load; how many SYNs were refused in each, the packet tap knows. */
struct listener_gaps;
void accept_watch_gaps(const struct accept_watch *watch, struct listener_gaps *gaps);

/* What looks come to, without a network. */
struct accept_sights {
	size_t count;
	struct accept_sight list[ACCEPT_QUEUES_MAX]; /* all that were ever seen */
	uint64_t
		all_wait_ns; /* since then all queues were found waiting; 0: not at the last look */
	struct accept_watch_report report;
};

void accept_sights_see(
	struct accept_sights *sights, const struct accept_queues *queues, uint64_t at_ns);
void accept_sights_load_is_over(struct accept_sights *sights, uint64_t at_ns);

#endif
