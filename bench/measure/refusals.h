/* SYNs that were answered with a RST: how many, when, and those RSTs that are seen first. */
#ifndef BENCH_MEASURE_REFUSALS_H
#define BENCH_MEASURE_REFUSALS_H

#include "bench/measure/first_closer.h"
#include "bench/measure/moments.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So many RSTs are kept whose SYN was not seen yet. */
#define REFUSALS_EARLY_MAX 16

struct refusals {
	uint64_t count;
	struct moments moments; /* from the first one on */
	struct first_closer_segment early[REFUSALS_EARLY_MAX];
	size_t early_count; /* that were kept by now; the last of them are there */
};

void refusals_finish(struct refusals *refusals);

/* Whether it is the answer to a SYN that fits no socket. */
bool refusals_is_one(const struct first_closer_segment *segment);

void refusals_count(struct refusals *refusals, uint64_t at_ns);

/* The kernel may answer a SYN before it shows that to packet sockets (net/core/dev.c,
 * __netif_receive_skb_core): then the RST is seen about a microsecond before. */
void refusals_keep_early(struct refusals *refusals, const struct first_closer_segment *segment);

/* Takes out the RST that answers a SYN, and was seen before. Returns whether there is one. */
bool refusals_take_early(struct refusals *refusals, const struct first_closer_segment *syn,
	struct first_closer_segment *rst);

/* No more come. */
void refusals_sum(struct refusals *refusals);

/* How many came from one instant to the other, to a millisecond; after refusals_sum. */
uint64_t refusals_between(const struct refusals *refusals, uint64_t from_ns, uint64_t until_ns);

#endif
