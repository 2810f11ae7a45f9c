/* Answers to a SYN that are seen before it: the kernel may answer before it shows the SYN to packet
 * sockets (net/core/dev.c, __netif_receive_skb_core), about a microsecond. */
#ifndef BENCH_MEASURE_EARLY_ANSWERS_H
#define BENCH_MEASURE_EARLY_ANSWERS_H

#include "bench/measure/tcp_segment.h"

#include <stdbool.h>
#include <stddef.h>

#define EARLY_ANSWERS_MAX 16

struct early_answers {
	struct tcp_segment list[EARLY_ANSWERS_MAX];
	size_t count; /* that were kept by now; the last of them are there */
};

/* Whether a segment answers a SYN: with another, or with a RST, that of what has no ACK
 * (net/ipv4/tcp_ipv4.c, tcp_v4_send_reset). */
bool early_answers_is_one(const struct tcp_segment *segment);

void early_answers_keep(struct early_answers *early, const struct tcp_segment *answer);

/* Takes out the one to this SYN. Returns whether there is one. */
bool early_answers_take(
	struct early_answers *early, const struct tcp_segment *syn, struct tcp_segment *answer);

#endif
