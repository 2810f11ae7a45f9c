/* A ring of slots that a packet socket shares with the kernel (packet(7), TPACKET_V2): frames that
 * arrive on a link are read there, or frames are put there to be sent. */
#ifndef BENCH_NETWORK_SHARED_RING_H
#define BENCH_NETWORK_SHARED_RING_H

#include "common/error.h"

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A ring is a whole number of blocks, and a block of slots. */
#define SHARED_RING_BLOCK_BYTES 65536

struct shared_ring_spec {
	const char *of;    /* what is in the ring: for messages. Required. */
	size_t slot_bytes; /* with what the kernel writes before a frame; a power of 2. Required. */
	size_t slots;      /* a power of 2. Required. */
	int socket_type; /* SOCK_RAW or SOCK_DGRAM: with or without the link's header. Required. */
	bool sends;      /* Optional: default it is read. */
	/* What this host sends is read, too; only of all protocols. Optional: default it is not. */
	bool sees_sent;
	uint16_t protocol; /* an EtherType that is read. Optional: default nothing arrives. */
	/* A virtio_net_hdr stands before each frame (PACKET_VNET_HDR): SOCK_RAW alone. Optional:
	 * default none. */
	bool has_vnet_header;
	/* What it drops never enters. Optional: default all enters. */
	const struct sock_fprog *filter;
};

struct shared_ring {
	int fd;
	uint8_t *bytes; /* NULL: not open */
	size_t slot_bytes, slots;
	uint64_t lost;
};

/* On a link of the calling thread's namespace. Returns 0, or -1 with nothing open. */
int shared_ring_open(struct shared_ring *ring, const struct shared_ring_spec *spec,
	unsigned ifindex, struct error *error);

/* One that is not open is tolerated. */
void shared_ring_close(struct shared_ring *ring);

/* Another filter from now on; what is in the ring stays. Returns 0 or -1, with the filter of
 * before. */
int shared_ring_filter(const struct shared_ring *ring, const struct sock_fprog *filter);

/* Frames that found the ring full, since it was opened. */
uint64_t shared_ring_lost(struct shared_ring *ring);

/* Places go on behind the ring's end: the first slot comes again. */
static inline struct tpacket2_hdr *shared_ring_slot(const struct shared_ring *ring, size_t place)
{
	return (struct tpacket2_hdr *)(ring->bytes +
				       (place & (ring->slots - 1)) * ring->slot_bytes);
}

static inline uint32_t shared_ring_status(const struct tpacket2_hdr *slot)
{
	return __atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE);
}

static inline void shared_ring_status_set(struct tpacket2_hdr *slot, uint32_t status)
{
	__atomic_store_n(&slot->tp_status, status, __ATOMIC_RELEASE);
}

#endif
