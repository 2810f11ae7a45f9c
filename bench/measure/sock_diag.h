/* Sockets of one namespace by state, through sock_diag. */
#ifndef BENCH_MEASURE_SOCK_DIAG_H
#define BENCH_MEASURE_SOCK_DIAG_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Index: the kernel's TCP states (linux/tcp_states.h): 1 ESTABLISHED … 6 TIME_WAIT … 11 CLOSING. */
#define DIAG_STATES 13

struct diag_census {
	uint64_t states[DIAG_STATES];
	/* Distinct (local address, local port) pairs in any state but LISTEN; with
	 * `distinct_ports`. */
	uint64_t ports_in_use;
};

struct diag;

/* A sock_diag socket of the calling thread's namespace. Returns NULL on failure. */
struct diag *diag_create(struct error *error);
void diag_destroy(struct diag *diag);

/* Counts IPv4 and IPv6 TCP sockets by state. Returns 0 or -1. */
int diag_census(
	struct diag *diag, bool distinct_ports, struct diag_census *census, struct error *error);

/* Whether something listens on the TCP port: 1 yes, 0 no, -1 failure. */
int diag_listens(struct diag *diag, uint16_t port, struct error *error);

#endif
