/* The TCP sockets of the calling thread's namespace, as the records have them. */
#ifndef BENCH_DOCTOR_SOCKETS_H
#define BENCH_DOCTOR_SOCKETS_H

#include "bench/doctor/records.h"
#include "common/error.h"

/* Pairs that hold one part in so many of the ports, or more, are kept, and at most so many. */
#define DOCTOR_PAIR_PART 1000
#define DOCTOR_PAIRS_MAX 256

/* Lists what listens; then, if `walks`, all other sockets. Settings are there. Returns 0 or -1. */
int sockets_read(struct doctor_namespace *space, const struct time_wait_life *life, bool walks,
	struct error *error);

/* The module of the kernel that a refused listing lacks, or NULL: there was another reason. */
const char *sockets_module_missing(int error_number);

#endif
