/* Verbs for a late segment: one of the client's that the wire keeps, and lets go in a later
 * connection of the same ports. */
#ifndef BENCH_LAB_LATE_SEGMENT_H
#define BENCH_LAB_LATE_SEGMENT_H

#include "bench/lab/wire_verbs.h"

#include <stdbool.h>
#include <stdint.h>

#define LATE_SEGMENT_BYTES 32

struct lab_late_segment {
	int rule; /* that keeps it */
	struct tcp_header header;
};

/* How it is to be met. */
struct lab_late_meeting {
	/* The wire holds it (RULE_HOLD), or lets it through and keeps a copy (RULE_COPY). */
	enum rule_action action;
	unsigned echoed_bytes; /* that go each way before it */
	/* The later connection begins so long after the late segment: more than 1 ms, or a
	 * timestamp does not refuse it (include/net/tcp.h, TCP_PAWS_WINDOW). */
	unsigned apart_ms;
	/* It begins with a number that is chosen, so far below the late segment's; else with one of
	 * the kernel's clock. */
	bool has_chosen_number;
	uint32_t below_bytes;
	/* The later connection goes on to where the late segment fits: the client sends all numbers
	 * before it, which the server sends back, and the server sends what it acknowledges, and a
	 * little more. Else it is met at the first numbers. */
	bool goes_on;
	unsigned tries; /* where it begins beyond the late segment's numbers, or too far below */
};

/* A connection whose client's last segment is kept, and that both ends reset, so that there is no
 * TIME-WAIT; and then the later one, established. Returns that one; NULL where no try was right:
 * that is no failure. */
struct pair *lab_meet_segment(
	struct lab *lab, const struct lab_late_meeting *meeting, struct lab_late_segment *late);

/* Lets the late segment through, and has the client send so many bytes of its own behind it.
 * Returns how many bytes the server reads then. */
unsigned lab_let_segment_in(
	struct pair *pair, const struct lab_late_segment *late, unsigned own_bytes);

#endif
