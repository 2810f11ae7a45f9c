/* What the entries of connection tracking are of, the most first. */
#ifndef BENCH_DOCTOR_CONNTRACK_KINDS_H
#define BENCH_DOCTOR_CONNTRACK_KINDS_H

#include "bench/nat/conntrack.h"

#include <stddef.h>
#include <stdint.h>

/* A state of TCP each; UDP; the rest. */
#define CONNTRACK_KINDS (CONNTRACK_STATES + 2)

struct conntrack_kind {
	char name[24];       /* "TCP TIME_WAIT", "UDP", "other" */
	const char *setting; /* that says how long such an entry lasts without a packet */
	uint64_t count;
};

/* Returns how many kinds there are entries of. */
size_t conntrack_kinds_of(
	const struct conntrack_entries *entries, struct conntrack_kind kinds[CONNTRACK_KINDS]);

/* "61,000 TCP TIME_WAIT, 3,000 TCP ESTABLISHED, 536 UDP": at most four of them, and how many more
 * there are. */
void conntrack_kinds_write(const struct conntrack_entries *entries, char *text, size_t size);

#endif
