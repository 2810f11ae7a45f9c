#include "bench/measure/first_closer.h"

#include "bench/measure/refusals.h"
#include "bench/measure/seen_connections.h"
#include "bench/statistics/histogram.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct first_closer {
	struct seen_connections seen;
	uint32_t share;
	uint64_t begun, open, open_most, ended;
	uint64_t last_syn_ns;
	struct first_closer_counts counts;
	struct refusals refusals;
	struct histogram *handshakes;
};

struct first_closer *first_closer_create(void)
{
	struct first_closer *judge = calloc(1, sizeof(*judge));
	if (!judge)
		return NULL;
	judge->share = 1;
	judge->handshakes = histogram_create();
	if (seen_connections_init(&judge->seen) == -1 || !judge->handshakes) {
		first_closer_destroy(judge);
		return NULL;
	}
	return judge;
}

void first_closer_destroy(struct first_closer *judge)
{
	if (!judge)
		return;
	refusals_finish(&judge->refusals);
	histogram_destroy(judge->handshakes);
	seen_connections_finish(&judge->seen);
	free(judge);
}

static struct seen_connection *connection_of(
	const struct first_closer *judge, const struct first_closer_segment *segment)
{
	return seen_connections_find(&judge->seen, segment->client_address, segment->client_port);
}

/* The SYN was answered with a RST: there was no connection. */
static bool is_refused(const struct seen_connection *entry)
{
	return entry->ending.refused;
}

static const struct tcp_ending_end *sent_by(
	const struct seen_connection *entry, enum tcp_ending_side side)
{
	return &entry->ending.ends[side];
}

static struct ending_side side_of(const struct seen_connection *entry, enum tcp_ending_side side)
{
	return (struct ending_side){sent_by(entry, side), entry->fin_ns[side], entry->rst_ns[side]};
}

/* A FIN has the sequence number behind the last byte, a SYN the one in front of the first. */
static void size_tally(struct first_closer_counts *counts, const struct seen_connection *entry)
{
	const struct tcp_ending_end *server = sent_by(entry, ENDING_SERVER),
				    *client = sent_by(entry, ENDING_CLIENT);
	if (!server->fin || !client->fin || !server->syn_ack)
		return;
	counts->sized++;
	counts->client_bytes += (uint32_t)(client->fin_seq - client->isn - 1);
	counts->server_bytes += (uint32_t)(server->fin_seq - server->isn - 1);
}

/* At its end a load closes what is open, and while one thread does so others may open theirs again:
 * that says nothing of how it closes. */
static bool client_is_midway(
	const struct first_closer *judge, const struct seen_connection *entry, enum td_who who)
{
	bool is_its_fin = tcp_ending_fins_crossed(&entry->ending) ||
			  (who == TD_CLIENT && sent_by(entry, ENDING_CLIENT)->fin);
	return is_its_fin && judge->begun - entry->begun_by_fin >= judge->open_most;
}

static void closer_tally(
	struct first_closer *judge, const struct seen_connection *entry, enum td_who who)
{
	struct first_closer_counts *counts = &judge->counts;
	counts->connections++;
	counts->server += who == TD_SERVER;
	counts->client += who == TD_CLIENT;
	counts->both += who == TD_BOTH;
	counts->by_reset +=
		!sent_by(entry, ENDING_SERVER)->fin && !sent_by(entry, ENDING_CLIENT)->fin;
	counts->fins_crossed += tcp_ending_fins_crossed(&entry->ending);
	counts->client_midway += client_is_midway(judge, entry, who);
}

/* The SYN met an older connection of the same ports, which the client reset, and no SYN-ACK came:
 * no connection began. Behind a NAT the next SYN may come from another of its ports. */
static bool is_unbegun(const struct seen_connection *entry)
{
	return entry->reset_old && !sent_by(entry, ENDING_SERVER)->syn_ack &&
	       ending_first_closer(&entry->ending) == TD_NONE;
}

static void entry_tally(struct first_closer *judge, const struct seen_connection *entry)
{
	if (entry->forgotten || is_refused(entry))
		return;
	struct first_closer_counts *counts = &judge->counts;
	if (is_unbegun(entry)) {
		counts->met_old++;
		return;
	}
	enum td_who who = ending_first_closer(&entry->ending);
	if (who == TD_NONE) {
		counts->undecided++;
		return;
	}
	const struct ending_side server = side_of(entry, ENDING_SERVER),
				 client = side_of(entry, ENDING_CLIENT);
	closer_tally(judge, entry, who);
	ending_tally(&counts->at_server, &server, &client);
	ending_tally(&counts->at_client, &client, &server);
	bool is_request =
		late_request_tally(&counts->late, &entry->rest, client.sent->isn, &server, &client);
	if (is_request)
		responses_tally_late(&counts->responses, &entry->response, &server);
	arrived_tally(&counts->arrived, &entry->late_data, client.sent);
	late_data_tally(&counts->late_data, &entry->late_data, is_request, &server);
	responses_tally(&counts->responses, &entry->response, &server, &client);
	if (entry->rest.seq == entry->rest.end)
		responses_tally_omitted(&counts->responses, &entry->response, &server, &client,
			counts->late.request_bytes);
	size_tally(counts, entry);
	if (server.sent->syn_ack)
		leaving_tally(&counts->leaving,
			&(struct leaving_start){entry->syn_ns, client.sent->isn, server.sent->isn},
			&server, &client, judge->last_syn_ns);
}

static void tally_leaving(void *context, const struct seen_connection *entry)
{
	struct first_closer *judge = context;
	judge->open -= !seen_connection_is_over(entry);
	entry_tally(judge, entry);
}

/* What the judge of endings looks at. */
static struct tcp_header header_of(const struct first_closer_segment *segment)
{
	unsigned flags = (segment->syn ? TCP_SYN : 0) | (segment->fin ? TCP_FIN : 0) |
			 (segment->rst ? TCP_RST : 0) | (segment->has_ack ? TCP_ACK : 0);
	return (struct tcp_header){
		.seq = segment->seq,
		.ack = segment->ack,
		.payload = segment->payload,
		.flags = (uint8_t)flags,
	};
}

static void entry_see(struct first_closer *judge, struct seen_connection *entry,
	const struct first_closer_segment *segment)
{
	bool was_over = seen_connection_is_over(entry), was_refused = is_refused(entry);
	const struct tcp_header header = header_of(segment);
	enum tcp_ending_side side = segment->from == TD_CLIENT ? ENDING_CLIENT : ENDING_SERVER;
	unsigned told = tcp_ending_see(&entry->ending, side, &header);
	if (told & TOLD_FIN)
		entry->fin_ns[side] = segment->at_ns;
	else if (told & TOLD_RST)
		entry->rst_ns[side] = segment->at_ns;
	if (told & TOLD_FIN && side == ENDING_CLIENT)
		entry->begun_by_fin = judge->begun;
	/* A first RST that answers the SYN is a refusal. */
	if (!was_refused && is_refused(entry))
		refusals_count(&judge->refusals, segment->at_ns);
	if (!was_over && seen_connection_is_over(entry)) {
		judge->open--;
		judge->ended += !is_refused(entry);
		entry->late_data.is_known = judge->counts.late.rests < LATE_REQUEST_RESTS_MOST;
	}
}

static void syn_see(struct first_closer *judge, const struct first_closer_segment *segment)
{
	seen_connections_make_room(&judge->seen, tally_leaving, judge);
	judge->last_syn_ns = segment->at_ns;
	struct seen_connection *entry = connection_of(judge, segment);
	const struct tcp_ending_end *client = sent_by(entry, ENDING_CLIENT);
	uint64_t first_syn_ns = segment->at_ns;
	if (!entry->used) {
		judge->seen.used++;
	} else if (client->isn != segment->seq) {
		entry_tally(judge, entry);
	} else {
		/* The SYN was sent again: there is no connection yet. A RST that was seen belongs
		 * to the remains of an earlier one, which the SYN met (RFC 9293, 3.5.2). */
		if (sent_by(entry, ENDING_SERVER)->fin || client->fin)
			return;
		judge->counts.met_old += entry->reset_old || client->rst;
		first_syn_ns = entry->first_syn_ns;
		judge->begun--;
	}
	judge->begun++;
	judge->open += !entry->used || seen_connection_is_over(entry);
	if (judge->open > judge->open_most)
		judge->open_most = judge->open;
	*entry = (struct seen_connection){.client_port = segment->client_port,
		.used = true,
		.syn_ns = segment->at_ns,
		.first_syn_ns = first_syn_ns,
		.ending = {.flags_only = true}};
	memcpy(entry->client_address, segment->client_address, sizeof(entry->client_address));
	entry_see(judge, entry, segment);
	struct first_closer_segment early;
	if (refusals_take_early(&judge->refusals, segment, &early))
		entry_see(judge, entry, &early);
}

/* A segment of an earlier connection has sequence numbers of before the client's SYN. */
static bool segment_is_old(
	const struct seen_connection *entry, const struct first_closer_segment *segment)
{
	uint32_t first = sent_by(entry, ENDING_CLIENT)->isn + 1;
	if (segment->from == TD_CLIENT)
		return tcp_seq_before(segment->seq, first);
	return segment->has_ack && tcp_seq_before(segment->ack, first);
}

static void syn_ack_see(struct first_closer *judge, const struct first_closer_segment *segment)
{
	struct seen_connection *entry = connection_of(judge, segment);
	if (!entry->used || segment->ack != sent_by(entry, ENDING_CLIENT)->isn + 1)
		return;
	if (!sent_by(entry, ENDING_SERVER)->syn_ack && segment->at_ns >= entry->first_syn_ns)
		histogram_record(judge->handshakes, segment->at_ns - entry->first_syn_ns);
	entry_see(judge, entry, segment);
}

void first_closer_see(struct first_closer *judge, const struct first_closer_segment *segment)
{
	if (!first_closer_in_share(segment->client_port, judge->share))
		return;
	if (segment->syn) {
		if (segment->from == TD_CLIENT && !segment->has_ack)
			syn_see(judge, segment);
		else if (segment->from == TD_SERVER && segment->has_ack)
			syn_ack_see(judge, segment);
		return;
	}
	struct seen_connection *entry = connection_of(judge, segment);
	if (refusals_is_one(segment) &&
		(!entry->used || segment->ack != sent_by(entry, ENDING_CLIENT)->isn + 1)) {
		refusals_keep_early(&judge->refusals, segment);
		return;
	}
	if (!entry->used)
		return;
	if (segment_is_old(entry, segment)) {
		entry->reset_old |= segment->rst && segment->from == TD_CLIENT;
		return;
	}
	if (segment->from == TD_SERVER && (segment->fin || segment->rst))
		entry->response.is_whole = segment->responses_are_whole;
	if (segment->from == TD_CLIENT && segment->payload > 0) {
		late_request_see(&judge->counts.late, &entry->rest, segment);
		if (!segment->begins_request)
			late_data_see(&entry->late_data, segment);
	}
	if (segment->rst || segment->fin)
		entry_see(judge, entry, segment);
}

/* That whose SYN-ACK was seen, and that this is not older than; NULL: there is none. */
static struct seen_connection *connection_begun_of(
	const struct first_closer *judge, const struct first_closer_segment *segment)
{
	struct seen_connection *entry = connection_of(judge, segment);
	bool has_begun = entry->used && !entry->forgotten && sent_by(entry, ENDING_SERVER)->syn_ack;
	return has_begun && !segment_is_old(entry, segment) ? entry : NULL;
}

void first_closer_see_response(struct first_closer *judge,
	const struct first_closer_segment *segment, const struct response_head *head,
	enum response_tail tail)
{
	struct seen_connection *entry = connection_begun_of(judge, segment);
	if (!entry)
		return;
	const struct tcp_ending_end *server = sent_by(entry, ENDING_SERVER);
	const struct tcp_ending_end *client = sent_by(entry, ENDING_CLIENT);
	responses_see_tail(&entry->response, segment->seq + segment->payload, tail, segment->at_ns);
	if (!head->is_head)
		return;
	bool is_unasked = client->fin && client->fin_seq == client->isn + 1;
	responses_see(&judge->counts.responses, &entry->response,
		&(struct response_sight){segment->seq, segment->ack, server->isn + 1,
			segment->responses_are_whole, is_unasked, head});
}

void first_closer_see_hello(struct first_closer *judge, const struct first_closer_segment *segment,
	const struct server_hello *hello)
{
	struct seen_connection *entry = connection_begun_of(judge, segment);
	if (!entry || entry->has_hello || hello->session == TLS_SESSION_UNTOLD)
		return;
	entry->has_hello = true;
	server_hellos_add(&judge->counts.hellos, hello);
}

const struct late_requests *first_closer_late(const struct first_closer *judge)
{
	return &judge->counts.late;
}

uint64_t first_closer_ended(const struct first_closer *judge)
{
	return judge->ended;
}

bool first_closer_in_share(uint16_t client_port, uint32_t share)
{
	return ((client_port >> 1) & (share - 1)) == 0;
}

static void entry_forget(struct first_closer *judge, struct seen_connection *entry)
{
	judge->open -= !seen_connection_is_over(entry);
	entry->forgotten = !seen_connection_is_over(entry);
}

void first_closer_narrow(struct first_closer *judge, uint32_t share)
{
	judge->share = share;
	for (size_t i = 0; i < judge->seen.slot_count; i++) {
		struct seen_connection *entry = &judge->seen.slots[i];
		/* An entry keeps its slot, since it may lie on the way to another's. */
		if (entry->used && !first_closer_in_share(entry->client_port, share))
			entry_forget(judge, entry);
	}
}

void first_closer_finish(struct first_closer *judge, struct first_closer_counts *counts)
{
	seen_connections_leave(&judge->seen, tally_leaving, judge);
	refusals_sum(&judge->refusals);
	*counts = judge->counts;
	counts->refused = judge->refusals.count;
	counts->handshakes = (struct handshake_times){
		.count = histogram_count(judge->handshakes),
		.median_ns = histogram_quantile(judge->handshakes, 0.5),
		.p99_ns = histogram_quantile(judge->handshakes, 0.99),
		.most_ns = histogram_max(judge->handshakes),
	};
}

uint64_t first_closer_refused(const struct first_closer *judge, uint64_t from_ns, uint64_t until_ns)
{
	return refusals_between(&judge->refusals, from_ns, until_ns);
}
