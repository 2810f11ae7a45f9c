/* What a trial's record comes to: pure functions of what was recorded, nothing is measured here.
 *
 * A figure that has no base is unknown, which is not 0: per connection without a connection, a rate
 * without a window, what a third-party loader does not tell. An unknown double is NAN, for which
 * isnan() is true and every comparison false; which doubles can be unknown, and when, stands on the
 * field. The counts are always known. */
#ifndef BENCH_JUDGE_FIGURES_H
#define BENCH_JUDGE_FIGURES_H

#include "bench/judge/delivery.h"
#include "bench/judge/event_figures.h"
#include "bench/judge/loader_count.h"
#include "bench/judge/loss.h"
#include "bench/judge/nat_figures.h"
#include "bench/judge/opening.h"
#include "bench/judge/port_stall.h"
#include "bench/judge/ramp_figures.h"
#include "bench/judge/remote_figures.h"
#include "bench/judge/runway.h"
#include "bench/judge/time_wait_made.h"
#include "bench/judge/wire_figures.h"
#include "bench/trial/record.h"

#include <stdint.h>

/* Unknown, all of them, where nothing was seen. */
struct span_figures {
	double least_us, mean_us, most_us;
};

/* Of the handshakes that packets showed; unknown, all of them, where there were none. */
struct handshake_figures {
	double median_us, p99_us, most_us;
};

/* Figures of one end. */
struct end_figures {
	struct counters counters; /* of the whole namespace: differences over the trial */
	struct counters load;     /* the load's share of them (load_counters.h) */
	struct other_end others;  /* what other connections have */
	uint64_t others_unsent;   /* connects of these whose SYN has not left (load_counters.h) */
	/* Where these led: a place that a census met (unsent_place.h); port 0: none. */
	struct tcp_segment_end others_unsent_to;
	uint64_t others_failed_there; /* at others.failing: refused, or not answered */
	/* Of the server's other connections: ports that there are for one place, and the most that
	 * one held. 0 at the client. */
	uint64_t others_ports_available, others_ports_peak;
	uint64_t others_tw_end; /* TIME_WAITs of other connections, after the trial had settled */
	/* Of the server's ports for those of its other connections that go to
	 * others.busiest.to; all unknown at the client. */
	struct runway others_runway;
	/* How the connections that the packet tap saw ended. */
	struct ending_counts endings;
	struct span_figures fin_behind_fin, reset_behind_fin; /* of the spans in there */
	/* Gauges. The peak is the census's; or sockstat's where that is more, less the most orphans
	 * in FIN_WAIT_2 that a census found, and at most what was made. It is the census's alone
	 * where other connections left TIME_WAITs, too. */
	uint64_t tw_peak, tw_end;
	uint64_t tw_gauge_peak; /* sockstat's part of that */
	/* TIME_WAITs that came to be, how that is known, and the least and the most that the
	 * kernel's counters allow (time_wait_made.h). Unknown where packets would have to tell and
	 * none were seen. */
	double tw_created;
	const char *tw_created_by; /* one of time_wait_known_by_words */
	uint64_t tw_created_least, tw_created_most;
	/* tw_created / opened. Unknown when none was opened, and where tw_created is. */
	double tw_per_connection;
	/* Orphans in FIN_WAIT_2 that are gone and never were a TIME_WAIT: in all, by the end of
	 * their time, and killed by data or a RST. Each may be unknown. */
	double fin_wait2_unfinished, fin_wait2_expired, fin_wait2_killed;
	uint64_t fin_wait2_peak, fin_wait2_end;
	/* Sockets in each state of a connection that is not over: the most that a census found at
	 * one instant, and what there was after the trial had settled. */
	uint64_t state_peak[SOCKET_STATES], state_end[SOCKET_STATES];
	/* The most by which two counts ever disagreed, of TIME_WAITs with the orphans in FIN_WAIT_2
	 * that the kernel keeps as such: sock_diag's and sockstat's, within what was opened between
	 * the two readings. */
	uint64_t tw_disagreement;
};

struct figures {
	/* Connections whose handshake was completed: those that the server's kernel counted, and
	 * those that the client's end completed and the server never accepted. */
	uint64_t opened;
	/* Of these, connections that never came to accept(2); and of those, the ones that the
	 * client reset. */
	uint64_t kept_from_accept, reset_before_accept;
	/* TCP_DEFER_ACCEPT is what kept them: the kernel dropped as many bare ACKs for it, and no
	 * listen queue was full. */
	bool kept_by_defer_accept;
	/* Of a third-party loader: as the client's kernel counted them, with the failures of
	 * connect() that the loader reports and the kernel did not begin. */
	uint64_t attempted;
	struct end_figures server, client;
	/* "server", "client", "both", "none", "mixed"; or "unknown" when nothing was opened or
	 * seen. */
	const char *holder, *first_closer;
	/* Why first_closer is unknown, one of figures_unknown_closer_words; NULL where it is not.
	 */
	const char *first_closer_unknown;
	/* Share of connections that left TIME_WAIT where the strategy claims. Unknown when none was
	 * opened, and of a third party's server, which claims nothing. */
	double claim_share;
	uint64_t ports_available, ports_peak, ports_end;
	uint64_t ports_own; /* client_ports.h */
	/* ports_peak / ports_available. Unknown where there are none. */
	double ports_held_share;
	/* Of TLS, of the builtin loader's handshakes or, of another one, of the server's hellos
	 * that were seen: the version, NULL where it is unknown; "mixed". Of the builtin loader's
	 * alone: the server's key. And the share that resumed a session, unknown where there were
	 * none. */
	const char *tls_version, *tls_key;
	double tls_resumed_share;
	double tls_handshake_cpu_us;      /* of the client */
	struct port_stall port_stall;     /* of a third-party loader */
	struct port_stall own_port_stall; /* of ports_own */
	struct opening opening;           /* of a third-party loader */
	struct loader_count loader_count; /* of one whose output is known */
	/* Of these ports, at the trial's rate: all unknown where nearly no connection left a
	 * TIME_WAIT at the client, or where none of these holds a port. */
	struct runway runway;
	/* Connections completed in the window; of a third-party loader: opened. Unknown without a
	 * window. */
	double rate_per_s;
	/* Responses that arrived whole, as the loader counted them. Unknown of a third-party loader
	 * that does not say. */
	double exchanges;
	/* exchanges / opened. Unknown when either is. */
	double exchanges_per_connection;
	/* Of the builtin loader: in the window, unknown without one. Of a third-party loader: as it
	 * says, or by how long it ran; unknown where it says nothing. */
	double exchanges_per_s;
	/* Sent by both ends / opened. Unknown when none was opened. */
	double segments_per_connection, resets_per_connection;
	double server_cpu_us; /* CPU time / opened. Unknown when none was opened. */
	double client_cpu_us; /* CPU time / attempted. Unknown when none was attempted. */
	/* What the server's memory grew by / the most connections that were open at once; of a
	 * third-party loader, those it was asked for. Unknown when there were none, and when the
	 * memory could not be read. */
	double server_bytes_per_connection;
	/* Connections that the server opened for itself, and that nothing tells from the load's. */
	uint64_t others_unseen;
	/* The kernel's accounting: connections that ended without a TIME_WAIT, a RST or a skip at
	 * the cap. What is still open (trial.still_open) has not ended. */
	uint64_t unaccounted;
	double accept_wait_ms; /* accept_stall.h. May be unknown. */
	struct handshake_figures handshakes;
	struct loss_figures loss;
	struct delivery_figures delivery;
	struct wire_figures wire;
	struct nat_figures nat;
	struct remote_figures remote;
	struct event_figures events; /* of all events */
	struct ramp_figures ramp;
	uint64_t ports_destinations; /* client_ports.h */
};

/* NULL at the end. */
extern const char *const figures_unknown_closer_words[];

/* The names that results use: "none", "server", "client", "both". */
const char *figures_who(enum td_who who);

struct figures figures_of(const struct trial *trial);

#endif
