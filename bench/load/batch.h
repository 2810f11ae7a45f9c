/* In a closed loop many slots are often ready at once. They connect one after the other, and then
 * send one after the other: a server with TCP_DEFER_ACCEPT that has nothing to do is woken by the
 * first request and finds the others, instead of being woken for each. When a start is made is the
 * loop's to choose there; a connection waits for the connects and sends of the others. In an open
 * loop each request is sent at once. */
#ifndef BENCH_LOAD_BATCH_H
#define BENCH_LOAD_BATCH_H

#define VOLLEY_MAX 64
#define VOLLEY_USUAL 16

struct lane;
struct slot;

struct volley {
	struct slot *slots[VOLLEY_MAX];
	unsigned size; /* how many are sent together */
	unsigned count;
};

/* The slot's connect(2) has returned: it sends with the others. */
void volley_add(struct lane *lane, struct slot *slot);

/* Sends what has been added and was not sent yet. */
void volley_send(struct lane *lane);

#endif
