#include "bench/measure/flow_table.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 256
#define SLOTS_MAX (1u << 18)

int flow_table_init(struct flow_table *table)
{
	*table = (struct flow_table){.slot_count = SLOTS_FIRST};
	table->slots = calloc(table->slot_count, sizeof(*table->slots));
	return table->slots ? 0 : -1;
}

void flow_table_finish(struct flow_table *table)
{
	free(table->slots);
	table->slots = NULL;
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

static struct flow *slot_find(struct flow *slots, size_t slot_count,
	const struct tcp_segment_end *a, const struct tcp_segment_end *b)
{
	size_t at = hash_of(a, b) & (slot_count - 1);
	while (slots[at].stage != STAGE_EMPTY && !flow_is_of(&slots[at], a, b))
		at = (at + 1) & (slot_count - 1);
	return &slots[at];
}

struct flow *flow_table_find(const struct flow_table *table, const struct tcp_segment_end *a,
	const struct tcp_segment_end *b)
{
	return slot_find(table->slots, table->slot_count, a, b);
}

static bool slots_move(struct flow_table *table, size_t slot_count, bool drop_over)
{
	struct flow *slots = calloc(slot_count, sizeof(*slots));
	if (!slots)
		return false;
	table->used = 0;
	for (size_t i = 0; i < table->slot_count; i++) {
		const struct flow *flow = &table->slots[i];
		if (flow->stage == STAGE_EMPTY || (drop_over && flow->stage == STAGE_OVER))
			continue;
		*slot_find(slots, slot_count, &flow->sides[0].at, &flow->sides[1].at) = *flow;
		table->used++;
	}
	free(table->slots);
	table->slots = slots;
	table->slot_count = slot_count;
	return true;
}

size_t flow_table_room(struct flow_table *table)
{
	if (4 * (table->used + 1) < 3 * table->slot_count)
		return 0;
	if (table->slot_count < SLOTS_MAX && slots_move(table, 2 * table->slot_count, false))
		return 0;
	if (slots_move(table, table->slot_count, true) && 2 * table->used <= table->slot_count)
		return 0;
	size_t dropped = table->used;
	memset(table->slots, 0, table->slot_count * sizeof(*table->slots));
	table->used = 0;
	return dropped;
}
