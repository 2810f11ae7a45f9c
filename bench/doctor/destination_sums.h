/* What the connections of a namespace hold at each destination, whatever their source addresses. */
#ifndef BENCH_DOCTOR_DESTINATION_SUMS_H
#define BENCH_DOCTOR_DESTINATION_SUMS_H

#include "bench/doctor/records.h"

/* Adds up pairs of one destination, the smallest ones too. The list is the namespace's own, in an
 * order of its own. Returns 0, or -1 when there is no memory. */
int destination_sums_make(
	const struct doctor_pair *pairs, size_t count, struct doctor_namespace *into);

/* NULL: the namespace has none there. */
const struct doctor_destination *destination_sums_find(
	const struct doctor_namespace *space, const struct tcp_segment_end *place);

#endif
