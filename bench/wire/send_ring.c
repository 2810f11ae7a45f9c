#include "bench/wire/send_ring.h"

#include "bench/wire/frame_queue.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define BLOCK_BYTES 65536
#define SLOT_BYTES 2048
/* Few, so that they stay in the processor's cache. */
#define SLOTS 128
#define RING_BYTES ((size_t)SLOT_BYTES * SLOTS)
/* Where the kernel looks for a frame in its slot (net/packet/af_packet.c, tpacket_parse_header()).
 */
#define FRAME_OFFSET (TPACKET2_HDRLEN - sizeof(struct sockaddr_ll))

_Static_assert(FRAME_OFFSET + sizeof(struct virtio_net_hdr) + FRAME_BYTES_MAX <= SLOT_BYTES,
	"a slot has room for a frame");
_Static_assert(SLOTS >= 2 * SEND_RING_BATCH, "a batch is put while the one before it is sent");

/* How often a batch is offered to a link that has no room, and how long it may take until a slot is
 * given back: far longer than any of it takes, so that the thread never stands still for ever. */
#define TRIES_MAX 100
#define SLOT_WAIT_MS 1000

static int option_set(const struct send_ring *ring, int option, const void *value, size_t size)
{
	return setsockopt(ring->fd, SOL_PACKET, option, value, (socklen_t)size);
}

static int ring_set_up(struct send_ring *ring, unsigned ifindex)
{
	const int version = TPACKET_V2, yes = 1;
	const struct tpacket_req request = {
		.tp_block_size = BLOCK_BYTES,
		.tp_block_nr = RING_BYTES / BLOCK_BYTES,
		.tp_frame_size = SLOT_BYTES,
		.tp_frame_nr = SLOTS,
	};
	/* Protocol 0: nothing that arrives comes here. */
	const struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = (int)ifindex};
	ring->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (ring->fd == -1 || option_set(ring, PACKET_VERSION, &version, sizeof(version)) == -1 ||
		option_set(ring, PACKET_QDISC_BYPASS, &yes, sizeof(yes)) == -1 ||
		option_set(ring, PACKET_VNET_HDR, &yes, sizeof(yes)) == -1 ||
		option_set(ring, PACKET_TX_RING, &request, sizeof(request)) == -1)
		return -1;
	void *frames = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
	if (frames == MAP_FAILED)
		return -1;
	ring->frames = frames;
	return bind(ring->fd, (const struct sockaddr *)&address, sizeof(address));
}

int send_ring_open(struct send_ring *ring, unsigned ifindex, struct error *error)
{
	*ring = (struct send_ring){.fd = -1};
	if (ring_set_up(ring, ifindex) == -1) {
		error_set_errno(error, STATUS_HOST_CANNOT, "cannot open a ring of frames to send");
		send_ring_close(ring);
		return -1;
	}
	return 0;
}

void send_ring_close(struct send_ring *ring)
{
	if (ring->frames)
		munmap(ring->frames, RING_BYTES);
	if (ring->fd != -1)
		close(ring->fd);
	ring->frames = NULL;
	ring->fd = -1;
}

static struct tpacket2_hdr *slot_at(const struct send_ring *ring, size_t place)
{
	return (struct tpacket2_hdr *)(ring->frames + place % SLOTS * SLOT_BYTES);
}

static uint32_t status_of(const struct tpacket2_hdr *slot)
{
	return __atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE);
}

static void status_set(struct tpacket2_hdr *slot, uint32_t status)
{
	__atomic_store_n(&slot->tp_status, status, __ATOMIC_RELEASE);
}

/* Whether the kernel took all that were put. */
static bool is_all_taken(struct send_ring *ring)
{
	const uint32_t refused = TP_STATUS_SEND_REQUEST | TP_STATUS_WRONG_FORMAT;
	while (ring->taken != ring->next && !(status_of(slot_at(ring, ring->taken)) & refused))
		ring->taken++;
	return ring->taken == ring->next;
}

/* They are lost, as on a wire. The kernel goes on at the first of their slots. */
static void frames_withdraw(struct send_ring *ring)
{
	for (; ring->next != ring->taken; ring->unsent++)
		status_set(slot_at(ring, --ring->next), TP_STATUS_AVAILABLE);
}

/* The first call does not wait: one that does returns when the kernel has given all slots back
 * (net/packet/af_packet.c, tpacket_snd()). A link has no room where the backlog of its other end is
 * full. */
void send_ring_flush(struct send_ring *ring)
{
	for (unsigned tries = 0; !is_all_taken(ring); tries++) {
		if (tries > 0)
			sched_yield();
		ssize_t sent = send(ring->fd, NULL, 0, tries == 0 ? MSG_DONTWAIT : 0);
		bool may_pass = sent != -1 || errno == EAGAIN || errno == ENOBUFS || errno == EINTR;
		if (!is_all_taken(ring) && (!may_pass || tries == TRIES_MAX))
			frames_withdraw(ring);
	}
}

static bool is_free(const struct send_ring *ring)
{
	return status_of(slot_at(ring, ring->next)) == TP_STATUS_AVAILABLE;
}

/* The slot is not free where the packet made of it a lap ago has not yet reached the other end's
 * IP.
 */
static bool slot_wait(struct send_ring *ring)
{
	struct pollfd free = {.fd = ring->fd, .events = POLLOUT};
	/* The kernel looks at the slot that it would take next. */
	send_ring_flush(ring);
	return is_free(ring) || (poll(&free, 1, SLOT_WAIT_MS) == 1 && is_free(ring));
}

/* The header tells the kernel to copy the whole frame (hdr_len): the bytes that a receiver has not
 * yet read never lie in the ring. Without it the kernel makes pages of the ring part of the packet,
 * and copies them to new pages when a veth link passes the packet on (skb_orphan_frags()): that
 * takes an eighth more of the relay's time. */
void send_ring_put(struct send_ring *ring, struct iovec frame)
{
	if (!is_free(ring) && !slot_wait(ring)) {
		ring->unsent++;
		return;
	}
	struct tpacket2_hdr *slot = slot_at(ring, ring->next++);
	uint8_t *bytes = (uint8_t *)slot + FRAME_OFFSET;
	const struct virtio_net_hdr header = {.hdr_len = (uint16_t)frame.iov_len};
	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + sizeof(header), frame.iov_base, frame.iov_len);
	slot->tp_len = (uint32_t)(sizeof(header) + frame.iov_len);
	status_set(slot, TP_STATUS_SEND_REQUEST);
	if (ring->next - ring->taken == SEND_RING_BATCH)
		send_ring_flush(ring);
}
