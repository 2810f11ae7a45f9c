/* A connection as it is told: by client and server, not by who was seen first. */
#ifndef BENCH_TRACE_CONNECTION_VIEW_H
#define BENCH_TRACE_CONNECTION_VIEW_H

#include "bench/trace/connection.h"

/* Index of what a view has of both ends. */
enum { VIEW_CLIENT, VIEW_SERVER, VIEW_ENDS };

/* Room for "client+server". */
#define VIEW_WHO_SIZE 16

struct connection_view {
	uint32_t number, incarnation; /* as in struct connection */
	unsigned client_side;
	struct endpoint endpoints[VIEW_ENDS];
	bool guessed;
	enum tcp_ending_word word;
	const char *first_closer; /* "client", "server", "both", "none", "unknown" */
	const char *first_end;    /* "FIN", "RST"; NULL: neither */
	bool crossed;
	bool reset_by[VIEW_ENDS];
	/* Not proven to be the end's own: its RST had another TTL than all its other segments. */
	bool reset_doubted[VIEW_ENDS];
	enum tcp_ending_cause cause;
	uint64_t bytes[VIEW_ENDS];
	uint64_t unacknowledged[VIEW_ENDS];
	bool unacknowledged_known[VIEW_ENDS];
	uint32_t segments[VIEW_ENDS];
	const char *conn_state;
	char history[ZEEK_HISTORY_SIZE];
	unsigned completeness;
	uint64_t start_ns, duration_ns;
};

struct connection_view connection_view_of(const struct connection *connection);

/* Bytes of both ends that were never acknowledged before a RST, as far as that is known. 0 where
 * nobody reset. */
uint64_t connection_view_lost(const struct connection_view *view);

/* "client", "server", "client+server", "" of those who reset. Returns `text`. */
const char *connection_view_reset_by(const struct connection_view *view, char text[VIEW_WHO_SIZE]);

#endif
