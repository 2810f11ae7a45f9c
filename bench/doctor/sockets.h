/* The TCP sockets of the calling thread's namespace, as the records have them. */
#ifndef BENCH_DOCTOR_SOCKETS_H
#define BENCH_DOCTOR_SOCKETS_H

#include "bench/doctor/records.h"
#include "common/error.h"

/* Pairs that hold one part in so many of the ports, or more, are kept, and at most so many. */
#define DOCTOR_PAIR_PART 1000
#define DOCTOR_PAIRS_MAX 256

/* How much is listed. Beyond listeners each walks through the table of the whole host. */
enum sockets_depth {
	SOCKETS_LISTENING,
	/* And connections whose SYN was sent again, where there can be some. */
	SOCKETS_UNANSWERED,
	/* And all groups, without their ages, where there can be a pile: a later look compares. */
	SOCKETS_WAITING,
	SOCKETS_ALL, /* and pairs; settings have to be there */
};

/* Returns 0 or -1. */
int sockets_read(struct doctor_namespace *space, const struct time_wait_life *life,
	enum sockets_depth depth, struct error *error);

/* The module of the kernel that a refused listing lacks, or NULL: there was another reason. */
const char *sockets_module_missing(int error_number);

#endif
