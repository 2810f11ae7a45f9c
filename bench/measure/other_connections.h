/* The connections in the two namespaces that are not the load's: what a server opens for itself, to
 * its upstream or database, over loopback mostly, and what a loader opens elsewhere. The kernel's
 * counters are of a whole namespace; what these connections have of each is told here, from every
 * one of their segments, so that it can be taken off. A pure state machine over headers. */
#ifndef BENCH_MEASURE_OTHER_CONNECTIONS_H
#define BENCH_MEASURE_OTHER_CONNECTIONS_H

#include "bench/measure/destinations.h"
#include "bench/measure/other_races.h"
#include "bench/measure/tcp_segment.h"

#include <stdbool.h>
#include <stdint.h>

/* What one end has of them. */
struct other_end {
	uint64_t attempted; /* connect() of this end: ActiveOpens */
	uint64_t opened;    /* of these, handshakes that were completed */
	/* Of these, SYNs that a RST answered, and those that nothing did. */
	uint64_t refused, unanswered;
	uint64_t accepted; /* handshakes that were completed at a listener of this end */
	uint64_t segments, resets, syns_again; /* sent by this end */
	uint64_t time_wait;                    /* TIME_WAITs that came to be at this end */
	/* Sockets of this end that had sent their FIN and that a RST ended. Those that were orphans
	 * in FIN_WAIT_2 by then are in the counter TW, too; no packet tells which. */
	uint64_t fin_wait2_killed;
	/* What became of those that this end opened: they add up to `opened`. */
	uint64_t closed_by_opener, closed_by_acceptor, closed_by_both;
	uint64_t closed_by_reset; /* with no FIN */
	uint64_t still_open;
	/* Connections that began before the trial, and were not silent in it; they are in none of
	 * the counts above but segments, resets and time_wait. Both of its ends count over
	 * loopback as one. */
	uint64_t began_before;
	struct other_races races; /* of requests that this end sent */
	/* Where those that were opened led, where it was one place; port 0: there was none. */
	struct tcp_segment_end to;
	bool to_several;
	/* Of these places the one that left this end the most TIME_WAITs. */
	struct destination busiest;
	/* The place of which most were refused or not answered; port 0: there is none. */
	struct destination failing;
};

struct other_ends {
	struct other_end server, client;
	struct other_end elsewhere;    /* of the far end of a proxy's other hop (load_flow.h) */
	uint64_t forgotten;            /* connections for which there was no memory */
	struct destinations of_server; /* to which the server's end sent a SYN */
};

struct other_connections;

struct other_connections *other_connections_create(void);
void other_connections_destroy(struct other_connections *others);

/* What is older does not count: it belongs to the time before the trial. Default: all counts. */
void other_connections_begin(struct other_connections *others, uint64_t at_ns);

/* What comes later does not count, either. Called before such a segment is seen. */
void other_connections_end(struct other_connections *others, uint64_t at_ns);

/* Segments in the order of their time. */
void other_connections_see(struct other_connections *others, const struct tcp_segment *segment);

void other_connections_finish(struct other_connections *others, struct other_ends *ends);

/* How many a listener of the server's end had accepted by then, but for the last
 * millisecond; in a trial of more than a minute for the last two, and so on. */
uint64_t other_connections_accepted_by(const struct other_connections *others, uint64_t at_ns);

#endif
