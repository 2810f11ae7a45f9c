/* Who calls connect(2), on the whole host: the tracepoint sock:inet_sock_set_state, by
 * perf_event_open(2), with what perf tells of the tasks that come meanwhile. Needs CAP_PERFMON, or
 * root, and tracefs. Some 5 us a connection while it is open. */
#ifndef BENCH_MEASURE_CONNECT_WATCH_H
#define BENCH_MEASURE_CONNECT_WATCH_H

#include "bench/measure/diag_socket.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum connect_record_kind {
	CONNECT_RECORD_CALL,  /* a task connects */
	CONNECT_RECORD_FORK,  /* it was made by `parent` */
	CONNECT_RECORD_NAME,  /* it has another name: execve(2), prctl(2) */
	CONNECT_RECORD_SPACE, /* it is in this network namespace */
	CONNECT_RECORD_LOST   /* here so many records are missing: there was no room for them */
};

/* Numbers of tasks are as the PID namespace of the calling process has them; 0: it has none. */
struct connect_record {
	enum connect_record_kind kind;
	uint32_t process, thread;
	uint32_t parent; /* a process */
	char name[16];
	uint64_t space; /* inode of the namespace */
	uint64_t lost;
	struct counted_address source, destination;
	uint16_t port;
	bool is_ipv6; /* not a mapped IPv4 address, which is written as IPv4 */
};

/* Where the fields of a sample are: the file `format` of the tracepoint. */
struct connect_format {
	size_t family, port, source, destination, source_ipv6, destination_ipv6;
};

/* Returns whether all are there. */
bool connect_format_parse(const char *text, struct connect_format *format);

/* `raw` holds `length` bytes of a sample. Returns whether it has all fields. */
bool connect_sample_read(const struct connect_format *format, const char *raw, size_t length,
	struct connect_record *record);

struct connect_watch;

/* Returns NULL on failure. */
struct connect_watch *connect_watch_create(struct error *error);
void connect_watch_destroy(struct connect_watch *watch);

/* Each record of before `before_ns` (clock_now_ns) goes to `see`, in the order of time. A record is
 * written some time after the time that it tells: all have come that are from before the last call.
 */
void connect_watch_drain(struct connect_watch *watch, uint64_t before_ns,
	void (*see)(const struct connect_record *record, void *argument), void *argument);

#endif
