#include "bench/network/shared_ring.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static size_t ring_bytes(const struct shared_ring *ring)
{
	return ring->slot_bytes * ring->slots;
}

static int option_set(const struct shared_ring *ring, int option, const void *value, size_t size)
{
	return setsockopt(ring->fd, SOL_PACKET, option, value, (socklen_t)size);
}

static int option_switch_on(const struct shared_ring *ring, int option)
{
	const int yes = 1;
	return option_set(ring, option, &yes, sizeof(yes));
}

/* Protocol 0 receives nothing until bind(2), so the filter is there first. A socket of all
 * protocols is shown what is sent, too, unless it says otherwise. */
static int socket_open(struct shared_ring *ring, const struct shared_ring_spec *spec)
{
	const int version = TPACKET_V2;
	const int way = spec->sends ? PACKET_QDISC_BYPASS : PACKET_IGNORE_OUTGOING;
	ring->fd = socket(AF_PACKET, spec->socket_type | SOCK_CLOEXEC, 0);
	if (ring->fd == -1 || (spec->filter && shared_ring_filter(ring, spec->filter) == -1) ||
		(spec->has_vnet_header && option_switch_on(ring, PACKET_VNET_HDR) == -1) ||
		(!spec->sees_sent && option_switch_on(ring, way) == -1))
		return -1;
	return option_set(ring, PACKET_VERSION, &version, sizeof(version));
}

static int ring_map(struct shared_ring *ring, const struct shared_ring_spec *spec, unsigned ifindex)
{
	const struct tpacket_req request = {
		.tp_block_size = SHARED_RING_BLOCK_BYTES,
		.tp_block_nr = (unsigned)(ring_bytes(ring) / SHARED_RING_BLOCK_BYTES),
		.tp_frame_size = (unsigned)ring->slot_bytes,
		.tp_frame_nr = (unsigned)ring->slots,
	};
	const struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(spec->protocol),
		.sll_ifindex = (int)ifindex,
	};
	if (option_set(ring, spec->sends ? PACKET_TX_RING : PACKET_RX_RING, &request,
		    sizeof(request)) == -1)
		return -1;
	void *bytes = mmap(NULL, ring_bytes(ring), PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
	if (bytes == MAP_FAILED)
		return -1;
	ring->bytes = bytes;
	return bind(ring->fd, (const struct sockaddr *)&address, sizeof(address));
}

int shared_ring_open(struct shared_ring *ring, const struct shared_ring_spec *spec,
	unsigned ifindex, struct error *error)
{
	*ring = (struct shared_ring){
		.fd = -1, .slot_bytes = spec->slot_bytes, .slots = spec->slots};
	if (socket_open(ring, spec) == -1 || ring_map(ring, spec, ifindex) == -1) {
		error_set_errno(error, STATUS_HOST_CANNOT, "cannot open a ring of %s%s", spec->of,
			errno == EPERM ? " (needs CAP_NET_RAW, which root has)" : "");
		shared_ring_close(ring);
		return -1;
	}
	return 0;
}

void shared_ring_close(struct shared_ring *ring)
{
	if (ring->bytes)
		munmap(ring->bytes, ring_bytes(ring));
	if (ring->fd != -1)
		close(ring->fd);
	*ring = (struct shared_ring){.fd = -1};
}

int shared_ring_filter(const struct shared_ring *ring, const struct sock_fprog *filter)
{
	return setsockopt(ring->fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, sizeof(*filter));
}

uint64_t shared_ring_lost(struct shared_ring *ring)
{
	/* PACKET_STATISTICS sets the kernel's numbers back to 0. */
	struct tpacket_stats stats;
	socklen_t size = sizeof(stats);
	if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0)
		ring->lost += stats.tp_drops;
	return ring->lost;
}
