/* The load's share of the resets that counters and packets tell of. */
#ifndef BENCH_JUDGE_RESETS_H
#define BENCH_JUDGE_RESETS_H

#include "bench/judge/figures.h"

#include <stdint.h>

/* At least how many of the resets that a counter of this end's namespace counts are the load's:
 * each of those that other connections sent may be among them. */
uint64_t resets_of_load(const struct end_figures *end, uint64_t count);

/* Connections on which the server sent a FIN and a RST, too: something came behind its close. From
 * a share of the connections it is an estimate, rounded up. */
double resets_beside_fin(const struct trial *trial, const struct figures *figures);

/* At least how many connections of the load the server's kernel gave up (TCPAbortOnTimeout): each
 * that the server opened for itself may be among those. */
uint64_t resets_on_timeout(const struct figures *figures);

#endif
