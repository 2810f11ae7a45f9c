/* How many TIME_WAITs came to be at one end. The kernel's counters TW and TWKilled count an orphan
 * in FIN_WAIT_2 as one, too, and not again when the other end's FIN makes it a TIME_WAIT
 * (net/ipv4/inet_timewait_sock.c); no counter tells how many of these never got their FIN. So the
 * counters are the most that there can be. They are the truth where nothing can have ended an
 * orphan otherwise; else the packets tell. Pure functions. */
#ifndef BENCH_JUDGE_TIME_WAIT_MADE_H
#define BENCH_JUDGE_TIME_WAIT_MADE_H

#include "bench/measure/first_closer.h"

#include <stdbool.h>
#include <stdint.h>

/* What is known of one end, and of the other where it says so. */
struct time_wait_evidence {
	uint64_t counted; /* TW and TWKilled */
	uint64_t peak;    /* most at one instant, by a census */
	uint64_t waiting; /* orphans in FIN_WAIT_2 after the trial had settled: counted, too */
	uint64_t resets;  /* sent by both ends: each may have ended an orphan, or tell of it */
	uint64_t abort_on_data; /* TCPAbortOnData: killed by data before the kernel counted them */
	/* Sockets of the other end that have this end's FIN and have not closed: the orphan that
	 * they belonged to may have expired. Those whose orphan still waits are not among them. */
	uint64_t other_open;
	uint64_t opened;
	uint64_t judged; /* connections whose packets were seen */
	bool judged_all; /* no other connection was opened */
	struct ending_counts seen;
};

enum time_wait_known_by {
	KNOWN_BY_COUNTERS,
	KNOWN_BY_PACKETS,  /* of every connection */
	KNOWN_BY_ESTIMATE, /* from the packets of a share of the connections */
	KNOWN_BY_NOTHING,
};

/* As results name them; NULL at the end. */
extern const char *const time_wait_known_by_words[];

struct time_wait_made {
	uint64_t least, most; /* whatever the packets say */
	double count;         /* NAN: unknown */
	enum time_wait_known_by known_by;
	/* Orphans in FIN_WAIT_2 that are gone and never were a TIME_WAIT; of these, those whose
	 * time (tcp_fin_timeout) was over, and those that data or a RST of the other end killed.
	 * NAN: unknown. */
	double unfinished, expired, killed;
};

struct time_wait_made time_wait_made_of(const struct time_wait_evidence *evidence);

#endif
