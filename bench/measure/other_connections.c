#include "bench/measure/other_connections.h"

#include "common/clock.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 256
#define SLOTS_MAX (1u << 18)
#define MOMENTS 65536

enum stage { STAGE_EMPTY, STAGE_SYN, STAGE_SYN_ACK, STAGE_OPEN, STAGE_OVER };

/* One end of a connection. */
struct side {
	struct tcp_segment_end at;
	enum td_who who;  /* its namespace */
	uint32_t fin_end; /* the sequence number behind the FIN */
	uint32_t fin_ack;
	bool fin;
};

struct flow {
	struct side sides[2]; /* the opener's first; of one that began before, as it was met */
	enum stage stage;
	bool counts;    /* its SYN was seen, in the trial */
	bool is_opened; /* it is in `opened` */
	bool is_before; /* it is in `began_before` */
	uint32_t isn;   /* of the opener */
	int time_wait;  /* the side that holds it; -1: none */
};

struct other_connections {
	struct flow *slots; /* a power of two of them, open addressing */
	size_t slot_count, used;
	uint64_t begin_ns, end_ns;
	struct other_ends ends;
	/* Accepted by the server's end, by the time since begin_ns; NULL: none yet. Where there are
	 * too few moments for a trial, each becomes twice as long. */
	uint64_t *moments;
	uint64_t moment_ns;
};

struct other_connections *other_connections_create(void)
{
	struct other_connections *others = calloc(1, sizeof(*others));
	if (!others)
		return NULL;
	others->moment_ns = NS_PER_MS;
	others->end_ns = UINT64_MAX;
	others->slot_count = SLOTS_FIRST;
	others->slots = calloc(others->slot_count, sizeof(*others->slots));
	if (!others->slots) {
		free(others);
		return NULL;
	}
	return others;
}

void other_connections_destroy(struct other_connections *others)
{
	if (!others)
		return;
	free(others->slots);
	free(others->moments);
	free(others);
}

void other_connections_begin(struct other_connections *others, uint64_t at_ns)
{
	others->begin_ns = at_ns;
}

void other_connections_end(struct other_connections *others, uint64_t at_ns)
{
	others->end_ns = at_ns;
}

static struct other_end *end_of(struct other_connections *others, enum td_who who)
{
	return who == TD_SERVER ? &others->ends.server : &others->ends.client;
}

static uint64_t end_hash(const struct tcp_segment_end *end)
{
	uint64_t hash = ((uint64_t)(end->address[0] ^ end->address[2]) << 32) ^ end->address[1] ^
			end->address[3] ^ (uint64_t)end->port << 16;
	return hash * UINT64_C(0x9e3779b97f4a7c15);
}

/* The same for both directions. */
static size_t hash_of(const struct tcp_segment_end *a, const struct tcp_segment_end *b)
{
	return (size_t)((end_hash(a) + end_hash(b)) * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static bool flow_is_of(
	const struct flow *flow, const struct tcp_segment_end *a, const struct tcp_segment_end *b)
{
	const struct tcp_segment_end *first = &flow->sides[0].at, *second = &flow->sides[1].at;
	return (tcp_segment_end_equals(first, a) && tcp_segment_end_equals(second, b)) ||
	       (tcp_segment_end_equals(first, b) && tcp_segment_end_equals(second, a));
}

/* The connection's slot, or the empty one where it belongs. */
static struct flow *slot_find(struct flow *slots, size_t slot_count,
	const struct tcp_segment_end *a, const struct tcp_segment_end *b)
{
	size_t at = hash_of(a, b) & (slot_count - 1);
	while (slots[at].stage != STAGE_EMPTY && !flow_is_of(&slots[at], a, b))
		at = (at + 1) & (slot_count - 1);
	return &slots[at];
}

static bool slots_move(struct other_connections *others, size_t slot_count, bool drop_over)
{
	struct flow *slots = calloc(slot_count, sizeof(*slots));
	if (!slots)
		return false;
	others->used = 0;
	for (size_t i = 0; i < others->slot_count; i++) {
		const struct flow *flow = &others->slots[i];
		if (flow->stage == STAGE_EMPTY || (drop_over && flow->stage == STAGE_OVER))
			continue;
		*slot_find(slots, slot_count, &flow->sides[0].at, &flow->sides[1].at) = *flow;
		others->used++;
	}
	free(others->slots);
	others->slots = slots;
	others->slot_count = slot_count;
	return true;
}

/* Memory is bounded: of a full table those that are over are dropped, at the worst the rest too. */
static void room_make(struct other_connections *others)
{
	if (4 * (others->used + 1) < 3 * others->slot_count)
		return;
	if (others->slot_count < SLOTS_MAX && slots_move(others, 2 * others->slot_count, false))
		return;
	if (slots_move(others, others->slot_count, true) && 2 * others->used <= others->slot_count)
		return;
	others->ends.forgotten += others->used;
	memset(others->slots, 0, others->slot_count * sizeof(*others->slots));
	others->used = 0;
}

static void moments_double(struct other_connections *others)
{
	uint64_t *moments = others->moments;
	others->moment_ns *= 2;
	for (size_t i = 0; i < MOMENTS / 2; i++)
		moments[i] = moments[2 * i] + moments[2 * i + 1];
	memset(moments + MOMENTS / 2, 0, MOMENTS / 2 * sizeof(*moments));
}

static void moment_note(struct other_connections *others, uint64_t at_ns)
{
	if (!others->moments && !(others->moments = calloc(MOMENTS, sizeof(*others->moments))))
		return;
	while ((at_ns - others->begin_ns) / others->moment_ns >= MOMENTS)
		moments_double(others);
	others->moments[(at_ns - others->begin_ns) / others->moment_ns]++;
}

uint64_t other_connections_accepted_by(const struct other_connections *others, uint64_t at_ns)
{
	uint64_t sum = 0;
	for (size_t i = 0; others->moments && i < MOMENTS; i++)
		if (others->begin_ns + (i + 1) * others->moment_ns <= at_ns)
			sum += others->moments[i];
	return sum;
}

static struct flow flow_begin(const struct tcp_segment *segment, enum stage stage)
{
	return (struct flow){
		.sides = {{.at = segment->from, .who = segment->sender},
			{.at = segment->to, .who = segment->receiver}},
		.stage = stage,
		.isn = segment->seq,
		.time_wait = -1,
	};
}

static void syn_see(struct other_connections *others, const struct tcp_segment *segment)
{
	room_make(others);
	struct flow *flow =
		slot_find(others->slots, others->slot_count, &segment->from, &segment->to);
	struct other_end *opener = end_of(others, segment->sender);
	bool counts = segment->at_ns >= others->begin_ns;
	if (flow->stage != STAGE_EMPTY && flow->isn == segment->seq &&
		tcp_segment_end_equals(&flow->sides[0].at, &segment->from)) {
		opener->syns_again += counts;
		return;
	}
	if (flow->stage == STAGE_OPEN && flow->is_opened)
		end_of(others, flow->sides[0].who)->still_open++; /* its end was not seen */
	others->used += flow->stage == STAGE_EMPTY;
	*flow = flow_begin(segment, STAGE_SYN);
	flow->counts = counts;
	opener->attempted += counts;
}

/* The opener's first segment behind the SYN-ACK completes the handshake. */
static void flow_open(
	struct other_connections *others, struct flow *flow, const struct tcp_segment *segment)
{
	struct other_end *opener = end_of(others, flow->sides[0].who);
	bool in_trial = segment->at_ns >= others->begin_ns;
	flow->stage = STAGE_OPEN;
	end_of(others, flow->sides[1].who)->accepted += in_trial;
	if (in_trial && flow->sides[1].who == TD_SERVER)
		moment_note(others, segment->at_ns);
	if (!flow->counts)
		return;
	flow->is_opened = true;
	opener->opened++;
	if (opener->to.port == 0)
		opener->to = flow->sides[1].at;
	else
		opener->to_several |= !tcp_segment_end_equals(&opener->to, &flow->sides[1].at);
}

static void time_wait_make(struct other_connections *others, struct flow *flow, int side)
{
	flow->time_wait = side;
	end_of(others, flow->sides[side].who)->time_wait++;
}

/* Who closed first holds TIME_WAIT: whose FIN the other's FIN acknowledges. Where neither
 * acknowledges the other they crossed, and both hold it. */
static void both_fins(struct other_connections *others, struct flow *flow, bool counts)
{
	const struct side *a = &flow->sides[0], *b = &flow->sides[1];
	struct other_end *opener = end_of(others, a->who);
	bool a_first = !first_closer_seq_before(b->fin_ack, a->fin_end);
	bool b_first = !first_closer_seq_before(a->fin_ack, b->fin_end);
	flow->stage = STAGE_OVER;
	if (counts && !b_first)
		time_wait_make(others, flow, 0);
	if (counts && !a_first)
		time_wait_make(others, flow, 1);
	if (!flow->is_opened)
		return;
	opener->closed_by_opener += a_first;
	opener->closed_by_acceptor += b_first && !a_first;
	opener->closed_by_both += !a_first && !b_first;
}

static void fin_see(struct other_connections *others, struct flow *flow, int mine,
	const struct tcp_segment *segment)
{
	struct side *side = &flow->sides[mine];
	if (side->fin)
		return; /* sent again: the first counts */
	side->fin = true;
	side->fin_end = segment->seq + segment->payload + 1;
	side->fin_ack = segment->ack;
	if (flow->sides[!mine].fin)
		both_fins(others, flow, segment->at_ns >= others->begin_ns);
}

/* An end that answers the other's FIN with a RST was in no TIME_WAIT: it was an orphan that data
 * came to (net/ipv4/tcp_minisocks.c). */
static void time_wait_unmake(struct other_connections *others, struct flow *flow, int mine)
{
	struct other_end *end = end_of(others, flow->sides[mine].who);
	if (flow->time_wait != mine)
		return;
	end->time_wait--;
	end->fin_wait2_killed++;
	flow->time_wait = -1;
}

static void reset_see(struct other_connections *others, struct flow *flow, int mine, bool counts)
{
	struct other_end *opener = end_of(others, flow->sides[0].who);
	if (flow->stage == STAGE_OVER) {
		time_wait_unmake(others, flow, mine);
		return;
	}
	flow->stage = STAGE_OVER;
	for (int side = 0; side < 2; side++)
		if (flow->sides[side].fin && counts)
			end_of(others, flow->sides[side].who)->fin_wait2_killed++;
	if (!flow->is_opened)
		return;
	if (flow->sides[0].fin)
		opener->closed_by_opener++;
	else if (flow->sides[1].fin)
		opener->closed_by_acceptor++;
	else
		opener->closed_by_reset++;
}

/* A connection whose SYN was not seen: it began before the packet tap. What carries nothing may be
 * the last of one that was forgotten. */
static struct flow *flow_meet(struct other_connections *others, const struct tcp_segment *segment)
{
	room_make(others);
	struct flow *flow =
		slot_find(others->slots, others->slot_count, &segment->from, &segment->to);
	if (flow->stage == STAGE_EMPTY && (segment->fin || segment->payload > 0)) {
		others->used++;
		*flow = flow_begin(segment, STAGE_OPEN);
	}
	return flow->stage == STAGE_EMPTY ? NULL : flow;
}

static void before_note(struct other_connections *others, struct flow *flow)
{
	if (flow->counts || flow->is_before || flow->stage != STAGE_OPEN)
		return;
	flow->is_before = true;
	end_of(others, flow->sides[0].who)->began_before++;
}

static void flow_see(struct other_connections *others, const struct tcp_segment *segment)
{
	struct flow *flow = flow_meet(others, segment);
	if (!flow)
		return;
	int mine = tcp_segment_end_equals(&flow->sides[0].at, &segment->from) ? 0 : 1;
	bool counts = segment->at_ns >= others->begin_ns;
	if (segment->syn) {
		end_of(others, segment->sender)->syns_again += counts && flow->stage != STAGE_SYN;
		if (flow->stage == STAGE_SYN)
			flow->stage = STAGE_SYN_ACK;
		return;
	}
	if (flow->stage == STAGE_SYN_ACK && mine == 0 && !segment->rst)
		flow_open(others, flow, segment);
	if (counts)
		before_note(others, flow);
	if (segment->fin && flow->stage == STAGE_OPEN)
		fin_see(others, flow, mine, segment);
	if (segment->rst)
		reset_see(others, flow, mine, counts);
}

void other_connections_see(struct other_connections *others, const struct tcp_segment *segment)
{
	if (segment->at_ns >= others->end_ns)
		return;
	if (segment->at_ns >= others->begin_ns) {
		struct other_end *sender = end_of(others, segment->sender);
		sender->segments += segment->count;
		sender->resets += segment->rst;
	}
	/* A socket that is connected to itself is one that connects, and nobody accepts. */
	if (tcp_segment_end_equals(&segment->from, &segment->to))
		end_of(others, segment->sender)->attempted +=
			segment->syn && !segment->has_ack && segment->at_ns >= others->begin_ns;
	else if (segment->syn && !segment->has_ack)
		syn_see(others, segment);
	else
		flow_see(others, segment);
}

void other_connections_finish(struct other_connections *others, struct other_ends *ends)
{
	for (size_t i = 0; i < others->slot_count; i++) {
		struct flow *flow = &others->slots[i];
		if (flow->stage == STAGE_OPEN && flow->is_opened)
			end_of(others, flow->sides[0].who)->still_open++;
	}
	*ends = others->ends;
}
