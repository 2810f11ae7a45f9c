#include "bench/measure/mouths.h"

#include "bench/network/netns.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define LOOPBACK_IFINDEX 1

/* What opens the rings of one end, on a thread in the namespace of each. */
struct end_opening {
	struct mouth *mouths;
	const struct network *network;
	const struct tcp_segment_filter *wanted;
};

/* What opens one of the other hop's. */
struct hop_opening {
	struct mouth *mouth;
	unsigned ifindex;
};

void mouths_init(struct mouth mouths[MOUTHS])
{
	const struct packet_ring closed = {.shared.fd = -1};
	mouths[RESPONSES] = (struct mouth){closed, TD_SERVER, TD_CLIENT};
	mouths[LINK_AT_SERVER] = (struct mouth){closed, TD_CLIENT, TD_SERVER};
	mouths[LINK_AT_CLIENT] = (struct mouth){closed, TD_SERVER, TD_CLIENT};
	mouths[LOOPBACK_OF_SERVER] = (struct mouth){closed, TD_SERVER, TD_SERVER};
	mouths[LOOPBACK_OF_CLIENT] = (struct mouth){closed, TD_CLIENT, TD_CLIENT};
	mouths[OTHER_HOP_AT_PROXY] = mouths[OTHER_HOP_AT_FAR_END] =
		(struct mouth){closed, TD_NONE, TD_NONE};
}

static int link_open(void *argument, struct error *error)
{
	const struct end_opening *opening = argument;
	bool at_server = opening->wanted->arrives_at == TD_SERVER;
	bool is_ipv6 = address_family(&opening->network->server_address) == AF_INET6;
	enum packet_ring_kind of_ipv4 = at_server ? PACKET_RING_IPV4_DATA : PACKET_RING_IPV4;
	enum packet_ring_kind kind = is_ipv6 ? PACKET_RING_IPV6 : of_ipv4;
	struct sock_filter code[TCP_SEGMENT_FILTER_SIZE];
	const struct sock_fprog filter = tcp_segment_filter_write(opening->wanted, code);
	unsigned ifindex = opening->network->server_ifindex;
	if (!at_server || opening->network->is_shared)
		network_client_side(opening->network, &ifindex);
	if (at_server && opening->network->is_shared)
		kind = PACKET_RING_SENT;
	return packet_ring_open(&opening->mouths[at_server ? LINK_AT_SERVER : LINK_AT_CLIENT].ring,
		kind, ifindex, &filter, error);
}

static int loopback_open(void *argument, struct error *error)
{
	const struct end_opening *opening = argument;
	bool at_server = opening->wanted->arrives_at == TD_SERVER;
	struct sock_filter code[TCP_SEGMENT_LOOPBACK_SIZE];
	const struct sock_fprog filter = tcp_segment_loopback_filter_write(code);
	return packet_ring_open(
		&opening->mouths[at_server ? LOOPBACK_OF_SERVER : LOOPBACK_OF_CLIENT].ring,
		PACKET_RING_LOOPBACK, LOOPBACK_IFINDEX, &filter, error);
}

static int hop_open(void *argument, struct error *error)
{
	const struct hop_opening *opening = argument;
	struct sock_filter code[TCP_SEGMENT_LOOPBACK_SIZE];
	const struct sock_fprog filter = tcp_segment_loopback_filter_write(code);
	return packet_ring_open(
		&opening->mouth->ring, PACKET_RING_LOOPBACK, opening->ifindex, &filter, error);
}

/* A ring sees what arrives: of the other hop's connections half at the proxy, and half at the end
 * that is in this hop's network not at all. */
static int other_hop_open(
	struct mouth mouths[MOUTHS], const struct load_flow *flow, struct error *error)
{
	const struct network *hop = flow->other_hop, *network = flow->network;
	if (!hop)
		return 0;
	enum td_who proxy = load_flow_proxy(flow);
	bool is_server = proxy == TD_SERVER;
	struct hop_opening at_proxy = {
		&mouths[OTHER_HOP_AT_PROXY], is_server ? hop->client_ifindex : hop->server_ifindex};
	struct hop_opening at_far_end = {&mouths[OTHER_HOP_AT_FAR_END],
		is_server ? hop->server_ifindex : hop->client_ifindex};
	at_proxy.mouth->receiver = at_far_end.mouth->sender = proxy;
	if (netns_run(is_server ? network->server_netns : network->client_netns, hop_open,
		    &at_proxy, error) == -1)
		return -1;
	return netns_run(
		is_server ? hop->server_netns : hop->client_netns, hop_open, &at_far_end, error);
}

/* At the client's host, of the load alone. */
static int shared_open(struct end_opening *server, struct end_opening *client, struct error *error)
{
	int netns = client->network->client_netns;
	return netns_run(netns, link_open, server, error) == -1
		       ? -1
		       : netns_run(netns, link_open, client, error);
}

int mouths_open(struct mouth mouths[MOUTHS], const struct load_flow *flow,
	const struct tcp_segment_filter *at_server, const struct tcp_segment_filter *at_client,
	struct error *error)
{
	const struct network *network = flow->network;
	struct end_opening server = {mouths, network, at_server},
			   client = {mouths, network, at_client};
	if (other_hop_open(mouths, flow, error) == -1)
		return -1;
	if (network->is_shared)
		return shared_open(&server, &client, error);
	unsigned ifindex;
	if (netns_run(network->server_netns, link_open, &server, error) == -1 ||
		netns_run(network->server_netns, loopback_open, &server, error) == -1 ||
		netns_run(network_client_side(network, &ifindex), link_open, &client, error) == -1)
		return -1;
	return netns_run(network->client_netns, loopback_open, &client, error);
}

void mouths_close(struct mouth mouths[MOUTHS])
{
	for (size_t i = 0; i < MOUTHS; i++)
		shared_ring_close(&mouths[i].ring.shared);
}

struct mouth *mouths_oldest(struct mouth mouths[MOUTHS], struct packet_view *view)
{
	struct mouth *found = NULL;
	for (size_t i = 0; i < MOUTHS; i++) {
		struct packet_view head;
		if (mouths[i].ring.shared.fd == -1 || !packet_ring_peek(&mouths[i].ring, &head) ||
			(found && view->at_ns <= head.at_ns))
			continue;
		found = &mouths[i];
		*view = head;
	}
	return found;
}

void mouth_filter(struct mouth *mouth, const struct tcp_segment_filter *wanted)
{
	struct sock_filter code[TCP_SEGMENT_FILTER_SIZE];
	const struct sock_fprog filter = tcp_segment_filter_write(wanted, code);
	shared_ring_filter(&mouth->ring.shared, &filter);
}
