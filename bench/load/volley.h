/* In a closed loop many slots are often ready at once. They connect one after the other, and then
 * send one after the other: a server that has nothing to do is woken by the first request and finds
 * the others, instead of being woken for each. The instant of a start is the loop's to choose
 * there, and a connection waits for 15 connect(2)s at most. Where arrivals have an instant of their
 * own each request is sent at once. */
#ifndef BENCH_LOAD_VOLLEY_H
#define BENCH_LOAD_VOLLEY_H

#define VOLLEY_MAX 16

struct lane;
struct slot;

struct volley {
	struct slot *slots[VOLLEY_MAX];
	unsigned count;
};

/* The slot's connect(2) has returned: it sends with the others. */
void volley_add(struct lane *lane, struct slot *slot);

/* Sends what has been added and was not sent yet. */
void volley_send(struct lane *lane);

#endif
