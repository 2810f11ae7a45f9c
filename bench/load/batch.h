/* In a closed loop many slots are often ready at once. They connect one after the other, and then
 * send one after the other: a server with TCP_DEFER_ACCEPT that has nothing to do is woken by the
 * first request and finds the others, instead of being woken for each. When a start is made is the
 * loop's to choose there; a connection waits for the connects and sends of the others. In an open
 * loop each request is sent at once. */
#ifndef BENCH_LOAD_BATCH_H
#define BENCH_LOAD_BATCH_H

#define BATCH_MAX 64
#define BATCH_USUAL 16

struct lane;
struct slot;

struct batch {
	struct slot *slots[BATCH_MAX];
	unsigned size; /* how many are sent together */
	unsigned count;
};

/* The slot's connect(2) has returned: it sends with the others. */
void batch_add(struct lane *lane, struct slot *slot);

/* Sends what has been added and was not sent yet. */
void batch_send(struct lane *lane);

#endif
