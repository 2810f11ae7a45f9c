#include "bench/wire/frame_ring.h"

#include "common/clock.h"

#include <linux/if_ether.h>
#include <sys/socket.h>

/* Slots have room for what some connections have on their way (tcp_rmem: 6 MB each). A ring of
 * 1024 slots, or one of slots of 1600 bytes, took the relay as much time a frame. */
int frame_ring_open(struct frame_ring *ring, unsigned ifindex, struct error *error)
{
	static const struct shared_ring_spec spec = {
		.of = "frames",
		.slot_bytes = 2048,
		.slots = 8192,
		.socket_type = SOCK_RAW,
		.protocol = ETH_P_ALL,
	};
	*ring = (struct frame_ring){.next = 0};
	return shared_ring_open(&ring->shared, &spec, ifindex, error);
}

/* The next one; NULL: none. */
static struct tpacket2_hdr *next_slot(const struct frame_ring *ring)
{
	struct tpacket2_hdr *slot = shared_ring_slot(&ring->shared, ring->next);
	bool is_there = ring->next - ring->released != ring->shared.slots &&
			(shared_ring_status(slot) & TP_STATUS_USER);
	return is_there ? slot : NULL;
}

/* A thread that stands still between the two clocks makes arrivals later, never earlier. */
static void clocks_compare(struct frame_ring *ring)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	ring->ahead_ns = clock_timespec_ns(&now) - clock_now_ns();
}

/* The kernel's time is that of the host's clock, which may be set: no frame arrived before the one
 * that was read before it. */
static void arrival_take(struct frame_ring *ring, const struct tpacket2_hdr *slot)
{
	uint64_t at_ns = (uint64_t)slot->tp_sec * NS_PER_S + slot->tp_nsec - ring->ahead_ns;
	if (at_ns > ring->arrived_ns)
		ring->arrived_ns = at_ns;
}

bool frame_ring_read(struct frame_ring *ring, struct iovec *frame)
{
	struct tpacket2_hdr *slot = next_slot(ring);
	if (!slot)
		return false;
	if (ring->next == ring->released)
		clocks_compare(ring);
	arrival_take(ring, slot);
	*frame = (struct iovec){(uint8_t *)slot + slot->tp_mac, slot->tp_snaplen};
	ring->next++;
	return true;
}

void frame_ring_release(struct frame_ring *ring)
{
	for (; ring->released != ring->next; ring->released++)
		shared_ring_status_set(
			shared_ring_slot(&ring->shared, ring->released), TP_STATUS_KERNEL);
}
