/* What was seen of an event of a trial (--at); what it did to the load's connections is in the
 * load's totals (bench/load/event_count.h). Instants of CLOCK_MONOTONIC; 0: never. */
#ifndef BENCH_TRIAL_EVENT_RECORD_H
#define BENCH_TRIAL_EVENT_RECORD_H

#include "bench/ends/port_look.h"
#include "bench/options/events.h"

#include <stdbool.h>
#include <stdint.h>

struct event_record {
	struct event_spec spec;
	uint64_t done_ns;      /* the signal was sent, the stop or the command began */
	uint64_t refused_seen; /* SYNs answered with a RST until the next event, by packets */
	uint64_t queued;       /* connections that waited to be accepted just before */
	uint64_t time_waits;   /* of the server's host, then */
	/* Of a restart: the old server had ended; the new one was started; a look found that it
	 * listened. */
	uint64_t stopped_ns, started_ns, listened_ns;
	struct port_look port; /* just before the new one was started */
	uint32_t listeners;    /* of the server's port that were there then */
	/* Of the server, or of the restarted one again: how the first of its processes ended, and
	 * when all of them had. */
	char end[300];
	uint64_t ended_ns;
};

/* Whether a KILL among the events from `first` to before `now` was sent to the same server, and no
 * restart came behind it. From the signal on its namespace takes no process any more, though it may
 * be there for a while (kernel/pid_namespace.c, zap_pid_ns_processes). */
bool event_record_is_killed(const struct event_record *first, const struct event_record *now);

#endif
