/* A host that is made up, for checks and forecasts: one namespace, with one pair. */
#ifndef TESTS_UNIT_BENCH_DOCTOR_MADE_UP_HOST_H
#define TESTS_UNIT_BENCH_DOCTOR_MADE_UP_HOST_H

#include "bench/doctor/records.h"

#define MADE_UP_MOST 4

struct made_up_host {
	struct doctor_host host;
	struct doctor_namespace space;
	struct doctor_pair pair;
	uint32_t ending[DOCTOR_ENDING_BINS][2];
	struct doctor_listener listeners[MADE_UP_MOST];
	struct doctor_group groups[MADE_UP_MOST];
};

/* HZ 250, ports 40000 to 41999, 10.0.0.1 -> 10.0.0.2:80; no port is held. */
void made_up_host_init(struct made_up_host *made);

/* So many connections a second were opened and closed, for so many seconds until now, each of
 * which left a TIME_WAIT: as connect(2) fills the ports, and at most all of them. */
void made_up_host_closes(struct made_up_host *made, double per_s, double for_s);

/* One more socket that listens at 0.0.0.0:8080, and one more group, to or at 10.9.3.8:9200. The
 * namespace has room for MADE_UP_MOST of each. */
struct doctor_listener *made_up_host_listens(
	struct made_up_host *made, uint32_t waiting, uint32_t backlog, uint64_t drops);
struct doctor_group *made_up_host_groups(
	struct made_up_host *made, unsigned state, uint32_t count, double oldest_s);

#endif
