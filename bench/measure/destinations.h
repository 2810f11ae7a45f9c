/* Where an end's other connections lead, and what each destination costs it in ports: a port that
 * waits in TIME_WAIT is not given to another connection to the same place. */
#ifndef BENCH_MEASURE_DESTINATIONS_H
#define BENCH_MEASURE_DESTINATIONS_H

#include "bench/measure/tcp_segment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of more only the first are told apart. */
#define DESTINATIONS_MAX 32

struct destination {
	struct tcp_segment_end to;   /* port 0: none */
	struct tcp_segment_end from; /* the first that opened one; its address is the source's */
	bool from_several;           /* there are other source addresses */
	bool even, odd;              /* the source ports that there were */
	uint64_t attempted;
	uint64_t refused, unanswered; /* of these: a RST answered the SYN, or nothing did */
	uint64_t opened;
	uint64_t time_wait; /* of these, TIME_WAITs that the end that opened them was left with */
	uint64_t closed,
		open_ns; /* of these, those that ended, and how long they were open in all */
};

struct destinations {
	struct destination list[DESTINATIONS_MAX];
	size_t count;
};

/* Of a connection between these two; NULL where there is no room for another. */
struct destination *destinations_find(struct destinations *destinations,
	const struct tcp_segment_end *from, const struct tcp_segment_end *to);

/* Whether there is one to this place, or may be one that is not told apart. */
bool destinations_have(const struct destinations *destinations, const struct tcp_segment_end *to);

/* A SYN was sent, which has no answer yet; and its answer has come. */
void destination_attempt(struct destination *destination);
void destination_answer(struct destination *destination, bool is_refused);

/* A connection was opened. */
void destination_open(struct destination *destination, const struct tcp_segment_end *from);

/* The one that left the most TIME_WAITs; its port is 0 where none left any. */
struct destination destinations_busiest(const struct destinations *destinations);

/* The one of which the most SYNs were refused or not answered; its port is 0 where there is none.
 */
struct destination destinations_failing(const struct destinations *destinations);

#endif
