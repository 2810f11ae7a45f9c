#include "bench/wire/frame_ring.h"

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

bool frame_ring_read(struct frame_ring *ring, struct iovec *frame)
{
	struct tpacket2_hdr *slot = shared_ring_slot(&ring->shared, ring->next);
	if (ring->next - ring->released == ring->shared.slots ||
		!(shared_ring_status(slot) & TP_STATUS_USER))
		return false;
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
