/* The load's share of the resets that counters and packets tell of. */
#ifndef BENCH_JUDGE_RESETS_H
#define BENCH_JUDGE_RESETS_H

#include "bench/judge/estimate.h"

#include <stdint.h>

/* At least how many of the resets that a counter of this end's namespace counts are the load's:
 * each of those that other connections sent may be among them. */
uint64_t resets_of_load(const struct end_figures *end, uint64_t count);

/* Of `sent` (endings.resets_sent): connections that this end reset in place of a FIN of its own. */
uint64_t resets_without_fin(const uint64_t sent[]);

/* Connections on which the server sent a FIN and a RST, too: something came behind its close. From
 * a share of the connections it is an estimate, rounded up. */
double resets_beside_fin(const struct trial *trial, const struct figures *figures);

/* At least how many connections of the load the server's kernel gave up (TCPAbortOnTimeout): each
 * that the server opened for itself may be among those. */
uint64_t resets_on_timeout(const struct figures *figures);

/* At least how many connections the server closed with the request unread, and reset by that,
 * before it had sent a byte of an answer. */
struct estimate resets_unanswered_unread(const struct trial *trial, const struct figures *figures);

/* The same of those that it chose to reset (SO_LINGER{1,0}): of `chosen`, whatever it had sent. */
struct estimate resets_unanswered_chosen(
	const struct trial *trial, const struct figures *figures, const struct estimate *chosen);

#endif
