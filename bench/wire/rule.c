#include "bench/wire/rule.h"

#include <stdlib.h>
#include <string.h>

int rules_add(struct rules *rules, const struct rule *rule)
{
	for (int i = 0; i < RULES_MAX; i++) {
		struct rule_state *state = &rules->states[i];
		if (state->is_used || state->held > 0)
			continue;
		*state = (struct rule_state){.rule = *rule, .is_used = true};
		return i;
	}
	return -1;
}

void rules_retire(struct rules *rules, unsigned rule)
{
	rules->states[rule].is_used = false;
}

static bool matches(const struct rule *rule, const struct tcp_header *header)
{
	return tcp_header_has(header, rule->flags) && (header->flags & rule->not_flags) == 0 &&
	       (rule->payload == PAYLOAD_ANY ||
		       (rule->payload == PAYLOAD_SOME) == (header->payload > 0));
}

struct rule_state *rules_match(struct rules *rules, unsigned from, struct iovec frame)
{
	struct frame_tcp segment;
	if (!frame_tcp_find(frame, &segment))
		return NULL;
	for (int i = 0; i < RULES_MAX; i++) {
		struct rule_state *state = &rules->states[i];
		const struct rule *rule = &state->rule;
		if (!state->is_used || rule->from != from || !matches(rule, &segment.header))
			continue;
		state->matched++;
		if (rule->nth != 0 && rule->nth != state->matched)
			continue;
		state->acted++;
		return state;
	}
	return NULL;
}

bool rules_hold(
	struct rules *rules, const struct rule_state *state, uint64_t now_ns, struct iovec frame)
{
	struct held_frame *held = malloc(sizeof(*held));
	if (!held)
		return false;
	held->next = NULL;
	held->since_ns = now_ns;
	held->rule = (unsigned)(state - rules->states);
	held->direction = (uint8_t)state->rule.from;
	held->length = (uint16_t)frame.iov_len;
	memcpy(held->bytes, frame.iov_base, frame.iov_len);
	if (rules->last)
		rules->last->next = held;
	else
		rules->first = held;
	rules->last = held;
	rules->states[held->rule].held++;
	return true;
}

struct held_frame *rules_take(struct rules *rules, unsigned rule)
{
	struct held_frame *before = NULL;
	for (struct held_frame *held = rules->first; held; before = held, held = held->next) {
		if (held->rule != rule)
			continue;
		if (before)
			before->next = held->next;
		else
			rules->first = held->next;
		if (rules->last == held)
			rules->last = before;
		rules->states[rule].held--;
		return held;
	}
	return NULL;
}

uint64_t rules_held(const struct rules *rules, unsigned direction)
{
	uint64_t count = 0;
	for (const struct held_frame *held = rules->first; held; held = held->next)
		count += held->direction == direction;
	return count;
}

void rules_finish(struct rules *rules)
{
	while (rules->first) {
		struct held_frame *held = rules->first;
		rules->first = held->next;
		free(held);
	}
	*rules = (struct rules){0};
}
