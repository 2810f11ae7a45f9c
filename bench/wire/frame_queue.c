#include "bench/wire/frame_queue.h"

#include <stdlib.h>
#include <string.h>

bool frame_queue_init(struct frame_queue *queue, uint32_t room)
{
	*queue = (struct frame_queue){
		.frames = malloc(room * sizeof(*queue->frames)),
		.heap = malloc(room * sizeof(*queue->heap)),
		.room = room,
	};
	if (!queue->frames || !queue->heap) {
		frame_queue_finish(queue);
		return false;
	}
	for (uint32_t i = 0; i < room; i++)
		queue->heap[i] = i;
	return true;
}

void frame_queue_finish(struct frame_queue *queue)
{
	free(queue->frames);
	free(queue->heap);
	*queue = (struct frame_queue){0};
}

static bool is_before(const struct frame_queue *queue, uint32_t a, uint32_t b)
{
	const struct frame *one = &queue->frames[queue->heap[a]];
	const struct frame *other = &queue->frames[queue->heap[b]];
	return one->due_ns != other->due_ns ? one->due_ns < other->due_ns
					    : one->serial < other->serial;
}

static void swap(struct frame_queue *queue, uint32_t a, uint32_t b)
{
	uint32_t place = queue->heap[a];
	queue->heap[a] = queue->heap[b];
	queue->heap[b] = place;
}

bool frame_queue_put(struct frame_queue *queue, uint64_t due_ns, unsigned direction,
	const uint8_t *bytes, size_t length)
{
	if (queue->count == queue->room || length > FRAME_BYTES_MAX)
		return false;
	uint32_t at = queue->count++;
	struct frame *frame = &queue->frames[queue->heap[at]];
	frame->due_ns = due_ns;
	frame->serial = queue->next_serial++;
	frame->length = (uint16_t)length;
	frame->direction = (uint8_t)direction;
	memcpy(frame->bytes, bytes, length);
	for (; at > 0 && is_before(queue, at, (at - 1) / 2); at = (at - 1) / 2)
		swap(queue, at, (at - 1) / 2);
	return true;
}

uint64_t frame_queue_count(const struct frame_queue *queue, unsigned direction)
{
	uint64_t count = 0;
	for (uint32_t i = 0; i < queue->count; i++)
		count += queue->frames[queue->heap[i]].direction == direction;
	return count;
}

struct frame *frame_queue_first(const struct frame_queue *queue)
{
	return queue->count > 0 ? &queue->frames[queue->heap[0]] : NULL;
}

void frame_queue_take(struct frame_queue *queue)
{
	swap(queue, 0, --queue->count);
	for (uint32_t at = 0;;) {
		uint32_t first = at;
		for (uint32_t child = 2 * at + 1; child <= 2 * at + 2; child++)
			if (child < queue->count && is_before(queue, child, first))
				first = child;
		if (first == at)
			return;
		swap(queue, at, first);
		at = first;
	}
}
