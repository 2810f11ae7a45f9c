#include "bench/measure/perf_rings.h"

#include <string.h>

#define RECORD_MAX 4096
#define HEADER sizeof(struct perf_event_header)
/* Of a sample, behind its header: the task, then the time. */
#define TASK_BYTES 8
/* What each other record ends with: the task, then the time. */
#define IDENTITY_BYTES 16

/* Copies what lies at `from` of a ring, which may go on at its beginning. */
static void ring_copy(const struct perf_ring *ring, uint64_t from, void *to, size_t length)
{
	size_t at = (size_t)(from % ring->bytes), room = ring->bytes - at;
	size_t first = room < length ? room : length;
	memcpy(to, ring->data + at, first);
	memcpy((char *)to + first, ring->data, length - first);
}

static struct perf_event_header header_of(const struct perf_ring *ring)
{
	struct perf_event_header header;
	ring_copy(ring, ring->page->data_tail, &header, sizeof(header));
	return header;
}

/* Of the ring's next record; UINT64_MAX: it has none. */
static void time_read(struct perf_ring *ring)
{
	uint64_t tail = ring->page->data_tail;
	ring->time_ns = UINT64_MAX;
	if (tail >= ring->head)
		return;
	struct perf_event_header header = header_of(ring);
	/* No kernel writes such a record: what is behind it cannot be found. */
	if (header.size < HEADER + IDENTITY_BYTES) {
		__atomic_store_n(&ring->page->data_tail, ring->head, __ATOMIC_RELEASE);
		return;
	}
	size_t at = header.type == PERF_RECORD_SAMPLE ? HEADER + TASK_BYTES
						      : header.size - sizeof(ring->time_ns);
	ring_copy(ring, tail + at, &ring->time_ns, sizeof(ring->time_ns));
}

static void record_give(struct perf_ring *ring,
	void (*see)(const struct perf_record *record, void *argument), void *argument)
{
	char room[RECORD_MAX];
	struct perf_event_header header = header_of(ring);
	size_t length = header.size - HEADER;
	if (header.type != PERF_RECORD_SAMPLE)
		length -= IDENTITY_BYTES;
	if (length > sizeof(room))
		length = sizeof(room);
	ring_copy(ring, ring->page->data_tail + HEADER, room, length);
	see(&(struct perf_record){header.type, room, length}, argument);
	__atomic_store_n(
		&ring->page->data_tail, ring->page->data_tail + header.size, __ATOMIC_RELEASE);
}

void perf_rings_take(struct perf_ring *rings, size_t count, uint64_t before_ns,
	void (*see)(const struct perf_record *record, void *argument), void *argument)
{
	for (size_t i = 0; i < count; i++) {
		rings[i].head = __atomic_load_n(&rings[i].page->data_head, __ATOMIC_ACQUIRE);
		time_read(&rings[i]);
	}
	for (;;) {
		struct perf_ring *first = NULL;
		for (size_t i = 0; i < count; i++)
			if (rings[i].time_ns < before_ns &&
				(!first || rings[i].time_ns < first->time_ns))
				first = &rings[i];
		if (!first)
			return;
		record_give(first, see, argument);
		time_read(first);
	}
}
