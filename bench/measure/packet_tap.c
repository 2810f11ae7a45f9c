#include "bench/measure/packet_tap.h"

#include "bench/measure/packet_ring.h"
#include "bench/network/netns.h"
#include "common/clock.h"

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
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
	struct packet_tap *tap;
	struct packet_ring *ring;
	unsigned ifindex;
	enum td_who arrives_at;
};

typedef int filter_use(struct packet_ring *ring, const struct tap *tap,
	const struct sock_fprog *filter, struct error *error);

/* On the way to the server the SYN counts; the SYN-ACK of the other way says nothing that is
 * judged. */
static int filter_make(const struct tap *tap, filter_use *use, struct error *error)
{
	bool at_server = tap->arrives_at == TD_SERVER;
	uint32_t flags = TH_FIN | TH_RST | (at_server ? TH_SYN : 0);
	uint32_t server_port_at = at_server ? 2 : 0, client_port_at = at_server ? 0 : 2;
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, offsetof(struct iphdr, protocol)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 12),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct iphdr, frag_off)),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, IP_OFFMASK, 10, 0),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), /* X: the IPv4 header's length */
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, offsetof(struct tcphdr, th_flags)),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, flags, 0, 7),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, server_port_at),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, tap->tap->server_port, 0, 5),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, client_port_at),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 1),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, tap->tap->share - 1),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog filter = {sizeof(code) / sizeof(code[0]), code};
	return use(tap->ring, tap, &filter, error);
}

static int ring_open(struct packet_ring *ring, const struct tap *tap,
	const struct sock_fprog *filter, struct error *error)
{
	return packet_ring_open(ring, tap->ifindex, filter, error);
}

static int ring_filter(struct packet_ring *ring, const struct tap *tap,
	const struct sock_fprog *filter, struct error *error)
{
	return packet_ring_filter(ring, filter);
}

static int tap_open(void *argument, struct error *error)
{
	return filter_make(argument, ring_open, error);
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
	struct tap at_server = {tap, &tap->server, network->server_ifindex, TD_SERVER};
	struct tap at_client = {tap, &tap->client, network->client_ifindex, TD_CLIENT};
	if (!tap->judge)
		error_set_errno(error, STATUS_FAILED, "packet tap");
	if (!tap->judge || netns_run(network->server_netns, tap_open, &at_server, error) == -1 ||
		netns_run(network->client_netns, tap_open, &at_client, error) == -1) {
		packet_tap_destroy(tap);
		return NULL;
	}
	return tap;
}

/* The judge narrows even where a filter stays as it is, and then is only given more to ignore. */
static void narrow(struct packet_tap *tap)
{
	struct tap at_server = {tap, &tap->server, 0, TD_SERVER};
	struct tap at_client = {tap, &tap->client, 0, TD_CLIENT};
	tap->narrowed_after = first_closer_ended(tap->judge);
	tap->share = tap->narrow_to;
	filter_make(&at_server, ring_filter, NULL);
	filter_make(&at_client, ring_filter, NULL);
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

/* False for what is not a whole header. */
static bool segment_parse(
	const struct packet_view *view, enum td_who from, struct first_closer_segment *segment)
{
	struct iphdr ip;
	struct tcphdr tcp;
	if (view->length < sizeof(ip))
		return false;
	memcpy(&ip, view->bytes, sizeof(ip));
	size_t ip_bytes = 4 * (size_t)ip.ihl;
	if (view->length < ip_bytes + sizeof(tcp))
		return false;
	memcpy(&tcp, view->bytes + ip_bytes, sizeof(tcp));
	size_t header_bytes = ip_bytes + 4 * (size_t)tcp.th_off;
	size_t total_bytes = ntohs(ip.tot_len);
	*segment = (struct first_closer_segment){
		.at_ns = view->at_ns,
		.from = from,
		.client_address = from == TD_CLIENT ? ip.saddr : ip.daddr,
		.client_port = ntohs(from == TD_CLIENT ? tcp.th_sport : tcp.th_dport),
		.seq = ntohl(tcp.th_seq),
		.ack = ntohl(tcp.th_ack),
		.payload = total_bytes > header_bytes ? (uint32_t)(total_bytes - header_bytes) : 0,
		.syn = (tcp.th_flags & TH_SYN) != 0,
		.fin = (tcp.th_flags & TH_FIN) != 0,
		.rst = (tcp.th_flags & TH_RST) != 0,
		.has_ack = (tcp.th_flags & TH_ACK) != 0,
	};
	return true;
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
		if (segment_parse(take_server ? &at_server : &at_client,
			    take_server ? TD_CLIENT : TD_SERVER, &segment))
			pending_insert(tap, &segment);
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
