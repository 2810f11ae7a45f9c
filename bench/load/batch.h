/* Connections whose connect(2) has returned and whose request is to be sent together with those of
 * others. In a closed loop many connections are often due at once: they connect one after the
 * other, and then send one after the other. A server with TCP_DEFER_ACCEPT that has nothing to do
 * is then woken by the first request and finds the rest, instead of being woken for each. The price
 * is that a connection waits for the connects and sends of the batch. In an open loop there is no
 * batch: each request is sent at once. */
#ifndef BENCH_LOAD_BATCH_H
#define BENCH_LOAD_BATCH_H

#include <stdbool.h>

#define BATCH_MAX 64
#define BATCH_USUAL 16

struct connection;

/* A queue; the worker empties it. */
struct batch {
	struct connection *connections[BATCH_MAX];
	unsigned size;         /* how many are sent together */
	unsigned count, taken; /* added, and taken out of these */
};

/* Returns true when the batch is full, and so is to be emptied before the next is added. */
bool batch_add(struct batch *batch, struct connection *c);

/* The connection that has waited longest; NULL: the batch is empty. */
struct connection *batch_take(struct batch *batch);

#endif
