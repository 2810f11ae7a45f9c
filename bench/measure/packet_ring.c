#include "bench/measure/packet_ring.h"

#include "common/clock.h"

#include <linux/if_ether.h>
#include <linux/virtio_net.h>
#include <string.h>
#include <sys/socket.h>

/* A frame has 80 bytes of the kernel's before the packet, which is cut to what is left: room for
 * the IP and the TCP header without options, 40 bytes of IPv4 or 60 of IPv6. 65,536 frames hold
 * most of a second of 40,000 connections a second. */
static const struct kind {
	size_t frame_bytes, frames;
	int socket_type;
	uint16_t protocol;
	/* A virtio_net_hdr stands before each packet (packet(7), PACKET_VNET_HDR), and that begins
	 * with the link's header: the kernel asks for SOCK_RAW. */
	bool says_cut;
	bool sees_sent;
} kinds[] = {
	[PACKET_RING_IPV4] = {128, 65536, SOCK_DGRAM, ETH_P_IP, false, false},
	[PACKET_RING_IPV4_DATA] = {256, 65536, SOCK_DGRAM, ETH_P_IP, false, false},
	[PACKET_RING_IPV6] = {256, 65536, SOCK_DGRAM, ETH_P_IPV6, false, false},
	[PACKET_RING_HEADS_IPV4] = {1024, 4096, SOCK_DGRAM, ETH_P_IP, false, false},
	[PACKET_RING_HEADS_IPV6] = {1024, 4096, SOCK_DGRAM, ETH_P_IPV6, false, false},
	[PACKET_RING_LOOPBACK] = {256, 32768, SOCK_RAW, ETH_P_ALL, true, false},
	[PACKET_RING_SENT] = {256, 65536, SOCK_DGRAM, ETH_P_ALL, false, true},
};

int packet_ring_open(struct packet_ring *ring, enum packet_ring_kind kind, unsigned ifindex,
	const struct sock_fprog *filter, struct error *error)
{
	const struct shared_ring_spec spec = {
		.of = "packets",
		.slot_bytes = kinds[kind].frame_bytes,
		.slots = kinds[kind].frames,
		.socket_type = kinds[kind].socket_type,
		.protocol = kinds[kind].protocol,
		.has_vnet_header = kinds[kind].says_cut,
		.sees_sent = kinds[kind].sees_sent,
		.filter = filter,
	};
	*ring = (struct packet_ring){.kind = kind};
	return shared_ring_open(&ring->shared, &spec, ifindex, error);
}

static struct tpacket2_hdr *frame_next(const struct packet_ring *ring)
{
	return shared_ring_slot(&ring->shared, ring->next);
}

/* What stands before the packet. */
static uint32_t cut_bytes(const uint8_t *packet)
{
	struct virtio_net_hdr header;
	memcpy(&header, packet - sizeof(header), sizeof(header));
	return header.gso_type == VIRTIO_NET_HDR_GSO_NONE ? UINT32_MAX : header.gso_size;
}

bool packet_ring_peek(const struct packet_ring *ring, struct packet_view *view)
{
	const struct tpacket2_hdr *header = frame_next(ring);
	if (!(shared_ring_status(header) & TP_STATUS_USER))
		return false;
	view->bytes = (const uint8_t *)header + header->tp_net;
	view->length = header->tp_snaplen - (size_t)(header->tp_net - header->tp_mac);
	view->at_ns = (uint64_t)header->tp_sec * NS_PER_S + header->tp_nsec;
	view->cut_bytes = kinds[ring->kind].says_cut
				  ? cut_bytes((const uint8_t *)header + header->tp_mac)
				  : 0;
	return true;
}

void packet_ring_release(struct packet_ring *ring)
{
	shared_ring_status_set(frame_next(ring), TP_STATUS_KERNEL);
	ring->next++;
}
