#include "bench/measure/packet_ring.h"

#include "common/clock.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define BLOCK_BYTES 65536

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
} kinds[] = {
	[PACKET_RING_IPV4] = {128, 65536, SOCK_DGRAM, ETH_P_IP, false},
	[PACKET_RING_IPV4_DATA] = {256, 65536, SOCK_DGRAM, ETH_P_IP, false},
	[PACKET_RING_IPV6] = {256, 65536, SOCK_DGRAM, ETH_P_IPV6, false},
	[PACKET_RING_HEADS_IPV4] = {1024, 4096, SOCK_DGRAM, ETH_P_IP, false},
	[PACKET_RING_HEADS_IPV6] = {1024, 4096, SOCK_DGRAM, ETH_P_IPV6, false},
	[PACKET_RING_LOOPBACK] = {256, 32768, SOCK_RAW, ETH_P_ALL, true},
};

static size_t ring_bytes(const struct packet_ring *ring)
{
	return kinds[ring->kind].frame_bytes * kinds[ring->kind].frames;
}

static int option_set(const struct packet_ring *ring, int option, const void *value, size_t size)
{
	return setsockopt(ring->fd, SOL_PACKET, option, value, (socklen_t)size);
}

static int ring_set_up(struct packet_ring *ring, unsigned ifindex, const struct sock_fprog *filter)
{
	const struct kind *kind = &kinds[ring->kind];
	const int version = TPACKET_V2, yes = 1;
	const struct tpacket_req request = {
		.tp_block_size = BLOCK_BYTES,
		.tp_block_nr = (unsigned)(ring_bytes(ring) / BLOCK_BYTES),
		.tp_frame_size = (unsigned)kind->frame_bytes,
		.tp_frame_nr = (unsigned)kind->frames,
	};
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(kind->protocol),
		.sll_ifindex = (int)ifindex,
	};
	/* Protocol 0 receives nothing until bind(2), so the filter is there first. A socket of all
	 * protocols would be shown what is sent, too. */
	ring->fd = socket(AF_PACKET, kind->socket_type | SOCK_CLOEXEC, 0);
	if (ring->fd == -1 || packet_ring_filter(ring, filter) == -1 ||
		option_set(ring, PACKET_VERSION, &version, sizeof(version)) == -1 ||
		option_set(ring, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes)) == -1 ||
		(kind->says_cut && option_set(ring, PACKET_VNET_HDR, &yes, sizeof(yes)) == -1) ||
		option_set(ring, PACKET_RX_RING, &request, sizeof(request)) == -1)
		return -1;
	void *frames =
		mmap(NULL, ring_bytes(ring), PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
	if (frames == MAP_FAILED)
		return -1;
	ring->frames = frames;
	return bind(ring->fd, (const struct sockaddr *)&address, sizeof(address));
}

int packet_ring_open(struct packet_ring *ring, enum packet_ring_kind kind, unsigned ifindex,
	const struct sock_fprog *filter, struct error *error)
{
	*ring = (struct packet_ring){.fd = -1, .kind = kind};
	if (ring_set_up(ring, ifindex, filter) == -1) {
		error_set_errno(error, STATUS_HOST_CANNOT, "cannot open a ring of packets");
		packet_ring_close(ring);
		return -1;
	}
	return 0;
}

int packet_ring_filter(struct packet_ring *ring, const struct sock_fprog *filter)
{
	return setsockopt(ring->fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, sizeof(*filter));
}

void packet_ring_close(struct packet_ring *ring)
{
	if (ring->frames)
		munmap(ring->frames, ring_bytes(ring));
	if (ring->fd != -1)
		close(ring->fd);
	*ring = (struct packet_ring){.fd = -1};
}

static struct tpacket2_hdr *frame_next(const struct packet_ring *ring)
{
	return (struct tpacket2_hdr *)(ring->frames + ring->next * kinds[ring->kind].frame_bytes);
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
	if (!(__atomic_load_n(&header->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
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
	__atomic_store_n(&frame_next(ring)->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	ring->next = (ring->next + 1) % kinds[ring->kind].frames;
}

uint64_t packet_ring_lost(struct packet_ring *ring)
{
	/* PACKET_STATISTICS sets the kernel's numbers back to 0. */
	struct tpacket_stats stats;
	socklen_t size = sizeof(stats);
	if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0)
		ring->lost += stats.tp_drops;
	return ring->lost;
}
