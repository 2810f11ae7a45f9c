/* A host that is made up, for checks and forecasts: one namespace, with one pair. */
#ifndef TESTS_UNIT_BENCH_DOCTOR_MADE_UP_HOST_H
#define TESTS_UNIT_BENCH_DOCTOR_MADE_UP_HOST_H

#include "bench/doctor/records.h"

struct made_up_host {
	struct doctor_host host;
	struct doctor_namespace space;
	struct doctor_pair pair;
	uint32_t ending[DOCTOR_ENDING_BINS][2];
	struct doctor_listener listener;
	struct doctor_group group;
};

/* HZ 250, ports 40000 to 41999, 10.0.0.1 -> 10.0.0.2:80; no port is held. */
void made_up_host_init(struct made_up_host *made);

/* So many connections a second were opened and closed, for so many seconds until now, each of
 * which left a TIME_WAIT: as connect(2) fills the ports, and at most all of them. */
void made_up_host_closes(struct made_up_host *made, double per_s, double for_s);

#endif
