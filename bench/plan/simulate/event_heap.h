/* What is to happen, the earliest first. */
#ifndef BENCH_PLAN_SIMULATE_EVENT_HEAP_H
#define BENCH_PLAN_SIMULATE_EVENT_HEAP_H

#include <stddef.h>
#include <stdint.h>

enum event_kind {
	EVENT_ARRIVAL, /* an attempt, or a burst of them; then the next one is due */
	EVENT_RETRY,
	EVENT_FAILURE, /* nobody has answered */
	EVENT_CLOSE,
	EVENT_FREE,     /* the port */
	EVENT_TIME_OUT, /* of a TIME_WAIT, and its port with it */
};

struct event {
	double at_s;
	uint32_t pair;
	uint16_t kind;
	uint16_t before; /* how often it was tried before */
};

struct event_heap {
	struct event *events;
	size_t count, room;
};

void event_heap_finish(struct event_heap *heap);

/* Returns 0, or -1 when there is no memory. */
int event_heap_add(struct event_heap *heap, struct event event);

/* Takes the earliest one out. There is one. */
struct event event_heap_take(struct event_heap *heap);

#endif
