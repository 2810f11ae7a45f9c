/* Why the server's kernel sent its RSTs: on which connections and in which phase is known from
 * packets, why from the kernel's counters. */
#ifndef BENCH_FINDINGS_RESET_CAUSES_H
#define BENCH_FINDINGS_RESET_CAUSES_H

#include "bench/judge/estimate.h"

/* Connections that close(2) with SO_LINGER{1,0} reset in place of a FIN: at least so many. */
struct estimate reset_causes_chosen(const struct trial *trial, const struct figures *figures);

/* The same behind the server's own FIN, which shutdown(2) had sent. */
struct estimate reset_causes_behind_fin(const struct trial *trial, const struct figures *figures);

/* At most how many connections of the load the client's kernel ended with a RST. Its counter holds
 * others, too: a SYN that meets a TIME_WAIT of the server while nothing listens is answered with an
 * ACK, which the client resets, and no connection ends (net/ipv4/tcp_minisocks.c,
 * tcp_timewait_state_process). Those that end an older connection draw a challenge ACK. */
uint64_t reset_causes_by_client(const struct trial *trial, const struct figures *figures);

/* At least how many of the resets that close(2) sent had no byte of an answer in front of them:
 * since the request was unread, or since they were chosen. */
struct reset_causes_unanswered {
	struct estimate unread, chosen;
};

struct reset_causes_unanswered reset_causes_unanswered(
	const struct trial *trial, const struct figures *figures);

#define RESET_CAUSES_LOSS_SIZE 80

/* Connections that got no whole response, for whatever reason; 0 where the loader does not tell. */
uint64_t reset_causes_lost(const struct trial *trial);

/* What resets that had a byte of an answer in front of them cost, as the end of a clause: how many
 * connections got no whole response, or that all did. Empty where the loader does not tell. */
const char *reset_causes_loss(const struct trial *trial, const struct figures *figures,
	char text[RESET_CAUSES_LOSS_SIZE]);

#endif
