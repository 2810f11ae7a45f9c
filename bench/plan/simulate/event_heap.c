#include "bench/plan/simulate/event_heap.h"

#include <stdlib.h>

#define ROOM_FIRST 256

void event_heap_finish(struct event_heap *heap)
{
	free(heap->events);
	*heap = (struct event_heap){0};
}

static int grow(struct event_heap *heap)
{
	size_t room = heap->room ? 2 * heap->room : ROOM_FIRST;
	struct event *events = realloc(heap->events, room * sizeof(*events));
	if (!events)
		return -1;
	heap->events = events;
	heap->room = room;
	return 0;
}

int event_heap_add(struct event_heap *heap, struct event event)
{
	if (heap->count == heap->room && grow(heap) == -1)
		return -1;
	size_t at = heap->count++;
	while (at > 0 && heap->events[(at - 1) / 2].at_s > event.at_s) {
		heap->events[at] = heap->events[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap->events[at] = event;
	return 0;
}

struct event event_heap_take(struct event_heap *heap)
{
	struct event first = heap->events[0], last = heap->events[--heap->count];
	size_t at = 0, child;
	while ((child = 2 * at + 1) < heap->count) {
		if (child + 1 < heap->count &&
			heap->events[child + 1].at_s < heap->events[child].at_s)
			child++;
		if (last.at_s <= heap->events[child].at_s)
			break;
		heap->events[at] = heap->events[child];
		at = child;
	}
	heap->events[at] = last;
	return first;
}
