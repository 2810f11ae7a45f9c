/* Frames that wait for their time: those that are due first come first, and of those that are due
 * at the same time the one that was put in first. */
#ifndef BENCH_WIRE_FRAME_QUEUE_H
#define BENCH_WIRE_FRAME_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An Ethernet frame of an MTU of 1500. */
#define FRAME_BYTES_MAX 1518

struct frame {
	uint64_t due_ns, serial;
	uint16_t length;
	uint8_t direction;
	uint8_t bytes[FRAME_BYTES_MAX];
};

struct frame_queue {
	struct frame *frames; /* room for all */
	uint32_t *heap;       /* places of frames; those that are free stand behind `count` */
	uint32_t count, room;
	uint64_t next_serial;
};

/* Returns false when there is no memory. */
bool frame_queue_init(struct frame_queue *queue, uint32_t room);
void frame_queue_finish(struct frame_queue *queue);

/* Returns false where the queue is full, or the frame too long. */
bool frame_queue_put(struct frame_queue *queue, uint64_t due_ns, unsigned direction,
	const uint8_t *bytes, size_t length);

/* How many wait of one direction. */
uint64_t frame_queue_count(const struct frame_queue *queue, unsigned direction);

/* The next one, which stays until it is taken out; NULL: none. */
struct frame *frame_queue_first(const struct frame_queue *queue);

/* Takes it out. The frame's bytes live until the next frame_queue_put. */
void frame_queue_take(struct frame_queue *queue);

#endif
