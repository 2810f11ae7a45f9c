#include "bench/wire/frame_ring.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define BLOCK_BYTES 65536
#define FRAME_BYTES 2048
/* Room for what some connections have on their way (tcp_rmem: 6 MB each). 1024 frames, or frames of
 * 1600 bytes, cost the relay as much time a frame. */
#define FRAMES 8192
#define RING_BYTES ((size_t)FRAME_BYTES * FRAMES)

static int option_set(const struct frame_ring *ring, int option, const void *value, size_t size)
{
	return setsockopt(ring->fd, SOL_PACKET, option, value, (socklen_t)size);
}

static int ring_set_up(struct frame_ring *ring, unsigned ifindex)
{
	const int version = TPACKET_V2, yes = 1;
	const struct tpacket_req request = {
		.tp_block_size = BLOCK_BYTES,
		.tp_block_nr = RING_BYTES / BLOCK_BYTES,
		.tp_frame_size = FRAME_BYTES,
		.tp_frame_nr = FRAMES,
	};
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)ifindex,
	};
	ring->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (ring->fd == -1 || option_set(ring, PACKET_VERSION, &version, sizeof(version)) == -1 ||
		option_set(ring, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes)) == -1 ||
		option_set(ring, PACKET_RX_RING, &request, sizeof(request)) == -1)
		return -1;
	void *frames = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
	if (frames == MAP_FAILED)
		return -1;
	ring->frames = frames;
	return bind(ring->fd, (const struct sockaddr *)&address, sizeof(address));
}

int frame_ring_open(struct frame_ring *ring, unsigned ifindex, struct error *error)
{
	*ring = (struct frame_ring){.fd = -1};
	if (ring_set_up(ring, ifindex) == -1) {
		error_set_errno(error, STATUS_HOST_CANNOT, "cannot open a ring of frames");
		frame_ring_close(ring);
		return -1;
	}
	return 0;
}

void frame_ring_close(struct frame_ring *ring)
{
	if (ring->frames)
		munmap(ring->frames, RING_BYTES);
	if (ring->fd != -1)
		close(ring->fd);
	ring->frames = NULL;
	ring->fd = -1;
}

static struct tpacket2_hdr *frame_at(const struct frame_ring *ring, size_t place)
{
	return (struct tpacket2_hdr *)(ring->frames + place % FRAMES * FRAME_BYTES);
}

bool frame_ring_read(struct frame_ring *ring, struct iovec *frame)
{
	struct tpacket2_hdr *header = frame_at(ring, ring->next);
	if (ring->next - ring->released == FRAMES ||
		!(__atomic_load_n(&header->tp_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
		return false;
	*frame = (struct iovec){(uint8_t *)header + header->tp_mac, header->tp_snaplen};
	ring->next++;
	return true;
}

void frame_ring_release(struct frame_ring *ring)
{
	for (; ring->released != ring->next; ring->released++)
		__atomic_store_n(&frame_at(ring, ring->released)->tp_status, TP_STATUS_KERNEL,
			__ATOMIC_RELEASE);
}

uint64_t frame_ring_lost(struct frame_ring *ring)
{
	/* PACKET_STATISTICS sets the kernel's numbers back to 0. */
	struct tpacket_stats stats;
	socklen_t size = sizeof(stats);
	if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0)
		ring->lost += stats.tp_drops;
	return ring->lost;
}
