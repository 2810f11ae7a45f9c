#include "bench/measure/response_tap.h"

#include "bench/network/netns.h"

/* So many are looked at in each mode. */
#define SEEN_MOST 4096

static struct sock_fprog filter_of(
	const struct response_tap *tap, struct sock_filter code[RESPONSE_FILTER_SIZE])
{
	return response_filter_write(tap->server_port, tap->share, tap->mode, code);
}

/* What opens the ring, on a thread in the namespace of the client's side. */
struct opening {
	struct response_tap *tap;
	const struct network *network;
};

static int ring_open(void *argument, struct error *error)
{
	const struct opening *opening = argument;
	struct sock_filter code[RESPONSE_FILTER_SIZE];
	const struct sock_fprog filter = filter_of(opening->tap, code);
	bool is_ipv6 = address_family(&opening->network->server_address) == AF_INET6;
	unsigned ifindex;
	network_client_side(opening->network, &ifindex);
	return packet_ring_open(opening->tap->ring,
		is_ipv6 ? PACKET_RING_HEADS_IPV6 : PACKET_RING_HEADS_IPV4, ifindex, &filter, error);
}

int response_tap_open(struct response_tap *tap, struct packet_ring *ring,
	const struct load_flow *flow, struct error *error)
{
	struct opening opening = {tap, flow->network};
	*tap = (struct response_tap){.ring = ring,
		.server_port = flow->server_port,
		.share = 1,
		.mode = tap->sees_heads ? RESPONSE_FILTER_ALL : RESPONSE_FILTER_REFUSED,
		.is_whole = tap->sees_heads,
		.sees_heads = tap->sees_heads};
	unsigned ifindex;
	return netns_run(network_client_side(flow->network, &ifindex), ring_open, &opening, error);
}

bool response_tap_take(
	struct response_tap *tap, const struct packet_view *view, struct tcp_segment *segment)
{
	if (!tcp_segment_parse(view->bytes, view->length, 0, segment) ||
		view->length <= segment->header_bytes)
		return false;
	const uint8_t *data = view->bytes + segment->header_bytes;
	size_t size = view->length - segment->header_bytes;
	segment->is_of_responses = true;
	if (server_hello_parse(data, size, &segment->server_hello))
		return true;
	tap->seen++;
	segment->head = response_head_parse(data, size);
	segment->tail = view->length == segment->packet_bytes ? response_tail_parse(data, size)
							      : response_filter_tail(view->length);
	return true;
}

static void filter_set(struct response_tap *tap)
{
	struct sock_filter code[RESPONSE_FILTER_SIZE];
	const struct sock_fprog filter = filter_of(tap, code);
	shared_ring_filter(&tap->ring->shared, &filter);
}

void response_tap_bound(struct response_tap *tap)
{
	if (!tap->ring || tap->mode == RESPONSE_FILTER_NONE)
		return;
	bool is_lost = shared_ring_lost(&tap->ring->shared) > 0;
	if (tap->seen < SEEN_MOST && !(is_lost && tap->is_whole))
		return;
	tap->is_whole = false;
	tap->seen = 0;
	tap->mode =
		tap->mode == RESPONSE_FILTER_ALL ? RESPONSE_FILTER_REFUSED : RESPONSE_FILTER_NONE;
	filter_set(tap);
}

void response_tap_narrow(struct response_tap *tap, uint32_t share)
{
	tap->share = share;
	if (tap->ring)
		filter_set(tap);
}
