/* The verbs of a scene that tell the wire what to do, and ask what it saw. */
#include "bench/lab/pair.h"
#include "common/clock.h"

/* A wait takes notice of ^C so often. */
#define SLICE_NS (200 * NS_PER_MS)
#define MOMENT_NS NS_PER_MS

struct asked {
	struct rule rule;
	int number;
	uint64_t count;
	uint64_t seen; /* at the last look */
	const struct tcp_header *header;
};

/* Returns false where it did not come about by the deadline. */
static bool call(struct lab *lab, wire_work *work, void *argument)
{
	uint64_t deadline_ns = lab_deadline_ns(), now_ns;
	while (!lab_is_over(lab) && (now_ns = clock_now_ns()) < deadline_ns)
		if (wire_call(lab->wire, work, argument, now_ns + SLICE_NS))
			return true;
	return false;
}

static bool record_counts(struct relay *relay, void *argument)
{
	*(uint64_t *)argument = relay->record.count;
	return true;
}

uint64_t lab_mark(struct lab *lab)
{
	uint64_t count = 0;
	wire_call(lab->wire, record_counts, &count, UINT64_MAX);
	return count;
}

static bool has_more(struct relay *relay, void *argument)
{
	return relay->record.count != *(uint64_t *)argument;
}

void lab_wait_a_moment(struct lab *lab)
{
	uint64_t count = lab_mark(lab);
	wire_call(lab->wire, has_more, &count, clock_now_ns() + MOMENT_NS);
}

static bool rule_put(struct relay *relay, void *argument)
{
	struct asked *asked = argument;
	asked->number = rules_add(&relay->rules, &asked->rule);
	return true;
}

int lab_add_rule(struct lab *lab, const struct rule *rule)
{
	struct asked asked = {.rule = *rule, .number = -1};
	if (call(lab, rule_put, &asked) && asked.number == -1)
		lab_fail(lab, "the wire has no room for another rule");
	return asked.number;
}

int lab_gate(struct lab *lab, enum lab_end end)
{
	return lab_rule(lab, RULE_HOLD, end);
}

int lab_drop(struct lab *lab, enum lab_end end, uint32_t nth)
{
	return lab_rule(lab, RULE_DROP, end, .nth = nth);
}

void lab_set_clock_back(struct lab *lab, enum lab_end end, int milliseconds)
{
	lab_rule(lab, RULE_SHIFT, end, .shift = -milliseconds);
	lab_rule(lab, RULE_SHIFT, !end, .not_flags = TCP_RST, .shift_echo = milliseconds);
}

static bool is_held(struct relay *relay, void *argument)
{
	struct asked *asked = argument;
	asked->seen = relay->rules.states[asked->number].held;
	return asked->seen >= asked->count;
}

static bool has_acted(struct relay *relay, void *argument)
{
	struct asked *asked = argument;
	asked->seen = relay->rules.states[asked->number].acted;
	return asked->seen >= asked->count;
}

void lab_await_held(struct lab *lab, int rule, unsigned count)
{
	struct asked asked = {.number = rule, .count = count};
	if (rule != -1 && !call(lab, is_held, &asked))
		lab_fail(lab, "rule %d holds %ju of %u segments after %d s", rule + 1,
			(uintmax_t)asked.seen, count, LAB_DEADLINE_S);
}

void lab_await_acted(struct lab *lab, int rule, unsigned count)
{
	struct asked asked = {.number = rule, .count = count};
	if (rule != -1 && !call(lab, has_acted, &asked))
		lab_fail(lab, "rule %d acted on %ju of %u segments in %d s", rule + 1,
			(uintmax_t)asked.seen, count, LAB_DEADLINE_S);
}

static bool release(struct relay *relay, void *argument)
{
	struct asked *asked = argument;
	asked->count = relay_release(relay, (unsigned)asked->number, asked->count);
	return true;
}

void lab_release(struct lab *lab, int rule, unsigned count)
{
	struct asked asked = {.number = rule, .count = count};
	if (rule != -1 && call(lab, release, &asked) && asked.count < count)
		lab_fail(lab, "the wire had fewer segments than were to be released");
}

static bool retire(struct relay *relay, void *argument)
{
	const struct asked *asked = argument;
	rules_retire(&relay->rules, (unsigned)asked->number);
	relay_release(relay, (unsigned)asked->number, asked->count);
	return true;
}

void lab_open(struct lab *lab, int rule)
{
	struct asked asked = {.number = rule, .count = UINT64_MAX};
	if (rule != -1)
		call(lab, retire, &asked);
}

static bool retire_all(struct relay *relay, void *argument)
{
	for (unsigned number = 0; number < RULES_MAX; number++) {
		rules_retire(&relay->rules, number);
		relay_release(relay, number, UINT64_MAX);
	}
	return true;
}

void lab_open_all(struct lab *lab)
{
	call(lab, retire_all, NULL);
}

static bool inject(struct relay *relay, void *argument)
{
	struct asked *asked = argument;
	asked->count = relay_inject(relay, (unsigned)asked->number, asked->header);
	return true;
}

void lab_inject(struct lab *lab, int rule, const struct tcp_header *header)
{
	struct asked asked = {.number = rule, .header = header};
	if (rule != -1 && call(lab, inject, &asked) && asked.count == 0)
		lab_fail(lab, "the wire holds no segment to forge one from");
}

/* Segments that it saw ---------------------------------------------------------------------- */

struct search {
	const struct pair *pair;
	const struct lab_segments *segments;
	unsigned nth; /* to be found; 0: all are counted */
	unsigned count;
	struct lab_sent_segment found;
};

static bool is_wanted(const struct search *search, const struct frame_sight *sight)
{
	const struct lab_segments *segments = search->segments;
	const struct iovec frame = {(void *)sight->bytes, sight->length};
	struct frame_tcp found;
	if (!frame_fate_is_sent((enum frame_fate)sight->fate) || sight->from != segments->from ||
		!frame_tcp_find(frame, &found))
		return false;
	uint16_t port = sight->from == CLIENT ? found.source_port : found.destination_port;
	bool has_data = found.header.payload > 0;
	return port == address_port(&search->pair->client) &&
	       tcp_header_has(&found.header, segments->flags) &&
	       (found.header.flags & segments->not_flags) == 0 &&
	       (segments->payload == PAYLOAD_ANY ||
		       (segments->payload == PAYLOAD_SOME) == has_data);
}

/* True once there are as many as are wanted. */
static bool find(struct relay *relay, void *argument)
{
	struct search *search = argument;
	const struct pair *pair = search->pair;
	uint64_t begin = pair_begin(pair, &relay->record);
	uint64_t at = begin > search->segments->since ? begin : search->segments->since;
	search->count = 0;
	for (; at < relay->record.count && at < pair->mark_end; at++) {
		const struct frame_sight *sight = &relay->record.sights[at];
		if (!is_wanted(search, sight) ||
			(search->segments->once && pair_is_again(&relay->record, begin, at)))
			continue;
		struct frame_tcp found;
		frame_tcp_find((struct iovec){(void *)sight->bytes, sight->length}, &found);
		double at_ms = (double)(sight->at_ns - relay->record.sights[0].at_ns) / 1e6;
		search->found = (struct lab_sent_segment){found.header, at_ms};
		if (++search->count == search->nth)
			return true;
	}
	return search->nth == 0;
}

unsigned lab_count_segments(struct pair *pair, const struct lab_segments *segments)
{
	struct search search = {.pair = pair, .segments = segments};
	if (pair)
		call(pair->lab, find, &search);
	return search.count;
}

void lab_await_segments(struct pair *pair, unsigned count, const struct lab_segments *segments)
{
	struct search search = {.pair = pair, .segments = segments, .nth = count};
	if (pair && !call(pair->lab, find, &search))
		lab_fail(pair->lab, "the %s sent %u of %u segments that the scene waits for",
			segments->from == SERVER ? "server" : "client", search.count, count);
}

struct lab_sent_segment lab_find_segment(
	struct pair *pair, unsigned nth, const struct lab_segments *segments)
{
	struct search search = {.pair = pair, .segments = segments, .nth = nth};
	if (pair && !call(pair->lab, find, &search))
		lab_fail(pair->lab, "the wire saw no such segment of the %s",
			segments->from == SERVER ? "server" : "client");
	return search.found;
}

double lab_last_syn_ms(struct pair *pair)
{
	unsigned syns = lab_count(pair, CLIENT, .flags = TCP_SYN);
	return lab_sent_ms(pair, syns, CLIENT, .flags = TCP_SYN) -
	       lab_sent_ms(pair, 1, CLIENT, .flags = TCP_SYN);
}
