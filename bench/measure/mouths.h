/* Where the packet tap's segments arrive: a ring each for the link and for loopback at both ends,
 * for the responses at the client, and for the other hop of a trial with a proxy. Behind a NAT the
 * client's link is the NAT's to the server (network_client_side): what arrives there has the
 * addresses and ports that the server knows, as what arrives at the server has. */
#ifndef BENCH_MEASURE_MOUTHS_H
#define BENCH_MEASURE_MOUTHS_H

#include "bench/measure/load_flow.h"
#include "bench/measure/packet_ring.h"
#include "bench/measure/tcp_segment.h"
#include "common/error.h"
#include "teardown/strategy.h"

struct mouth {
	struct packet_ring ring;
	enum td_who sender, receiver; /* whose namespaces segments go from and to; or TD_NONE */
};

enum {
	LINK_AT_SERVER,
	LINK_AT_CLIENT,
	LOOPBACK_OF_SERVER,
	LOOPBACK_OF_CLIENT,
	/* The links of the other hop. */
	OTHER_HOP_AT_PROXY,
	OTHER_HOP_AT_FAR_END,
	RESPONSES,
	MOUTHS
};

/* All are closed. */
void mouths_init(struct mouth mouths[MOUTHS]);

/* Opens all but that of the responses; the two of the other hop where there is one; of a shared
 * network those of the links, both at the client. The filters are those of the links. Returns 0 or
 * -1; the caller closes the mouths in either case. */
int mouths_open(struct mouth mouths[MOUTHS], const struct load_flow *flow,
	const struct tcp_segment_filter *at_server, const struct tcp_segment_filter *at_client,
	struct error *error);

void mouths_close(struct mouth mouths[MOUTHS]);

/* The one whose oldest segment, which `view` is of then, is the oldest of all; NULL: there is no
 * segment. */
struct mouth *mouths_oldest(struct mouth mouths[MOUTHS], struct packet_view *view);

/* Has another filter at a link. */
void mouth_filter(struct mouth *mouth, const struct tcp_segment_filter *wanted);

#endif
