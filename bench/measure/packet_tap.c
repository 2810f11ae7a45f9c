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

struct witness {
	struct packet_ring server, client; /* named for the end where the segments arrive */
	struct first_closer *judge;
	struct first_closer_segment *pending; /* by time */
	size_t pending_count, pending_capacity;
	uint64_t segments;
	uint64_t lost; /* without memory */
	uint32_t share;
};

struct tap {
	struct packet_ring *ring;
	unsigned ifindex;
	enum td_who arrives_at;
	uint16_t server_port;
	uint32_t share;
};

/* On the way to the server the SYN counts; the SYN-ACK of the other way says nothing that is
 * judged. */
static int tap_open(void *argument, struct error *error)
{
	const struct tap *tap = argument;
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
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, tap->server_port, 0, 5),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, client_port_at),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 1),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, tap->share - 1),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog filter = {sizeof(code) / sizeof(code[0]), code};
	return packet_ring_open(tap->ring, tap->ifindex, &filter, error);
}

struct witness *witness_create(
	const struct network *network, uint16_t server_port, uint32_t share, struct error *error)
{
	struct witness *witness = calloc(1, sizeof(*witness));
	if (!witness) {
		error_set_errno(error, STATUS_FAILED, "witness");
		return NULL;
	}
	witness->share = share;
	witness->server.fd = witness->client.fd = -1;
	witness->judge = first_closer_create();
	struct tap at_server = {
		&witness->server, network->server_ifindex, TD_SERVER, server_port, share};
	struct tap at_client = {
		&witness->client, network->client_ifindex, TD_CLIENT, server_port, share};
	if (!witness->judge)
		error_set_errno(error, STATUS_FAILED, "witness");
	if (!witness->judge ||
		netns_run(network->server_netns, tap_open, &at_server, error) == -1 ||
		netns_run(network->client_netns, tap_open, &at_client, error) == -1) {
		witness_destroy(witness);
		return NULL;
	}
	return witness;
}

void witness_destroy(struct witness *witness)
{
	if (!witness)
		return;
	packet_ring_close(&witness->server);
	packet_ring_close(&witness->client);
	first_closer_destroy(witness->judge);
	free(witness->pending);
	free(witness);
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

static bool pending_reserve(struct witness *witness)
{
	if (witness->pending_count < witness->pending_capacity)
		return true;
	size_t capacity = witness->pending_capacity ? 2 * witness->pending_capacity : PENDING_FIRST;
	struct first_closer_segment *grown =
		realloc(witness->pending, capacity * sizeof(*witness->pending));
	if (!grown)
		return false;
	witness->pending = grown;
	witness->pending_capacity = capacity;
	return true;
}

/* Within one ring, too, two processors may have swapped neighbours: each goes to its place by time.
 */
static void pending_insert(struct witness *witness, const struct first_closer_segment *segment)
{
	if (!pending_reserve(witness)) {
		witness->lost++;
		return;
	}
	size_t at = witness->pending_count++;
	for (; at > 0 && witness->pending[at - 1].at_ns > segment->at_ns; at--)
		witness->pending[at] = witness->pending[at - 1];
	witness->pending[at] = *segment;
}

/* Empties both rings, the older of their heads first. */
static void rings_drain(struct witness *witness)
{
	for (;;) {
		struct packet_view at_server, at_client;
		struct first_closer_segment segment;
		bool server = packet_ring_peek(&witness->server, &at_server);
		bool client = packet_ring_peek(&witness->client, &at_client);
		if (!server && !client)
			return;
		bool take_server = server && (!client || at_server.at_ns <= at_client.at_ns);
		if (segment_parse(take_server ? &at_server : &at_client,
			    take_server ? TD_CLIENT : TD_SERVER, &segment))
			pending_insert(witness, &segment);
		packet_ring_release(take_server ? &witness->server : &witness->client);
	}
}

static void pending_judge(struct witness *witness, uint64_t before_ns)
{
	size_t count = 0;
	while (count < witness->pending_count && witness->pending[count].at_ns < before_ns)
		first_closer_see(witness->judge, &witness->pending[count++]);
	witness->segments += count;
	witness->pending_count -= count;
	if (count > 0)
		memmove(witness->pending, witness->pending + count,
			witness->pending_count * sizeof(*witness->pending));
}

void witness_poll(struct witness *witness)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	rings_drain(witness);
	pending_judge(witness, clock_timespec_ns(&now) - HOLD_BACK_NS);
}

void witness_finish(struct witness *witness, struct witness_report *report)
{
	rings_drain(witness);
	pending_judge(witness, UINT64_MAX);
	first_closer_finish(witness->judge, &report->counts);
	report->segments = witness->segments;
	report->lost = witness->lost + packet_ring_lost(&witness->server) +
		       packet_ring_lost(&witness->client);
	report->share = witness->share;
}
