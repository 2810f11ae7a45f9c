#include "bench/measure/packet_ring.h"

#include "common/clock.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* A frame has 80 bytes of the kernel's before the packet, which is cut to what is left: room for
 * the IP and the TCP header without options, 40 bytes of IPv4 or 60 of IPv6. 65,536 frames hold
 * most of a second of 40,000 connections a second. */
#define FRAME_BYTES_IPV4 128
#define FRAME_BYTES_IPV6 256
#define FRAME_COUNT 65536
#define BLOCK_BYTES 65536

static size_t ring_bytes(const struct packet_ring *ring)
{
	return ring->frame_bytes * FRAME_COUNT;
}

static int ring_set_up(
	struct packet_ring *ring, unsigned ifindex, int family, const struct sock_fprog *filter)
{
	const int version = TPACKET_V2;
	const struct tpacket_req request = {
		.tp_block_size = BLOCK_BYTES,
		.tp_block_nr = (unsigned)(ring_bytes(ring) / BLOCK_BYTES),
		.tp_frame_size = (unsigned)ring->frame_bytes,
		.tp_frame_nr = FRAME_COUNT,
	};
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(family == AF_INET6 ? ETH_P_IPV6 : ETH_P_IP),
		.sll_ifindex = (int)ifindex,
	};
	/* Protocol 0 receives nothing until bind(2), so the filter is there first. */
	ring->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (ring->fd == -1 ||
		setsockopt(ring->fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, sizeof(*filter)) == -1 ||
		setsockopt(ring->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) == -1 ||
		setsockopt(ring->fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)) == -1)
		return -1;
	void *frames =
		mmap(NULL, ring_bytes(ring), PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
	if (frames == MAP_FAILED)
		return -1;
	ring->frames = frames;
	return bind(ring->fd, (const struct sockaddr *)&address, sizeof(address));
}

int packet_ring_open(struct packet_ring *ring, unsigned ifindex, int family,
	const struct sock_fprog *filter, struct error *error)
{
	size_t frame_bytes = family == AF_INET6 ? FRAME_BYTES_IPV6 : FRAME_BYTES_IPV4;
	*ring = (struct packet_ring){.fd = -1, .frame_bytes = frame_bytes};
	if (ring_set_up(ring, ifindex, family, filter) == -1) {
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
	return (struct tpacket2_hdr *)(ring->frames + ring->next * ring->frame_bytes);
}

bool packet_ring_peek(const struct packet_ring *ring, struct packet_view *view)
{
	const struct tpacket2_hdr *header = frame_next(ring);
	if (!(__atomic_load_n(&header->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
		return false;
	view->bytes = (const uint8_t *)header + header->tp_net;
	view->length = header->tp_snaplen;
	view->at_ns = (uint64_t)header->tp_sec * NS_PER_S + header->tp_nsec;
	return true;
}

void packet_ring_release(struct packet_ring *ring)
{
	__atomic_store_n(&frame_next(ring)->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	ring->next = (ring->next + 1) % FRAME_COUNT;
}

uint64_t packet_ring_lost(struct packet_ring *ring)
{
	/* Reading sets the kernel's numbers back to 0. */
	struct tpacket_stats stats;
	socklen_t size = sizeof(stats);
	if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0)
		ring->lost += stats.tp_drops;
	return ring->lost;
}
