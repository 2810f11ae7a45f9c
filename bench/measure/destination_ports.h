/* Ports that connections to one place hold, of the sockets of a namespace: which place holds the
 * most. A port that is held, in whatever state, is not given to another connection to that place.
 * connect(2) gives it to one to another place; bind(2) before connect(2) does not.
 */
#ifndef BENCH_MEASURE_DESTINATION_PORTS_H
#define BENCH_MEASURE_DESTINATION_PORTS_H

#include "bench/measure/tcp_segment.h"

#include <stdbool.h>
#include <stdint.h>

/* Of more places and own addresses only the first are told apart. */
#define DESTINATION_PORTS_MAX 16

struct busiest_destination {
	struct tcp_segment_end to; /* port 0: there is none */
	uint64_t ports;            /* of one own address */
	uint64_t time_waits;       /* of these, the ones that a TIME_WAIT holds */
};

/* Ports of one own address, where none is held for two places. */
struct exclusive_ports {
	uint64_t ports;      /* 0: one is held for two */
	uint64_t time_waits; /* of these, the ones that a TIME_WAIT holds */
};

struct destination_ports;

/* Returns NULL when there is no memory. */
struct destination_ports *destination_ports_create(void);
void destination_ports_destroy(struct destination_ports *ports);

/* Forgets all sockets; keeps the memory. */
void destination_ports_clear(struct destination_ports *ports);

/* Something listens on this port, so that its sockets were accepted, and hold no port of
 * connect(2). Before those are added. */
void destination_ports_listen(struct destination_ports *ports, uint16_t port);

/* Whether something does. */
bool destination_ports_is_listened(const struct destination_ports *ports, uint16_t port);

/* A socket that does not listen. Without memory it is not counted. */
void destination_ports_add(struct destination_ports *ports, const struct tcp_segment_end *own,
	const struct tcp_segment_end *to, bool is_time_wait);

struct busiest_destination destination_ports_busiest(const struct destination_ports *ports);

/* Of the own address with the most ports, over all places, however many there are. */
struct exclusive_ports destination_ports_exclusive(const struct destination_ports *ports);

#endif
