/* The packet tap: sees the SYN, FIN and RST segments of the connections on the wire and has
 * first_closer judge them: of all connections at first, so that a few are known too, and of a share
 * of them once there were plenty. One packet socket in each namespace takes the segments that
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
	uint32_t share;    /* in the end: one connection in so many */
	/* Connections that had ended when it narrowed to the share; 0: it looked at all of them
	 * throughout. */
	uint64_t narrowed_after;
};

struct packet_tap;

/* Sees the segments of the network's address family. Both sockets are open and filtering on return.
 * `server_port` tells direction; `share` is what it narrows to (first_closer_in_share), so 1 sees
 * all throughout. */
struct packet_tap *packet_tap_create(
	const struct network *network, uint16_t server_port, uint32_t share, struct error *error);

/* Reads what has come; called about ten times a second, and once at the end. */
void packet_tap_poll(struct packet_tap *tap);

/* It looks at one connection in so many now. */
uint32_t packet_tap_share(const struct packet_tap *tap);

/* The last poll, then the judgement. */
void packet_tap_finish(struct packet_tap *tap, struct packet_tap_report *report);
void packet_tap_destroy(struct packet_tap *tap);

#endif
