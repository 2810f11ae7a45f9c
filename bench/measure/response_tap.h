/* The packet tap's ring of responses: what begins one at the client's end, what may end a chunked
 * one, and the server's hellos of TLS. A head costs more than a FIN does, so their number is
 * bounded: some thousand of all are looked at, then as many of those without a status of 2xx, then
 * none. Of hellos there is one a connection, as there is of FINs, and they go on with the share. */
#ifndef BENCH_MEASURE_RESPONSE_TAP_H
#define BENCH_MEASURE_RESPONSE_TAP_H

#include "bench/measure/load_flow.h"
#include "bench/measure/packet_ring.h"
#include "bench/measure/response_filter.h"
#include "bench/measure/tcp_segment.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

struct response_tap {
	struct packet_ring *ring; /* the caller's; NULL: not open */
	uint16_t server_port;
	uint32_t share; /* one connection in so many (first_closer_in_share) */
	enum response_filter_mode mode;
	uint64_t seen; /* segments, but for hellos, that passed the filter since its mode changed */
	bool is_whole; /* none was missed */
	bool sees_heads; /* not hellos alone */
};

/* Opens the ring, for all connections; the caller has set `sees_heads`. Returns 0, or -1 with the
 * ring closed. */
int response_tap_open(struct response_tap *tap, struct packet_ring *ring,
	const struct load_flow *flow, struct error *error);

/* Fills all but `at_ns`, `sender` and `receiver` of a segment from the ring. Returns false when it
 * is too short to tell. */
bool response_tap_take(
	struct response_tap *tap, const struct packet_view *view, struct tcp_segment *segment);

/* Has the filter let less through once there were plenty, or more than were taken in time; called
 * after each look at the ring. */
void response_tap_bound(struct response_tap *tap);

/* Looks at a share from now on. */
void response_tap_narrow(struct response_tap *tap, uint32_t share);

#endif
