#include "bench/measure/packet_tap.h"

#include "bench/measure/packet_ring.h"
#include "bench/measure/tcp_segment.h"
#include "bench/network/netns.h"
#include "common/clock.h"

#include <stdlib.h>
#include <string.h>

/* What is younger stays for the next poll: the other ring may still get a segment that came
 * earlier. */
#define HOLD_BACK_NS (20 * NS_PER_MS)
#define PENDING_FIRST 4096
/* With so many connections that ended, the first closer is known; from then on a share will do. */
#define PLENTY 1000

struct packet_tap {
	struct packet_ring server, client; /* named for the end where the segments arrive */
	struct first_closer *judge;
	struct first_closer_segment *pending; /* by time */
	size_t pending_count, pending_capacity;
	uint64_t segments;
	uint64_t lost; /* without memory */
	uint16_t server_port;
	uint32_t share, narrow_to;
	uint64_t narrowed_after;
};

/* One end, to open a ring there. */
struct tap {
	struct packet_ring *ring;
	unsigned ifindex;
	int family; /* AF_INET or AF_INET6 */
	struct tcp_segment_filter filter;
};

static int tap_open(void *argument, struct error *error)
{
	const struct tap *tap = argument;
	struct sock_filter code[TCP_SEGMENT_FILTER_SIZE];
	const struct sock_fprog filter = tcp_segment_filter_write(&tap->filter, code);
	return packet_ring_open(tap->ring, tap->ifindex, tap->family, &filter, error);
}

struct packet_tap *packet_tap_create(
	const struct network *network, uint16_t server_port, uint32_t share, struct error *error)
{
	struct packet_tap *tap = calloc(1, sizeof(*tap));
	if (!tap) {
		error_set_errno(error, STATUS_FAILED, "packet tap");
		return NULL;
	}
	tap->server_port = server_port;
	tap->share = 1;
	tap->narrow_to = share;
	tap->server.fd = tap->client.fd = -1;
	tap->judge = first_closer_create();
	int family = address_family(&network->server_address);
	struct tap at_server = {
		&tap->server, network->server_ifindex, family, {TD_SERVER, server_port, 1}};
	struct tap at_client = {
		&tap->client, network->client_ifindex, family, {TD_CLIENT, server_port, 1}};
	if (!tap->judge)
		error_set_errno(error, STATUS_FAILED, "packet tap");
	if (!tap->judge || netns_run(network->server_netns, tap_open, &at_server, error) == -1 ||
		netns_run(network->client_netns, tap_open, &at_client, error) == -1) {
		packet_tap_destroy(tap);
		return NULL;
	}
	return tap;
}

static void ring_narrow(struct packet_tap *tap, struct packet_ring *ring, enum td_who arrives_at)
{
	const struct tcp_segment_filter narrower = {arrives_at, tap->server_port, tap->share};
	struct sock_filter code[TCP_SEGMENT_FILTER_SIZE];
	const struct sock_fprog filter = tcp_segment_filter_write(&narrower, code);
	packet_ring_filter(ring, &filter);
}

/* The judge narrows even where a filter stays as it is, and then is only given more to ignore. */
static void narrow(struct packet_tap *tap)
{
	tap->narrowed_after = first_closer_ended(tap->judge);
	tap->share = tap->narrow_to;
	ring_narrow(tap, &tap->server, TD_SERVER);
	ring_narrow(tap, &tap->client, TD_CLIENT);
	first_closer_narrow(tap->judge, tap->share);
}

void packet_tap_destroy(struct packet_tap *tap)
{
	if (!tap)
		return;
	packet_ring_close(&tap->server);
	packet_ring_close(&tap->client);
	first_closer_destroy(tap->judge);
	free(tap->pending);
	free(tap);
}

static bool pending_reserve(struct packet_tap *tap)
{
	if (tap->pending_count < tap->pending_capacity)
		return true;
	size_t capacity = tap->pending_capacity ? 2 * tap->pending_capacity : PENDING_FIRST;
	struct first_closer_segment *grown =
		realloc(tap->pending, capacity * sizeof(*tap->pending));
	if (!grown)
		return false;
	tap->pending = grown;
	tap->pending_capacity = capacity;
	return true;
}

/* Within one ring, too, two processors may have swapped neighbours: each goes to its place by time.
 */
static void pending_insert(struct packet_tap *tap, const struct first_closer_segment *segment)
{
	if (!pending_reserve(tap)) {
		tap->lost++;
		return;
	}
	size_t at = tap->pending_count++;
	for (; at > 0 && tap->pending[at - 1].at_ns > segment->at_ns; at--)
		tap->pending[at] = tap->pending[at - 1];
	tap->pending[at] = *segment;
}

/* Empties both rings, the older of their heads first. */
static void rings_drain(struct packet_tap *tap)
{
	for (;;) {
		struct packet_view at_server, at_client;
		struct first_closer_segment segment;
		bool server = packet_ring_peek(&tap->server, &at_server);
		bool client = packet_ring_peek(&tap->client, &at_client);
		if (!server && !client)
			return;
		bool take_server = server && (!client || at_server.at_ns <= at_client.at_ns);
		const struct packet_view *packet = take_server ? &at_server : &at_client;
		if (tcp_segment_parse(packet->bytes, packet->length,
			    take_server ? TD_CLIENT : TD_SERVER, &segment)) {
			segment.at_ns = packet->at_ns;
			pending_insert(tap, &segment);
		}
		packet_ring_release(take_server ? &tap->server : &tap->client);
	}
}

static void pending_judge(struct packet_tap *tap, uint64_t before_ns)
{
	size_t count = 0;
	while (count < tap->pending_count && tap->pending[count].at_ns < before_ns)
		first_closer_see(tap->judge, &tap->pending[count++]);
	tap->segments += count;
	tap->pending_count -= count;
	if (count > 0)
		memmove(tap->pending, tap->pending + count,
			tap->pending_count * sizeof(*tap->pending));
}

void packet_tap_poll(struct packet_tap *tap)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	rings_drain(tap);
	pending_judge(tap, clock_timespec_ns(&now) - HOLD_BACK_NS);
	if (tap->share != tap->narrow_to && first_closer_ended(tap->judge) >= PLENTY)
		narrow(tap);
}

uint32_t packet_tap_share(const struct packet_tap *tap)
{
	return tap->share;
}

void packet_tap_finish(struct packet_tap *tap, struct packet_tap_report *report)
{
	rings_drain(tap);
	pending_judge(tap, UINT64_MAX);
	first_closer_finish(tap->judge, &report->counts);
	report->segments = tap->segments;
	report->lost = tap->lost + packet_ring_lost(&tap->server) + packet_ring_lost(&tap->client);
	report->share = tap->share;
	report->narrowed_after = tap->narrowed_after;
}
