/* Who opens connections between doctor's looks. */
#ifndef BENCH_DOCTOR_WATCHING_H
#define BENCH_DOCTOR_WATCHING_H

#include "bench/doctor/openers.h"

#include <stdint.h>

struct watching {
	struct connect_watch *watch; /* NULL: nobody asked, or they cannot be seen */
	struct openers *openers;
	uint64_t begin_ns, drained_ns;
};

/* `processes` have to live as long. Where nobody can be seen the host is told why. */
struct watching watching_begin(const struct process_list *processes, struct doctor_host *host);

/* Takes what has come. The kernel keeps it until then, as long as it has room. */
void watching_drain(struct watching *watching);

/* Tells the host who opens connections: in the namespace `space` alone; 0: in all. */
void watching_end(struct watching *watching, uint64_t space, struct doctor_host *host);

#endif
