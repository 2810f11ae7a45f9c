#include "bench/measure/connect_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EVENT "events/sock/inet_sock_set_state/"
/* enum in include/net/tcp_states.h */
#define FILTER "newstate == 2 && protocol == 6"
/* Of each processor: 128 KiB on most machines. A record of a connection has some 100 bytes. */
#define RING_PAGES 32
#define RECORD_MAX 4096
#define FORMAT_MAX 8192
/* perf_ns_link_info (linux/perf_event.h): the place of the network namespace. */
#define PLACE_OF_NETWORK NET_NS_INDEX

struct ring {
	int fd;
	struct perf_event_mmap_page *page; /* then the records */
};

struct connect_watch {
	struct connect_format format;
	struct ring *rings;
	size_t count, page_bytes;
	uint64_t lost;
};

static ssize_t event_read(const char *name, char *text, size_t size)
{
	static const char *const folders[] = {"/sys/kernel/tracing/", "/sys/kernel/debug/tracing/"};
	ssize_t length = -1;
	int why = ENOENT;
	for (size_t i = 0; i < 2 && length == -1; i++) {
		char path[128];
		snprintf(path, sizeof(path), "%s" EVENT "%s", folders[i], name);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd == -1) {
			why = errno == ENOENT ? why : errno;
			continue;
		}
		length = read(fd, text, size - 1);
		close(fd);
	}
	text[length > 0 ? length : 0] = '\0';
	errno = why;
	return length;
}

static int ring_open(struct ring *ring, uint64_t event, int processor, size_t page_bytes)
{
	struct perf_event_attr attributes = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attributes),
		.config = event,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_RAW,
		.comm = 1,
		.task = 1,
		.namespaces = 1,
	};
	ring->fd = (int)syscall(
		SYS_perf_event_open, &attributes, -1, processor, -1, PERF_FLAG_FD_CLOEXEC);
	if (ring->fd == -1 || ioctl(ring->fd, PERF_EVENT_IOC_SET_FILTER, FILTER) == -1)
		return -1;
	void *map = mmap(NULL, (RING_PAGES + 1) * page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
		ring->fd, 0);
	if (map == MAP_FAILED)
		return -1;
	ring->page = map;
	return 0;
}

/* A processor that is not there is left out. */
static int rings_open(struct connect_watch *watch, uint64_t event, struct error *error)
{
	long processors = sysconf(_SC_NPROCESSORS_CONF);
	watch->rings = calloc(processors > 0 ? (size_t)processors : 1, sizeof(*watch->rings));
	if (!watch->rings)
		return error_set_errno(error, STATUS_FAILED, "connections");
	for (int i = 0; i < processors; i++) {
		struct ring *ring = &watch->rings[watch->count];
		if (ring_open(ring, event, i, watch->page_bytes) == 0) {
			watch->count++;
			continue;
		}
		int why = errno;
		if (ring->fd != -1)
			close(ring->fd);
		errno = why;
		if (why != ENODEV)
			return error_set_errno(error, STATUS_HOST_CANNOT, "perf_event_open");
	}
	return 0;
}

struct connect_watch *connect_watch_create(struct error *error)
{
	char text[FORMAT_MAX];
	struct connect_watch *watch = calloc(1, sizeof(*watch));
	long page_bytes = sysconf(_SC_PAGESIZE);
	if (!watch) {
		error_set_errno(error, STATUS_FAILED, "connections");
		return NULL;
	}
	watch->page_bytes = (size_t)page_bytes;
	if (event_read("format", text, sizeof(text)) <= 0)
		error_set_errno(error, STATUS_HOST_CANNOT, "/sys/kernel/tracing/" EVENT "format");
	else if (!connect_format_parse(text, &watch->format))
		error_set(error, STATUS_HOST_CANNOT, EVENT "format has not the fields");
	else if (event_read("id", text, sizeof(text)) <= 0)
		error_set_errno(error, STATUS_HOST_CANNOT, "/sys/kernel/tracing/" EVENT "id");
	else if (rings_open(watch, strtoull(text, NULL, 10), error) == 0)
		return watch;
	connect_watch_destroy(watch);
	return NULL;
}

void connect_watch_destroy(struct connect_watch *watch)
{
	if (!watch)
		return;
	for (size_t i = 0; i < watch->count; i++) {
		munmap(watch->rings[i].page, (RING_PAGES + 1) * watch->page_bytes);
		close(watch->rings[i].fd);
	}
	free(watch->rings);
	free(watch);
}

/* A record behind its header, as perf_event_open(2) has it. */
struct body {
	const char *bytes;
	size_t length, at;
};

static uint64_t number_take(struct body *body, size_t size)
{
	uint64_t value = 0;
	if (body->length - body->at >= size) {
		uint32_t half;
		if (size == sizeof(half)) {
			memcpy(&half, body->bytes + body->at, sizeof(half));
			value = half;
		} else {
			memcpy(&value, body->bytes + body->at, sizeof(value));
		}
		body->at += size;
	}
	return value;
}

static bool sample_take(
	const struct connect_watch *watch, struct body *body, struct connect_record *record)
{
	uint32_t process = (uint32_t)number_take(body, 4), thread = (uint32_t)number_take(body, 4);
	size_t length = number_take(body, 4);
	if (length > body->length - body->at)
		length = body->length - body->at;
	bool is_whole = connect_sample_read(&watch->format, body->bytes + body->at, length, record);
	record->process = process;
	record->thread = thread;
	return is_whole;
}

/* The first place of a list of devices and inodes. */
static uint64_t space_take(struct body *body)
{
	uint64_t count = number_take(body, 8), inode = 0;
	for (uint64_t i = 0; i < count && i <= PLACE_OF_NETWORK; i++) {
		number_take(body, 8);
		inode = number_take(body, 8);
	}
	return count > PLACE_OF_NETWORK ? inode : 0;
}

/* Returns whether the record says something. */
static bool record_take(struct connect_watch *watch, unsigned type, struct body *body,
	struct connect_record *record)
{
	*record = (struct connect_record){.kind = CONNECT_RECORD_FORK};
	if (type == PERF_RECORD_SAMPLE)
		return sample_take(watch, body, record);
	if (type == PERF_RECORD_LOST) {
		number_take(body, 8);
		watch->lost += number_take(body, 8);
		return false;
	}
	record->process = (uint32_t)number_take(body, 4);
	if (type == PERF_RECORD_FORK)
		record->parent = (uint32_t)number_take(body, 4);
	record->thread = (uint32_t)number_take(body, 4);
	switch (type) {
	case PERF_RECORD_FORK:
		return record->parent != record->process;
	case PERF_RECORD_COMM:
		record->kind = CONNECT_RECORD_NAME;
		snprintf(record->name, sizeof(record->name), "%.*s", (int)(body->length - body->at),
			body->bytes + body->at);
		return record->process == record->thread;
	case PERF_RECORD_NAMESPACES:
		record->kind = CONNECT_RECORD_SPACE;
		record->space = space_take(body);
		return record->space != 0;
	default:
		return false;
	}
}

/* Copies what lies at `from` of a ring, which may go on at its beginning. */
static void ring_copy(const char *data, size_t bytes, uint64_t from, char *to, size_t length)
{
	size_t at = (size_t)(from % bytes), first = bytes - at < length ? bytes - at : length;
	memcpy(to, data + at, first);
	memcpy(to + first, data, length - first);
}

void connect_watch_drain(struct connect_watch *watch,
	void (*see)(const struct connect_record *record, void *argument), void *argument)
{
	char room[RECORD_MAX];
	size_t bytes = RING_PAGES * watch->page_bytes;
	for (size_t i = 0; i < watch->count; i++) {
		struct perf_event_mmap_page *page = watch->rings[i].page;
		const char *data = (const char *)page + watch->page_bytes;
		uint64_t head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
		uint64_t tail = page->data_tail;
		while (tail < head) {
			struct perf_event_header header;
			struct connect_record record;
			ring_copy(data, bytes, tail, (char *)&header, sizeof(header));
			size_t length = header.size < sizeof(room) ? header.size : sizeof(room);
			if (length < sizeof(header))
				break;
			ring_copy(data, bytes, tail, room, length);
			struct body body = {
				room + sizeof(header), length - sizeof(header), .at = 0};
			if (record_take(watch, header.type, &body, &record))
				see(&record, argument);
			tail += header.size;
		}
		__atomic_store_n(&page->data_tail, head, __ATOMIC_RELEASE);
	}
}

uint64_t connect_watch_lost(const struct connect_watch *watch)
{
	return watch->lost;
}
