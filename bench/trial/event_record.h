/* What was seen of an event of a trial (--at); what it did to the load's connections is in the
 * load's totals (bench/load/event_count.h). Instants of CLOCK_MONOTONIC; 0: never. */
#ifndef BENCH_TRIAL_EVENT_RECORD_H
#define BENCH_TRIAL_EVENT_RECORD_H

#include "bench/ends/port_look.h"
#include "bench/options/events.h"

#include <stdint.h>

struct event_record {
	struct event_spec spec;
	uint64_t done_ns;      /* the signal was sent, the stop or the command began */
	uint64_t refused_seen; /* SYNs answered with a RST until the next event, by packets */
	uint64_t queued;       /* connections that waited to be accepted just before */
	uint64_t time_waits;   /* of the server's host, then */
	/* All processes of the server had ended, or of the restarted one again; and how the first
	 * of them did. */
	uint64_t ended_ns;
	char end[300];
	/* Of a restart: the old server had ended; the new one was started; a look found that it
	 * listened. */
	uint64_t stopped_ns, started_ns, listened_ns;
	struct port_look port; /* just before the new one was started */
	uint32_t listeners;    /* of the server's port that were there then */
};

#endif
