/* The connections that the packet tap has seen, by the client's address and port: a hash table in
 * bounded memory. */
#ifndef BENCH_MEASURE_SEEN_CONNECTIONS_H
#define BENCH_MEASURE_SEEN_CONNECTIONS_H

#include "bench/measure/late_data.h"
#include "bench/measure/late_request.h"
#include "bench/measure/responses.h"
#include "bench/trace/tcp_ending.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct seen_connection {
	uint32_t client_address[4]; /* as in6_addr's words; an IPv4 address is the first */
	uint16_t client_port;
	bool used;
	bool forgotten;  /* the connection's end will not be seen */
	bool reset_old;  /* the client sent a RST to an earlier connection of the same ports */
	bool has_hello;  /* the server's, of TLS, told whether a session is resumed */
	uint64_t syn_ns; /* the latest */
	uint64_t first_syn_ns; /* of this connection */
	struct tcp_ending ending;
	uint64_t fin_ns[2], rst_ns[2]; /* by side */
	uint64_t begun_by_fin;         /* connections that had begun at the client's FIN */
	struct late_request_rest rest;
	struct late_data_track late_data;
	struct response_track response;
};

struct seen_connections {
	struct seen_connection *slots; /* with open addressing; a power of two of them */
	size_t slot_count, used;
};

/* What becomes of one that leaves the table. */
typedef void seen_connection_leave_fn(void *context, const struct seen_connection *one);

/* Returns 0, or -1: there is no memory. */
int seen_connections_init(struct seen_connections *all);
void seen_connections_finish(struct seen_connections *all);

/* The one of this address and port, or the empty slot where it belongs. */
struct seen_connection *seen_connections_find(
	const struct seen_connections *all, const uint32_t address[4], uint16_t port);

/* Whether no segment that can still come would change how it ended. */
bool seen_connection_is_over(const struct seen_connection *one);

/* Makes room for one more. A table that may not grow lets those go that are over, and where that is
 * not enough, all. */
void seen_connections_make_room(
	struct seen_connections *all, seen_connection_leave_fn *leave, void *context);

/* All leave. */
void seen_connections_leave(
	struct seen_connections *all, seen_connection_leave_fn *leave, void *context);

#endif
