/* What a trial's NAT holds, looked at while the load runs. */
#ifndef BENCH_NAT_NAT_WATCH_H
#define BENCH_NAT_NAT_WATCH_H

#include "bench/nat/conntrack.h"
#include "bench/network/network.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

struct nat_report {
	bool exists; /* or all is 0 */
	uint16_t port_low, port_high;
	/* For how long it keeps an entry in TIME_WAIT, as read back. */
	double time_wait_s;
	/* The kernel counts SYNs with an older timestamp than a TIME_WAIT has (PAWSTimewait). */
	bool counts_older;
	struct conntrack_census peak; /* of the look that found most ports held */
	struct conntrack_census end;  /* after the trial had settled */
	/* When the first look found every port held, and when a look first found that a new entry
	 * was not taken; CLOCK_MONOTONIC; 0: none did. */
	uint64_t full_ns, failed_ns;
	struct conntrack_counters counters; /* over the trial */
};

struct nat_watch {
	struct conntrack *conntrack; /* NULL: there is no NAT */
	uint64_t due_ns;             /* of the next look */
	struct conntrack_counters before;
};

/* Before the load. Of a network without a NAT it watches nothing, and the report stays as it is.
 * Returns 0 or -1. */
int nat_watch_open(struct nat_watch *watch, const struct network *network,
	struct nat_report *report, struct error *error);
void nat_watch_close(struct nat_watch *watch);

/* Looks ten times a second, or less often where a look takes long. Returns 0 or -1. */
int nat_watch_look(struct nat_watch *watch, struct nat_report *report, struct error *error);

/* The last look. Returns 0 or -1. */
int nat_watch_finish(struct nat_watch *watch, struct nat_report *report, struct error *error);

#endif
