/* Places that sockets in SYN_SENT wait for, of a namespace. */
#ifndef BENCH_MEASURE_CONNECTING_PLACES_H
#define BENCH_MEASURE_CONNECTING_PLACES_H

#include "bench/measure/tcp_segment.h"

#include <stdbool.h>
#include <stddef.h>

/* Of more places only the first are told. */
#define CONNECTING_PLACES_MAX 4

struct connecting_places {
	size_t count;
	struct tcp_segment_end list[CONNECTING_PLACES_MAX];
};

/* A socket waits for this place. */
void connecting_places_add(struct connecting_places *places, const struct tcp_segment_end *to);

bool connecting_places_have(
	const struct connecting_places *places, const struct tcp_segment_end *to);

#endif
