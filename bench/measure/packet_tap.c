#include "bench/measure/packet_tap.h"

#include "bench/measure/mouths.h"
#include "bench/measure/port_set.h"
#include "bench/measure/response_tap.h"
#include "bench/measure/tcp_segment.h"
#include "common/clock.h"

#include <stdlib.h>
#include <string.h>

/* What is younger stays for the next poll: another ring may still get a segment that came
 * earlier. */
#define HOLD_BACK_NS (20 * NS_PER_MS)
#define PENDING_FIRST 4096
/* With so many connections that ended, the first closer is known; from then on a share will do. */
#define PLENTY 1000
/* So many segments that have several requests are looked at. */
#define SHARED_MOST 65536

struct packet_tap {
	struct mouth mouths[MOUTHS];
	struct load_flow flow;
	struct first_closer *judge;
	struct other_connections *others;
	struct port_set *client_ports[2]; /* by the port's lowest bit */
	struct tcp_segment *pending;      /* by time */
	size_t pending_count, pending_capacity;
	uint64_t segments;
	uint64_t first_syn_ns, last_syn_ns; /* by the clock of the packets */
	uint64_t lost;                      /* without memory */
	uint32_t share, narrow_to;
	uint64_t narrowed_after;
	bool sees_data; /* of the client */
	struct response_tap responses;
	uint32_t request_bytes; /* most that a packet has whose data is one request */
	uint64_t shared;        /* segments of several requests */
	uint32_t servers_met;   /* a bit for each of the server's addresses */
};

static struct tcp_segment_filter filter_of(const struct packet_tap *tap, enum td_who end)
{
	size_t size;
	uint32_t beside;
	const struct address address = network_beside_address(tap->flow.network);
	const uint8_t *bytes = address_bytes(&address, &size);
	memcpy(&beside, bytes + size - sizeof(beside), sizeof(beside));
	return (struct tcp_segment_filter){.arrives_at = end,
		.is_shared = tap->flow.network->is_shared,
		.server_port = tap->flow.server_port,
		.share = tap->share,
		.sees_data = tap->sees_data,
		.request_bytes = tap->request_bytes,
		.beside = ntohl(beside)};
}

int packet_tap_see_responses(struct packet_tap *tap, bool heads, struct error *error)
{
	tap->responses.sees_heads = heads;
	return response_tap_open(&tap->responses, &tap->mouths[RESPONSES].ring, &tap->flow, error);
}

struct packet_tap *packet_tap_create(
	const struct load_flow *flow, uint32_t share, struct error *error)
{
	struct packet_tap *tap = calloc(1, sizeof(*tap));
	if (!tap) {
		error_set_errno(error, STATUS_FAILED, "packet tap");
		return NULL;
	}
	tap->flow = *flow;
	tap->share = 1;
	tap->sees_data = true;
	tap->narrow_to = share;
	mouths_init(tap->mouths);
	tap->judge = first_closer_create();
	tap->others = other_connections_create();
	tap->client_ports[0] = port_set_create();
	tap->client_ports[1] = port_set_create();
	bool has_memory = tap->judge && tap->others && tap->client_ports[0] && tap->client_ports[1];
	if (!has_memory)
		error_set_errno(error, STATUS_FAILED, "packet tap");
	const struct tcp_segment_filter at_server = filter_of(tap, TD_SERVER),
					at_client = filter_of(tap, TD_CLIENT);
	if (!has_memory || mouths_open(tap->mouths, flow, &at_server, &at_client, error) == -1) {
		packet_tap_destroy(tap);
		return NULL;
	}
	return tap;
}

void packet_tap_destroy(struct packet_tap *tap)
{
	if (!tap)
		return;
	mouths_close(tap->mouths);
	first_closer_destroy(tap->judge);
	other_connections_destroy(tap->others);
	port_set_destroy(tap->client_ports[0]);
	port_set_destroy(tap->client_ports[1]);
	free(tap->pending);
	free(tap);
}

static void link_filter(struct packet_tap *tap, size_t mouth, enum td_who arrives_at)
{
	const struct tcp_segment_filter other = filter_of(tap, arrives_at);
	mouth_filter(&tap->mouths[mouth], &other);
}

/* The judge narrows even where a filter stays as it is, and then is only given more to ignore. */
static void narrow(struct packet_tap *tap)
{
	tap->narrowed_after = first_closer_ended(tap->judge);
	tap->share = tap->narrow_to;
	link_filter(tap, LINK_AT_SERVER, TD_SERVER);
	link_filter(tap, LINK_AT_CLIENT, TD_CLIENT);
	response_tap_narrow(&tap->responses, tap->share);
	first_closer_narrow(tap->judge, tap->share);
}

static bool pending_reserve(struct packet_tap *tap)
{
	if (tap->pending_count < tap->pending_capacity)
		return true;
	size_t capacity = tap->pending_capacity ? 2 * tap->pending_capacity : PENDING_FIRST;
	struct tcp_segment *grown = realloc(tap->pending, capacity * sizeof(*tap->pending));
	if (!grown)
		return false;
	tap->pending = grown;
	tap->pending_capacity = capacity;
	return true;
}

/* Within one ring, too, two processors may have swapped neighbours: each goes to its place by time.
 */
static void pending_insert(struct packet_tap *tap, const struct tcp_segment *segment)
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

static void rings_drain(struct packet_tap *tap)
{
	struct packet_view view;
	for (struct mouth *mouth; (mouth = mouths_oldest(tap->mouths, &view));) {
		struct tcp_segment segment;
		bool is_response = mouth == &tap->mouths[RESPONSES];
		if (is_response ? response_tap_take(&tap->responses, &view, &segment)
				: tcp_segment_parse(
					  view.bytes, view.length, view.cut_bytes, &segment)) {
			segment.at_ns = view.at_ns;
			segment.sender = mouth->sender;
			segment.receiver = mouth->receiver;
			pending_insert(tap, &segment);
		}
		packet_ring_release(&mouth->ring);
	}
}

static bool is_of_the_load(const struct packet_tap *tap, const struct tcp_segment *segment)
{
	bool by_client = segment->sender == TD_CLIENT;
	const struct tcp_segment_end *server = by_client ? &segment->to : &segment->from;
	const struct tcp_segment_end *client = by_client ? &segment->from : &segment->to;
	return segment->sender != segment->receiver && segment->sender != TD_NONE &&
	       segment->receiver != TD_NONE && !network_is_beside_address(client->address) &&
	       load_flow_leads_to(&tap->flow, server->address, server->port);
}

static void syn_note(struct packet_tap *tap, const struct tcp_segment *segment)
{
	if (!segment->syn || segment->sender != TD_CLIENT)
		return;
	if (tap->first_syn_ns == 0)
		tap->first_syn_ns = segment->at_ns;
	tap->last_syn_ns = segment->at_ns;
	int met = network_server_index(tap->flow.network, segment->to.address);
	if (met >= 0)
		tap->servers_met |= 1u << met;
}

/* Of a segment with several requests, the first one says how long one is. Of a load with more of
 * them than are looked at, each passes for one. */
static void request_note(struct packet_tap *tap, struct first_closer_segment *seen,
	const struct tcp_segment *segment)
{
	tap->shared += seen->request_bytes > 0;
	if (tap->shared > SHARED_MOST)
		seen->request_bytes = 0;
	uint32_t others = seen->request_bytes ? seen->payload - seen->request_bytes : 0;
	if (segment->packet_bytes - others > tap->request_bytes)
		tap->request_bytes = segment->packet_bytes - others;
}

static void response_judge(struct packet_tap *tap, const struct tcp_segment *segment,
	const struct first_closer_segment *seen)
{
	if (!is_of_the_load(tap, segment))
		return;
	if (segment->server_hello.version)
		first_closer_see_hello(tap->judge, seen, &segment->server_hello);
	else
		first_closer_see_response(tap->judge, seen, &segment->head, segment->tail);
}

static void segment_judge(struct packet_tap *tap, const struct tcp_segment *segment)
{
	struct first_closer_segment seen = tcp_segment_of_load(segment);
	const uint32_t *server =
		seen.from == TD_CLIENT ? segment->to.address : segment->from.address;
	load_flow_pair(&tap->flow, seen.client_address, server, seen.client_address);
	seen.responses_are_whole = tap->responses.is_whole;
	if (segment->is_of_responses) {
		response_judge(tap, segment, &seen);
		return;
	}
	if (!is_of_the_load(tap, segment)) {
		other_connections_see(tap->others, segment);
		return;
	}
	if (seen.begins_request)
		request_note(tap, &seen, segment);
	first_closer_see(tap->judge, &seen);
	if (seen.syn && seen.from == TD_CLIENT &&
		port_set_add(tap->client_ports[seen.client_port & 1], seen.client_address,
			seen.client_port) == -1)
		tap->lost++;
	syn_note(tap, segment);
	tap->segments += segment->syn || segment->fin || segment->rst;
}

/* What was looked at is looked at no more: requests no larger than one before, and in the end any
 * data. */
static void data_filter(struct packet_tap *tap, uint32_t request_bytes_before)
{
	bool sees_data = first_closer_late(tap->judge)->rests < LATE_REQUEST_RESTS_MOST;
	if (sees_data == tap->sees_data && tap->request_bytes == request_bytes_before)
		return;
	tap->sees_data = sees_data;
	link_filter(tap, LINK_AT_SERVER, TD_SERVER);
}

static void pending_judge(struct packet_tap *tap, uint64_t before_ns)
{
	size_t count = 0;
	while (count < tap->pending_count && tap->pending[count].at_ns < before_ns)
		segment_judge(tap, &tap->pending[count++]);
	tap->pending_count -= count;
	if (count > 0)
		memmove(tap->pending, tap->pending + count,
			tap->pending_count * sizeof(*tap->pending));
}

static uint64_t real_now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return clock_timespec_ns(&now);
}

/* An instant of CLOCK_MONOTONIC by the clock of the packets. */
static uint64_t real_ns(uint64_t monotonic_ns)
{
	return real_now_ns() - (clock_now_ns() - monotonic_ns);
}

void packet_tap_begin(struct packet_tap *tap, uint64_t at_ns)
{
	other_connections_begin(tap->others, real_ns(at_ns));
}

void packet_tap_poll(struct packet_tap *tap)
{
	uint64_t now_ns = real_now_ns();
	uint32_t request_bytes = tap->request_bytes;
	rings_drain(tap);
	response_tap_bound(&tap->responses);
	pending_judge(tap, now_ns - HOLD_BACK_NS);
	data_filter(tap, request_bytes);
	if (tap->share != tap->narrow_to && first_closer_ended(tap->judge) >= PLENTY)
		narrow(tap);
}

uint32_t packet_tap_share(const struct packet_tap *tap)
{
	return tap->share;
}

bool packet_tap_sees_data(const struct packet_tap *tap)
{
	return tap->sees_data;
}

/* An instant of the packets by CLOCK_MONOTONIC; 0 stays. */
static void monotonic_make(uint64_t *at_ns)
{
	if (*at_ns != 0)
		*at_ns = clock_now_ns() - (real_now_ns() - *at_ns);
}

uint64_t packet_tap_first_syn_ns(const struct packet_tap *tap)
{
	uint64_t at_ns = tap ? tap->first_syn_ns : 0;
	monotonic_make(&at_ns);
	return at_ns;
}

static void races_take(const struct packet_tap *tap, struct packet_tap_report *report)
{
	struct late_requests *late = &report->counts.late;
	if (!tap->sees_data || late->rests >= LATE_REQUEST_RESTS_MOST) {
		*late = (struct late_requests){.is_hidden = true, .rests = late->rests};
		report->counts.responses.late = (struct response_closes){.announced = 0};
		report->counts.responses.omissions = (struct response_omissions){.kept = 0};
	}
	monotonic_make(&late->first_ns);
	monotonic_make(&report->counts.late_data.first_ns);
	monotonic_make(&report->counts.responses.cuts.first_ns);
	monotonic_make(&report->counts.responses.omissions.first_ns);
	monotonic_make(&report->counts.responses.surplus.first_ns);
	monotonic_make(&report->counts.leaving.first_ns);
	monotonic_make(&report->counts.leaving.closed_first_ns);
	monotonic_make(&report->counts.leaving.unasked_first_ns);
	monotonic_make(&report->counts.leaving.reset_first_ns);
	monotonic_make(&report->counts.leaving.waited_until_ns);
	monotonic_make(&report->others.server.races.first_ns);
	monotonic_make(&report->others.client.races.first_ns);
}

void packet_tap_finish(struct packet_tap *tap, uint64_t at_ns, struct packet_tap_report *report)
{
	rings_drain(tap);
	response_tap_bound(&tap->responses);
	other_connections_end(tap->others, real_ns(at_ns));
	pending_judge(tap, UINT64_MAX);
	first_closer_finish(tap->judge, &report->counts);
	report->counts.responses.is_looked_at = tap->responses.sees_heads;
	report->counts.responses.is_partial = tap->responses.sees_heads && !tap->responses.is_whole;
	other_connections_finish(tap->others, &report->others);
	races_take(tap, report);
	report->first_syn_ns = tap->first_syn_ns;
	report->last_syn_ns = tap->last_syn_ns;
	monotonic_make(&report->first_syn_ns);
	monotonic_make(&report->last_syn_ns);
	report->segments = tap->segments;
	report->servers_met = (uint32_t)__builtin_popcount(tap->servers_met);
	report->even_client_ports = port_set_count(tap->client_ports[0]);
	report->client_ports = report->even_client_ports + port_set_count(tap->client_ports[1]);
	report->lost = tap->lost + report->others.forgotten;
	/* A head that found its ring full is told of as one that was not looked at. */
	for (size_t i = 0; i < RESPONSES; i++)
		report->lost += shared_ring_lost(&tap->mouths[i].ring.shared);
	report->share = tap->share;
	report->narrowed_after = tap->narrowed_after;
}

uint64_t packet_tap_others_accepted_by(const struct packet_tap *tap, uint64_t at_ns)
{
	return other_connections_accepted_by(tap->others, real_ns(at_ns));
}

uint64_t packet_tap_refused(const struct packet_tap *tap, uint64_t from_ns, uint64_t until_ns)
{
	return first_closer_refused(tap->judge, real_ns(from_ns), real_ns(until_ns));
}
