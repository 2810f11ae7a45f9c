/* Sockets of one namespace by state, through sock_diag. */
#ifndef BENCH_MEASURE_SOCK_DIAG_H
#define BENCH_MEASURE_SOCK_DIAG_H

#include "bench/measure/beside_sockets.h"
#include "bench/measure/close_waits.h"
#include "bench/measure/connecting_places.h"
#include "bench/measure/destination_ports.h"
#include "bench/measure/held_sockets.h"
#include "bench/measure/listeners.h"
#include "bench/measure/load_flow.h"
#include "bench/measure/port_set.h"
#include "bench/measure/socket_state.h"
#include "common/error.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Index: the kernel's TCP states (linux/tcp_states.h): 1 ESTABLISHED … 6 TIME_WAIT … 11 CLOSING. */
#define DIAG_STATES 13

struct diag_census {
	uint64_t states[DIAG_STATES];
	uint64_t by_owner[SOCKET_STATES];
	/* In the accept queues of all listeners: connections that accept(2) has not taken, those
	 * included that have ended. */
	uint64_t waiting;
	/* FIN_WAIT_2 that the kernel keeps as it keeps a TIME_WAIT, in the same memory and under
	 * the same cap: sockstat's tw and the counter TW include these, and no other FIN_WAIT_2. */
	uint64_t fin_wait2_in_tw;
	/* Distinct (local address, local port) pairs in any state but LISTEN. */
	uint64_t ports_in_use;
	/* Of other connections: what holds the most ports. */
	struct busiest_destination busiest;
	/* Of other connections: what all hold, where no two share a port. */
	struct exclusive_ports exclusive;
	/* Of other connections: what those in SYN_SENT wait for. */
	struct connecting_places connecting;
};

struct diag;

/* A sock_diag socket of the calling thread's namespace, which is `end`'s. The flow's network has to
 * live as long. Returns NULL on failure. */
struct diag *diag_create(const struct load_flow *flow, enum td_who end, struct error *error);
void diag_destroy(struct diag *diag);

/* Counts IPv4 and IPv6 TCP sockets by state: those of the load, listeners included, and those of
 * other connections. Returns 0 or -1. */
int diag_census(struct diag *diag, struct diag_census *load, struct diag_census *others,
	struct error *error);

/* The connections of the load that a socket of this end still stands for, in any state but
 * TIME_WAIT, are added to `connections` by the client's address and port, so that the sockets of
 * both ends are one connection. `close_wait_oldest_ms` is the age of the peer's FIN that has waited
 * longest in CLOSE_WAIT (the time since the last acknowledgement came); 0: none. Those that a
 * process holds are added to `held`. Returns 0 or -1. */
int diag_open(struct diag *diag, struct port_set *connections, struct held_sockets *held,
	uint64_t *close_wait_oldest_ms, struct error *error);

/* Of the load's connections that accept(2) has not taken, how long the one has waited, at least,
 * over which nothing has come for the longest time; 0: there is none. Returns 0 or -1. */
int diag_unaccepted(struct diag *diag, uint64_t *oldest_ms, struct error *error);

/* What other connections than the load's have in CLOSE_WAIT. Returns 0 or -1. */
int diag_close_waits(struct diag *diag, struct close_waits *waits, struct error *error);

/* Shows this end's sockets of clients beside the load to `sockets`, the client's end first. Returns
 * 0 or -1. */
int diag_beside(struct diag *diag, struct beside_sockets *sockets, struct error *error);

/* Lists what listens, IPv4 and IPv6. Returns 0 or -1. */
int diag_listeners(struct diag *diag, struct listeners *listeners, struct error *error);

#endif
