#include "bench/measure/other_connections.h"

#include "bench/measure/early_answers.h"
#include "bench/measure/flow_table.h"
#include "bench/measure/moments.h"
#include "bench/trace/tcp_ending.h"

#include <stdlib.h>

struct other_connections {
	struct flow_table table;
	uint64_t begin_ns, end_ns;
	struct other_ends ends;
	struct destinations of_server, of_client, of_elsewhere; /* of what each opened */
	struct moments accepted;                                /* by the server's end */
	struct early_answers early;
};

struct other_connections *other_connections_create(void)
{
	struct other_connections *others = calloc(1, sizeof(*others));
	if (!others)
		return NULL;
	others->end_ns = UINT64_MAX;
	moments_init(&others->accepted, 0);
	if (flow_table_init(&others->table) == -1) {
		free(others);
		return NULL;
	}
	return others;
}

void other_connections_destroy(struct other_connections *others)
{
	if (!others)
		return;
	flow_table_finish(&others->table);
	moments_finish(&others->accepted);
	free(others);
}

void other_connections_begin(struct other_connections *others, uint64_t at_ns)
{
	others->begin_ns = at_ns;
	moments_finish(&others->accepted);
	moments_init(&others->accepted, at_ns);
}

void other_connections_end(struct other_connections *others, uint64_t at_ns)
{
	others->end_ns = at_ns;
}

static struct other_end *end_of(struct other_connections *others, enum td_who who)
{
	return who == TD_SERVER   ? &others->ends.server
	       : who == TD_CLIENT ? &others->ends.client
				  : &others->ends.elsewhere;
}

/* Of a connection that counts; NULL where its destination is not told apart. */
static struct destination *destination_of(struct other_connections *others, const struct flow *flow)
{
	const struct side *opener = &flow->sides[0], *acceptor = &flow->sides[1];
	struct destinations *destinations = opener->who == TD_SERVER   ? &others->of_server
					    : opener->who == TD_CLIENT ? &others->of_client
								       : &others->of_elsewhere;
	return destinations_find(destinations, &opener->at, &acceptor->at);
}

/* Adds to the TIME_WAITs of the end that opened the connection. */
static void destination_wait(struct other_connections *others, const struct flow *flow, int more)
{
	struct destination *to = flow->is_opened ? destination_of(others, flow) : NULL;
	if (to && flow->time_wait == 0)
		to->time_wait += (uint64_t)more;
}

static void destination_close(
	struct other_connections *others, const struct flow *flow, uint64_t at_ns)
{
	struct destination *to = destination_of(others, flow);
	if (!to)
		return;
	to->closed++;
	to->open_ns += at_ns - flow->opened_ns;
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

static void flow_see(struct other_connections *others, const struct tcp_segment *segment);

static void attempt_note(struct other_connections *others, const struct flow *flow)
{
	struct other_end *opener = end_of(others, flow->sides[0].who);
	struct destination *to = destination_of(others, flow);
	opener->attempted++;
	opener->unanswered++;
	if (to)
		destination_attempt(to);
}

/* Its SYN has an answer. */
static void answer_note(struct other_connections *others, const struct flow *flow, bool is_refused)
{
	struct other_end *opener = end_of(others, flow->sides[0].who);
	struct destination *to = flow->counts ? destination_of(others, flow) : NULL;
	opener->unanswered -= flow->counts;
	opener->refused += flow->counts && is_refused;
	if (to)
		destination_answer(to, is_refused);
}

static void syn_see(struct other_connections *others, const struct tcp_segment *segment)
{
	others->ends.forgotten += flow_table_room(&others->table);
	struct flow *flow = flow_table_find(&others->table, &segment->from, &segment->to);
	struct other_end *opener = end_of(others, segment->sender);
	bool counts = segment->at_ns >= others->begin_ns;
	if (flow->stage != STAGE_EMPTY && flow->isn == segment->seq &&
		tcp_segment_end_equals(&flow->sides[0].at, &segment->from)) {
		opener->syns_again += counts;
		return;
	}
	if (flow->stage == STAGE_OPEN && flow->is_opened)
		end_of(others, flow->sides[0].who)->still_open++; /* its end was not seen */
	others->table.used += flow->stage == STAGE_EMPTY;
	*flow = flow_begin(segment, STAGE_SYN);
	flow->counts = counts;
	if (counts)
		attempt_note(others, flow);
	struct tcp_segment answer;
	if (early_answers_take(&others->early, segment, &answer))
		flow_see(others, &answer);
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
		moments_note(&others->accepted, segment->at_ns);
	if (!flow->counts)
		return;
	flow->is_opened = true;
	flow->opened_ns = segment->at_ns;
	struct destination *to = destination_of(others, flow);
	if (to)
		destination_open(to, &flow->sides[0].at);
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
	destination_wait(others, flow, 1);
}

/* Of the opener, SIDE_A, and the acceptor. */
static enum tcp_ending_side first_closer_of(const struct flow *flow)
{
	struct tcp_ending ending = {.flags_only = true};
	for (unsigned side = 0; side < 2; side++) {
		const struct tcp_header fin = {.seq = flow->sides[side].fin_end - 1,
			.ack = flow->sides[side].fin_ack,
			.flags = TCP_FIN | TCP_ACK};
		tcp_ending_see(&ending, (enum tcp_ending_side)side, &fin);
	}
	return tcp_ending_first_closer(&ending);
}

/* Who closed first holds TIME_WAIT. Where the FINs crossed both hold it. */
static void both_fins(struct other_connections *others, struct flow *flow, uint64_t at_ns)
{
	bool counts = at_ns >= others->begin_ns;
	struct other_end *opener = end_of(others, flow->sides[0].who);
	enum tcp_ending_side first = first_closer_of(flow);
	flow->stage = STAGE_OVER;
	if (counts && first != SIDE_B)
		time_wait_make(others, flow, 0);
	if (counts && first != SIDE_A)
		time_wait_make(others, flow, 1);
	if (!flow->is_opened)
		return;
	destination_close(others, flow, at_ns);
	opener->closed_by_opener += first == SIDE_A;
	opener->closed_by_acceptor += first == SIDE_B;
	opener->closed_by_both += first == SIDE_BOTH;
}

static struct other_races *races_of(struct other_connections *others, const struct flow *flow)
{
	return &end_of(others, flow->sides[0].who)->races;
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
		both_fins(others, flow, segment->at_ns);
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
	destination_wait(others, flow, -1);
	flow->time_wait = -1;
}

static void reset_see(struct other_connections *others, struct flow *flow, int mine, uint64_t at_ns)
{
	bool counts = at_ns >= others->begin_ns;
	struct other_end *opener = end_of(others, flow->sides[0].who);
	if (flow->stage == STAGE_OVER) {
		time_wait_unmake(others, flow, mine);
		return;
	}
	/* The opener's answers a challenge ACK of an old connection: its SYN comes again. */
	if (flow->stage == STAGE_SYN && mine == 0)
		return;
	if (flow->stage == STAGE_SYN)
		answer_note(others, flow, true);
	flow->stage = STAGE_OVER;
	for (int side = 0; side < 2; side++)
		if (flow->sides[side].fin && counts)
			end_of(others, flow->sides[side].who)->fin_wait2_killed++;
	if (!flow->is_opened)
		return;
	destination_close(others, flow, at_ns);
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
	others->ends.forgotten += flow_table_room(&others->table);
	struct flow *flow = flow_table_find(&others->table, &segment->from, &segment->to);
	if (flow->stage == STAGE_EMPTY && (segment->fin || segment->payload > 0)) {
		others->table.used++;
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
	if (early_answers_is_one(segment) && (!flow || flow->stage == STAGE_OVER) &&
		!(flow && segment->ack == flow->isn + 1)) {
		early_answers_keep(&others->early, segment);
		return;
	}
	if (!flow)
		return;
	int mine = tcp_segment_end_equals(&flow->sides[0].at, &segment->from) ? 0 : 1;
	bool counts = segment->at_ns >= others->begin_ns;
	if (segment->syn) {
		end_of(others, segment->sender)->syns_again += counts && flow->stage != STAGE_SYN;
		if (flow->stage == STAGE_SYN) {
			flow->stage = STAGE_SYN_ACK;
			answer_note(others, flow, false);
		}
		return;
	}
	if (flow->stage == STAGE_SYN_ACK && mine == 0 && !segment->rst)
		flow_open(others, flow, segment);
	if (counts)
		before_note(others, flow);
	if (segment->payload > 0 && flow->stage == STAGE_OPEN)
		other_races_data(races_of(others, flow), flow, mine, segment);
	if (mine == 1 && flow->stage == STAGE_OPEN)
		other_races_answer(races_of(others, flow), flow, segment);
	if (segment->fin && flow->stage == STAGE_OPEN)
		fin_see(others, flow, mine, segment);
	if (segment->rst)
		reset_see(others, flow, mine, segment->at_ns);
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
	for (size_t i = 0; i < others->table.slot_count; i++) {
		const struct flow *flow = &others->table.slots[i];
		if (flow->stage == STAGE_OPEN && flow->is_opened)
			end_of(others, flow->sides[0].who)->still_open++;
	}
	moments_sum(&others->accepted);
	others->ends.server.busiest = destinations_busiest(&others->of_server);
	others->ends.client.busiest = destinations_busiest(&others->of_client);
	others->ends.server.failing = destinations_failing(&others->of_server);
	others->ends.client.failing = destinations_failing(&others->of_client);
	others->ends.of_server = others->of_server;
	*ends = others->ends;
}

uint64_t other_connections_accepted_by(const struct other_connections *others, uint64_t at_ns)
{
	return moments_by(&others->accepted, at_ns);
}
