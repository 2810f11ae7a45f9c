/* One pass over a capture: packets, segments, connections. */
#ifndef BENCH_TRACE_SURVEY_H
#define BENCH_TRACE_SURVEY_H

#include "bench/trace/capture.h"
#include "bench/trace/connection_table.h"
#include "bench/trace/segment.h"

#include <signal.h>

struct survey_counts;

struct survey_options {
	struct capture *capture; /* the caller's. Required. */
	uint32_t max_connections;
	uint16_t port; /* segments of other ports are not looked at; 0: all are */
	/* Called for each segment. Optional. */
	void (*see)(void *context, const struct connection *connection,
		const struct segment *segment, unsigned notes, const struct capture_packet *packet);
	/* Called for each piece of a packet that is not whole yet: `segment` has its hosts alone.
	 * Optional. */
	void (*see_piece)(
		void *context, const struct segment *segment, const struct capture_packet *packet);
	/* Called once for each connection, when it is over or at the end. Optional. */
	void (*report)(void *context, const struct connection *connection);
	/* Of an interface: called ten times a second, with what is known by then. Connections that
	 * are over and settled are reported before. Optional; without it they are reported late. */
	void (*tick)(void *context, const struct survey_counts *counts);
	void *context;
	/* Once it is not 0, no more is read. Optional. */
	const volatile sig_atomic_t *stop;
};

struct survey_counts {
	struct segment_counts segments;
	struct connection_table_counts connections;
	uint64_t first_ns, last_ns; /* of all packets */
	uint64_t ticked_ns;         /* when `tick` was called last, by the packets' clock */
	uint64_t backwards;         /* packets that are earlier than the one before */
	uint64_t lost;              /* packets that came and could not be read */
	bool is_broken;             /* the rest of the capture cannot be read */
};

/* Returns 0; or -1 with an error where there is no memory. Where the capture breaks off, what came
 * before is surveyed and reported, `is_broken` is set, and the error says why. */
int survey_run(
	const struct survey_options *options, struct survey_counts *counts, struct error *error);

#endif
