#include "bench/measure/first_closer.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 1024
#define SLOTS_MAX (1u << 20)

/* What one end of a connection was seen to send. */
struct closing {
	uint32_t fin_end; /* the sequence number behind the FIN: who acknowledges it has seen it */
	uint32_t fin_ack;
	uint32_t rst_ack;
	bool fin, fin_has_ack;
	bool rst, rst_has_ack;
	bool rst_after_fin; /* by time, the other end's FIN had come before */
};

struct entry {
	uint32_t client_address[4];
	uint16_t client_port;
	bool used;
	uint32_t client_isn;
	bool refused;   /* the SYN was answered with a RST: there was no connection */
	bool forgotten; /* the connection's end will not be seen */
	bool reset_old; /* the client sent a RST to an earlier connection of the same ports */
	bool rst_first_by_server;
	struct closing server, client;
};

struct first_closer {
	struct entry *slots; /* a hash table with open addressing; a power of two of slots */
	size_t slot_count, used;
	uint32_t share;
	uint64_t ended;
	struct first_closer_counts counts;
};

bool first_closer_seq_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

struct first_closer *first_closer_create(void)
{
	struct first_closer *judge = calloc(1, sizeof(*judge));
	if (!judge)
		return NULL;
	judge->share = 1;
	judge->slot_count = SLOTS_FIRST;
	judge->slots = calloc(judge->slot_count, sizeof(*judge->slots));
	if (!judge->slots) {
		free(judge);
		return NULL;
	}
	return judge;
}

void first_closer_destroy(struct first_closer *judge)
{
	if (!judge)
		return;
	free(judge->slots);
	free(judge);
}

static size_t hash_of(const uint32_t address[4], uint16_t port)
{
	uint64_t hash = (uint64_t)(address[0] ^ address[2]) << 32 | (address[1] ^ address[3]);
	hash ^= (uint64_t)port << 1;
	return (size_t)(hash * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

/* The slot of the client's address and port, or the empty one where they belong. */
static struct entry *slot_find(
	struct entry *slots, size_t slot_count, const uint32_t address[4], uint16_t port)
{
	size_t at = hash_of(address, port) & (slot_count - 1);
	while (slots[at].used &&
		(slots[at].client_port != port || memcmp(slots[at].client_address, address,
							  sizeof(slots[at].client_address)) != 0))
		at = (at + 1) & (slot_count - 1);
	return &slots[at];
}

static bool fin_knew(const struct closing *mine, const struct closing *other)
{
	return mine->fin_has_ack && !first_closer_seq_before(mine->fin_ack, other->fin_end);
}

/* Whether the RST answers the FIN. One that acknowledges tells; one that does not is a reply to
 * something, and only the time is left. */
static bool rst_knew(const struct closing *mine, const struct closing *other)
{
	return mine->rst_has_ack ? !first_closer_seq_before(mine->rst_ack, other->fin_end)
				 : mine->rst_after_fin;
}

static enum td_who entry_judge(const struct entry *entry)
{
	const struct closing *server = &entry->server, *client = &entry->client;
	if (server->fin && client->fin) {
		bool server_knew = fin_knew(server, client), client_knew = fin_knew(client, server);
		if (server_knew == client_knew)
			return TD_BOTH;
		return server_knew ? TD_CLIENT : TD_SERVER;
	}
	if (server->fin)
		return client->rst && !rst_knew(client, server) ? TD_BOTH : TD_SERVER;
	if (client->fin)
		return server->rst && !rst_knew(server, client) ? TD_BOTH : TD_CLIENT;
	if (server->rst && client->rst)
		return entry->rst_first_by_server ? TD_SERVER : TD_CLIENT;
	if (server->rst)
		return TD_SERVER;
	return client->rst ? TD_CLIENT : TD_NONE;
}

/* `mine` is the end that may be left with a TIME_WAIT. */
static void end_tally(
	struct first_closer_end *end, const struct closing *mine, const struct closing *other)
{
	end->reset_without_fin += mine->rst && !mine->fin;
	end->reset_beside_fin += mine->rst && mine->fin;
	if (!mine->fin || (other->fin && fin_knew(mine, other)))
		return;
	/* What lies between this end's acknowledgement and the other's FIN is data. */
	bool data_came = other->fin && first_closer_seq_before(mine->fin_ack, other->fin_end - 1);
	if (other->fin && !mine->rst)
		end->time_wait++;
	else if (mine->rst && other->fin && !data_came)
		end->expired++;
	else if (mine->rst)
		end->killed_by_data++;
	else if (other->rst)
		end->killed_by_reset++;
}

static void entry_tally(struct first_closer *judge, const struct entry *entry)
{
	if (entry->refused || entry->forgotten)
		return;
	struct first_closer_counts *counts = &judge->counts;
	enum td_who who = entry_judge(entry);
	if (who == TD_NONE) {
		counts->undecided++;
		return;
	}
	counts->connections++;
	counts->server += who == TD_SERVER;
	counts->client += who == TD_CLIENT;
	counts->both += who == TD_BOTH;
	counts->by_reset += !entry->server.fin && !entry->client.fin;
	end_tally(&counts->at_server, &entry->server, &entry->client);
	end_tally(&counts->at_client, &entry->client, &entry->server);
}

static void all_tally(struct first_closer *judge)
{
	for (size_t i = 0; i < judge->slot_count; i++) {
		if (judge->slots[i].used)
			entry_tally(judge, &judge->slots[i]);
	}
	memset(judge->slots, 0, judge->slot_count * sizeof(*judge->slots));
	judge->used = 0;
}

/* Whether no segment that can still come would change the judgement. */
static bool entry_is_over(const struct entry *entry)
{
	return entry->refused || entry->forgotten || entry->server.rst || entry->client.rst ||
	       (entry->server.fin && entry->client.fin);
}

/* Moves the entries to a table of another size; those that are over may be tallied instead. */
static bool slots_move(struct first_closer *judge, size_t slot_count, bool tally_over)
{
	struct entry *slots = calloc(slot_count, sizeof(*slots));
	if (!slots)
		return false;
	judge->used = 0;
	for (size_t i = 0; i < judge->slot_count; i++) {
		const struct entry *entry = &judge->slots[i];
		if (!entry->used)
			continue;
		if (tally_over && entry_is_over(entry)) {
			entry_tally(judge, entry);
			continue;
		}
		*slot_find(slots, slot_count, entry->client_address, entry->client_port) = *entry;
		judge->used++;
	}
	free(judge->slots);
	judge->slots = slots;
	judge->slot_count = slot_count;
	return true;
}

/* Memory is bounded: a full table is judged early. */
static void room_make(struct first_closer *judge)
{
	if (4 * (judge->used + 1) < 3 * judge->slot_count)
		return;
	if (judge->slot_count < SLOTS_MAX && slots_move(judge, 2 * judge->slot_count, false))
		return;
	if (!slots_move(judge, judge->slot_count, true) || 2 * judge->used > judge->slot_count)
		all_tally(judge);
}

static void syn_see(struct first_closer *judge, const struct first_closer_segment *segment)
{
	room_make(judge);
	struct entry *entry = slot_find(
		judge->slots, judge->slot_count, segment->client_address, segment->client_port);
	if (!entry->used) {
		judge->used++;
	} else if (entry->client_isn != segment->seq) {
		entry_tally(judge, entry);
	} else {
		/* The SYN was sent again: there is no connection yet. A RST that was seen belongs
		 * to the remains of an earlier one, which the SYN met (RFC 9293, 3.5.2). */
		if (entry->server.fin || entry->client.fin)
			return;
		judge->counts.met_old += entry->reset_old || entry->client.rst;
	}
	*entry = (struct entry){
		.client_port = segment->client_port, .used = true, .client_isn = segment->seq};
	memcpy(entry->client_address, segment->client_address, sizeof(entry->client_address));
}

/* A segment of an earlier connection has sequence numbers of before the client's SYN. */
static bool segment_is_old(const struct entry *entry, const struct first_closer_segment *segment)
{
	if (segment->from == TD_CLIENT)
		return first_closer_seq_before(segment->seq, entry->client_isn + 1);
	return segment->has_ack && first_closer_seq_before(segment->ack, entry->client_isn + 1);
}

static void fin_see(struct closing *mine, const struct first_closer_segment *segment)
{
	/* A FIN that is sent again may acknowledge what the first did not: the first counts. */
	if (mine->fin && !first_closer_seq_before(segment->ack, mine->fin_ack))
		return;
	mine->fin = true;
	mine->fin_end = segment->seq + segment->payload + 1;
	mine->fin_has_ack = segment->has_ack;
	mine->fin_ack = segment->ack;
}

static void rst_see(struct entry *entry, const struct first_closer_segment *segment)
{
	bool by_server = segment->from == TD_SERVER;
	struct closing *mine = by_server ? &entry->server : &entry->client;
	const struct closing *other = by_server ? &entry->client : &entry->server;
	if (mine->rst)
		return;
	/* A port without a listener answers so (RFC 9293, 3.10.7.1). */
	if (by_server && segment->seq == 0 && segment->has_ack &&
		segment->ack == entry->client_isn + 1 && !other->fin)
		entry->refused = true;
	mine->rst = true;
	mine->rst_has_ack = segment->has_ack;
	mine->rst_ack = segment->ack;
	mine->rst_after_fin = other->fin;
	if (!other->rst)
		entry->rst_first_by_server = by_server;
}

void first_closer_see(struct first_closer *judge, const struct first_closer_segment *segment)
{
	if (!first_closer_in_share(segment->client_port, judge->share))
		return;
	if (segment->syn) {
		if (segment->from == TD_CLIENT && !segment->has_ack)
			syn_see(judge, segment);
		return;
	}
	struct entry *entry = slot_find(
		judge->slots, judge->slot_count, segment->client_address, segment->client_port);
	if (!entry->used)
		return;
	if (segment_is_old(entry, segment)) {
		entry->reset_old |= segment->rst && segment->from == TD_CLIENT;
		return;
	}
	bool was_over = entry_is_over(entry);
	if (segment->fin)
		fin_see(segment->from == TD_SERVER ? &entry->server : &entry->client, segment);
	if (segment->rst)
		rst_see(entry, segment);
	judge->ended += !was_over && entry_is_over(entry) && !entry->refused;
}

uint64_t first_closer_ended(const struct first_closer *judge)
{
	return judge->ended;
}

bool first_closer_in_share(uint16_t client_port, uint32_t share)
{
	return ((client_port >> 1) & (share - 1)) == 0;
}

void first_closer_narrow(struct first_closer *judge, uint32_t share)
{
	judge->share = share;
	for (size_t i = 0; i < judge->slot_count; i++) {
		struct entry *entry = &judge->slots[i];
		/* An entry keeps its slot, since it may lie on the way to another's. */
		if (entry->used && !first_closer_in_share(entry->client_port, share))
			entry->forgotten = !entry_is_over(entry);
	}
}

void first_closer_finish(struct first_closer *judge, struct first_closer_counts *counts)
{
	all_tally(judge);
	*counts = judge->counts;
}
