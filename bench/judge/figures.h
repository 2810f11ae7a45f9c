/* What a trial's record says: pure functions of what was recorded, nothing is measured here. */
#ifndef BENCH_JUDGE_FIGURES_H
#define BENCH_JUDGE_FIGURES_H

#include "bench/trial/record.h"

#include <stddef.h>
#include <stdint.h>

/* Figures of one end. */
struct end_figures {
	struct counters counters; /* differences over the trial */
	uint64_t tw_peak, tw_end; /* gauges */
	uint64_t tw_created;      /* TIME_WAITs that came to be */
	double tw_per_connection; /* of opened */
	uint64_t fin_wait2_peak, fin_wait2_end;
	/* The most by which two counts of TIME_WAIT ever disagreed: sock_diag's by state, and
	 * sockstat's less FIN_WAIT_2, within what was opened between the two readings. */
	uint64_t tw_disagreement;
};

struct figures {
	uint64_t opened; /* handshakes that were completed, as the server's kernel counted them */
	/* Of a third-party loader: as the client's kernel counted them, with the failures of
	 * connect() that it reports. */
	uint64_t attempted;
	struct end_figures server, client;
	/* "server", "client", "both", "none", "mixed"; or "unknown" when nothing was opened or
	 * seen. */
	const char *holder, *first_closer;
	/* Share of connections that left TIME_WAIT where the strategy claims. */
	double claim_share;
	uint64_t ports_available, ports_peak, ports_end;
	/* Completed in the window. Of a third-party loader: opened, and exchanges as it reports
	 * them.
	 */
	double rate_per_s, exchanges_per_s;
	double segments_per_connection, resets_per_connection;
	double server_cpu_us, client_cpu_us; /* a connection */
	double server_bytes_per_connection;
	/* The kernel's books: connections that ended without a TIME_WAIT, a RST or a skip at the
	 * cap. */
	uint64_t unaccounted;
};

/* The names that results use: "none", "server", "client", "both". */
const char *figures_who(enum td_who who);

struct figures figures_of(const struct trial *trial);

#define REASONS_MAX 16

struct reasons {
	size_t count;
	char text[REASONS_MAX][200];
};

/* Why a trial is invalid; none: it is valid. */
struct reasons figures_invalid_because(const struct trial *trial, const struct figures *figures);

#endif
