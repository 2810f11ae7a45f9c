/* The ports that connect(2) of the client can be given. */
#ifndef BENCH_JUDGE_CLIENT_PORTS_H
#define BENCH_JUDGE_CLIENT_PORTS_H

#include "bench/judge/figures.h"

#include <stdint.h>

/* Ports of ip_local_port_range that ip_local_reserved_ports keeps from connect(2), at each address
 * (net/ipv4/inet_hashtables.c, __inet_hash_connect). None where the client binds to its ports: an
 * explicit bind(2) is given reserved ones, too. */
uint64_t client_ports_reserved(const struct trial *trial);

/* How many ports a third-party loader takes in turn of its own choice, by bind(2) or
 * IP_LOCAL_PORT_RANGE; 0: none, as far as packets tell. connect(2) chooses otherwise: it goes
 * through the range, and tries every second port before the others (net/ipv4/inet_hashtables.c,
 * __inet_hash_connect). */
uint64_t client_ports_own(const struct trial *trial);

/* How long they last at the trial's rate. The figures but for the runway are made by then. */
struct runway client_ports_runway(const struct trial *trial, const struct figures *figures);

/* How many of the server's addresses the client connected to: a port is there once for each. */
uint64_t client_ports_destinations(const struct trial *trial);

/* Ports of all of the client's addresses, for each of those, without the reserved ones. */
uint64_t client_ports_available(const struct trial *trial);

/* Ports from `low` to `high` in a list as the kernel writes it: "40000-40010,40020". */
uint64_t client_ports_listed(const char *list, uint64_t low, uint64_t high);

/* How long a connection holds its port while it is open: 0 where that changes no forecast. */
double client_ports_open_s(double open_s);

#endif
