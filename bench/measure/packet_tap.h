/* The packet tap: sees the SYN, FIN and RST segments of a share of the connections on the wire
 * and has first_closer judge them. One packet socket in each namespace takes the segments that
 * arrive there (ingress only: a tap on egress would clone every packet), a classic BPF filter drops
 * all but the flagged segments of one client port in `share`, so what is not looked at costs next
 * to nothing. */
#ifndef BENCH_MEASURE_PACKET_TAP_H
#define BENCH_MEASURE_PACKET_TAP_H

#include "bench/measure/first_closer.h"
#include "bench/network/network.h"
#include "common/error.h"

#include <stdint.h>

struct packet_tap_report {
	struct first_closer_counts counts;
	uint64_t segments; /* seen and judged */
	uint64_t lost;     /* passed the filter, but the ring was full */
	uint32_t share;
};

struct packet_tap;

/* Both sockets are open and filtering on return. `server_port` tells direction; `share` is a power
 * of two: the connections with ((client port >> 1) & (share − 1)) == 0 are seen, so 1 sees all.
 * (The lowest bit is left out: connect(2) tries ports of one parity first.) */
struct packet_tap *packet_tap_create(
	const struct network *network, uint16_t server_port, uint32_t share, struct error *error);

/* Reads what has come; called about ten times a second, and once at the end. */
void packet_tap_poll(struct packet_tap *tap);

/* The last poll, then the judgement. */
void packet_tap_finish(struct packet_tap *tap, struct packet_tap_report *report);
void packet_tap_destroy(struct packet_tap *tap);

#endif
