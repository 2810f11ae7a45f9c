#include "bench/measure/connect_watch.h"

#include "bench/measure/perf_rings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define EVENT "events/sock/inet_sock_set_state/"
/* enum in include/net/tcp_states.h */
#define FILTER "newstate == 2 && protocol == 6"
/* Of each processor: 128 KiB on most machines. A record of a connection has some 100 bytes. */
#define RING_PAGES 32
#define FORMAT_MAX 8192
/* perf_ns_link_info (linux/perf_event.h): the place of the network namespace. */
#define PLACE_OF_NETWORK NET_NS_INDEX

struct connect_watch {
	struct connect_format format;
	struct perf_ring *rings;
	int *fds; /* of the rings */
	size_t count, page_bytes;
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

/* Returns the descriptor, or -1 with nothing open. */
static int ring_open(struct perf_ring *ring, uint64_t event, int processor, size_t page_bytes)
{
	struct perf_event_attr attributes = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attributes),
		.config = event,
		.sample_period = 1,
		.sample_type = PERF_RINGS_SAMPLE,
		.sample_id_all = 1,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
		.comm = 1,
		.task = 1,
		.namespaces = 1,
	};
	int fd = (int)syscall(
		SYS_perf_event_open, &attributes, -1, processor, -1, PERF_FLAG_FD_CLOEXEC);
	void *map = MAP_FAILED;
	if (fd != -1 && ioctl(fd, PERF_EVENT_IOC_SET_FILTER, FILTER) == 0)
		map = mmap(NULL, (RING_PAGES + 1) * page_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
			fd, 0);
	if (map == MAP_FAILED) {
		int why = errno;
		if (fd != -1)
			close(fd);
		errno = why;
		return -1;
	}
	*ring = (struct perf_ring){
		map, (const char *)map + page_bytes, RING_PAGES * page_bytes, 0, 0};
	return fd;
}

/* A processor that is not there is left out. */
static int rings_open(struct connect_watch *watch, uint64_t event, struct error *error)
{
	long processors = sysconf(_SC_NPROCESSORS_CONF);
	size_t most = processors > 0 ? (size_t)processors : 1;
	watch->rings = calloc(most, sizeof(*watch->rings));
	watch->fds = calloc(most, sizeof(*watch->fds));
	if (!watch->rings || !watch->fds)
		return error_set_errno(error, STATUS_FAILED, "connections");
	for (int i = 0; i < processors; i++) {
		int fd = ring_open(&watch->rings[watch->count], event, i, watch->page_bytes);
		if (fd != -1)
			watch->fds[watch->count++] = fd;
		else if (errno != ENODEV)
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
		close(watch->fds[i]);
	}
	free(watch->rings);
	free(watch->fds);
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
	number_take(body, 8); /* when */
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
static bool record_take(const struct connect_watch *watch, unsigned type, struct body *body,
	struct connect_record *record)
{
	*record = (struct connect_record){.kind = CONNECT_RECORD_FORK};
	if (type == PERF_RECORD_SAMPLE)
		return sample_take(watch, body, record);
	if (type == PERF_RECORD_LOST) {
		record->kind = CONNECT_RECORD_LOST;
		number_take(body, 8);
		record->lost = number_take(body, 8);
		return true;
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

struct receiver {
	struct connect_watch *watch;
	void (*see)(const struct connect_record *record, void *argument);
	void *argument;
};

static void take(const struct perf_record *from, void *argument)
{
	const struct receiver *receiver = argument;
	struct body body = {from->bytes, from->length, .at = 0};
	struct connect_record record;
	if (record_take(receiver->watch, from->type, &body, &record))
		receiver->see(&record, receiver->argument);
}

void connect_watch_drain(struct connect_watch *watch, uint64_t before_ns,
	void (*see)(const struct connect_record *record, void *argument), void *argument)
{
	struct receiver receiver = {watch, see, argument};
	perf_rings_take(watch->rings, watch->count, before_ns, take, &receiver);
}
