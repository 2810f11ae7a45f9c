/* What the kernel writes into the rings of perf_event_open(2), one a processor, in the order of
 * time: a task may have been elsewhere a moment ago, and each processor knows of its own part
 * alone. */
#ifndef BENCH_MEASURE_PERF_RINGS_H
#define BENCH_MEASURE_PERF_RINGS_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>

/* What `sample_type` of the events has to be, with `sample_id_all`: the time of a record is where
 * perf_rings_take looks for it. */
#define PERF_RINGS_SAMPLE (PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_RAW)

struct perf_ring {
	struct perf_event_mmap_page *page;
	const char *data;
	size_t bytes; /* of data */
	/* Used in perf_rings_take alone. */
	uint64_t head, time_ns;
};

/* A record behind its header, as perf_event_open(2) has it, less the identity at its end. Cut off
 * beyond 4,096 bytes. */
struct perf_record {
	uint32_t type;
	const char *bytes;
	size_t length;
};

/* Gives each record of before `before_ns` to `see`. A record is written some time after the time
 * that it tells: only of those from before the last call it is known that all have come. */
void perf_rings_take(struct perf_ring *rings, size_t count, uint64_t before_ns,
	void (*see)(const struct perf_record *record, void *argument), void *argument);

#endif
