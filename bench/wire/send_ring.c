#include "bench/wire/send_ring.h"

#include "bench/wire/frame_queue.h"
#include "common/clock.h"

#include <errno.h>
#include <linux/virtio_net.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>

#define SLOT_BYTES 2048
/* Few, so that they stay in the processor's cache. */
#define SLOTS 128
/* Where the kernel looks for a frame in its slot (net/packet/af_packet.c, tpacket_parse_header()).
 */
#define FRAME_OFFSET (TPACKET2_HDRLEN - sizeof(struct sockaddr_ll))

_Static_assert(FRAME_OFFSET + sizeof(struct virtio_net_hdr) + FRAME_BYTES_MAX <= SLOT_BYTES,
	"a slot has room for a frame");
_Static_assert(SLOTS >= 2 * SEND_RING_BATCH, "a batch is put while the one before it is sent");

/* How often a batch is offered to a link that has no room, and how long it may take until a slot is
 * given back: far longer than any of it takes, so that the thread never stands still for ever. */
#define TRIES_MAX 100
#define SLOT_WAIT_NS NS_PER_S

int send_ring_open(struct send_ring *ring, unsigned ifindex, struct error *error)
{
	static const struct shared_ring_spec spec = {
		.of = "frames to send",
		.slot_bytes = SLOT_BYTES,
		.slots = SLOTS,
		.socket_type = SOCK_RAW,
		.sends = true,
		.has_vnet_header = true,
	};
	*ring = (struct send_ring){.next = 0};
	return shared_ring_open(&ring->shared, &spec, ifindex, error);
}

static struct tpacket2_hdr *slot_at(const struct send_ring *ring, size_t place)
{
	return shared_ring_slot(&ring->shared, place);
}

/* Whether the kernel took all that were put. */
static bool is_all_taken(struct send_ring *ring)
{
	const uint32_t refused = TP_STATUS_SEND_REQUEST | TP_STATUS_WRONG_FORMAT;
	while (ring->taken != ring->next &&
		!(shared_ring_status(slot_at(ring, ring->taken)) & refused))
		ring->taken++;
	return ring->taken == ring->next;
}

/* They are lost, as on a wire. The kernel goes on at the first of their slots. */
static void frames_withdraw(struct send_ring *ring)
{
	for (; ring->next != ring->taken; ring->unsent++)
		shared_ring_status_set(slot_at(ring, --ring->next), TP_STATUS_AVAILABLE);
}

/* The first call does not wait: one that does returns when the kernel has given all slots back
 * (net/packet/af_packet.c, tpacket_snd()). A link has no room where the backlog of its other end is
 * full. */
void send_ring_flush(struct send_ring *ring)
{
	for (unsigned tries = 0; !is_all_taken(ring); tries++) {
		if (tries > 0)
			sched_yield();
		ssize_t sent = send(ring->shared.fd, NULL, 0, tries == 0 ? MSG_DONTWAIT : 0);
		bool may_pass = sent != -1 || errno == EAGAIN || errno == ENOBUFS || errno == EINTR;
		if (!is_all_taken(ring) && (!may_pass || tries == TRIES_MAX))
			frames_withdraw(ring);
	}
}

static bool is_free(const struct send_ring *ring)
{
	return shared_ring_status(slot_at(ring, ring->next)) == TP_STATUS_AVAILABLE;
}

/* The slot is not free where the packet made of it a lap ago has not yet reached the other end's
 * IP. poll(2) does not wait for that: the socket is writable while half of its buffer is free
 * (net/packet/af_packet.c, packet_poll()), whatever the slots are. */
static bool slot_wait(struct send_ring *ring)
{
	uint64_t deadline_ns = clock_now_ns() + SLOT_WAIT_NS;
	send_ring_flush(ring);
	while (!is_free(ring) && clock_now_ns() < deadline_ns)
		sched_yield();
	return is_free(ring);
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
	shared_ring_status_set(slot, TP_STATUS_SEND_REQUEST);
	if (ring->next - ring->taken == SEND_RING_BATCH)
		send_ring_flush(ring);
}
