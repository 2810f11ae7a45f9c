#include "bench/measure/seen_connections.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 1024
#define SLOTS_MAX (1u << 20)

int seen_connections_init(struct seen_connections *all)
{
	*all = (struct seen_connections){
		.slots = calloc(SLOTS_FIRST, sizeof(*all->slots)), .slot_count = SLOTS_FIRST};
	return all->slots ? 0 : -1;
}

void seen_connections_finish(struct seen_connections *all)
{
	free(all->slots);
}

static size_t hash_of(const uint32_t address[4], uint16_t port)
{
	uint64_t hash = (uint64_t)(address[0] ^ address[2]) << 32 | (address[1] ^ address[3]);
	hash ^= (uint64_t)port << 1;
	return (size_t)(hash * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

struct seen_connection *seen_connections_find(
	const struct seen_connections *all, const uint32_t address[4], uint16_t port)
{
	struct seen_connection *slots = all->slots;
	size_t at = hash_of(address, port) & (all->slot_count - 1);
	while (slots[at].used &&
		(slots[at].client_port != port || memcmp(slots[at].client_address, address,
							  sizeof(slots[at].client_address)) != 0))
		at = (at + 1) & (all->slot_count - 1);
	return &slots[at];
}

bool seen_connection_is_over(const struct seen_connection *one)
{
	const struct tcp_ending_end *server = &one->ending.ends[ENDING_SERVER],
				    *client = &one->ending.ends[ENDING_CLIENT];
	return one->forgotten || server->rst || client->rst || (server->fin && client->fin);
}

/* To a table of another size. Those that are over leave, where there is a `leave`. */
static bool move(struct seen_connections *all, size_t slot_count, seen_connection_leave_fn *leave,
	void *context)
{
	struct seen_connections new = {calloc(slot_count, sizeof(*new.slots)), slot_count, 0};
	if (!new.slots)
		return false;
	for (size_t i = 0; i < all->slot_count; i++) {
		const struct seen_connection *one = &all->slots[i];
		if (!one->used)
			continue;
		if (leave && seen_connection_is_over(one)) {
			leave(context, one);
			continue;
		}
		*seen_connections_find(&new, one->client_address, one->client_port) = *one;
		new.used++;
	}
	free(all->slots);
	*all = new;
	return true;
}

void seen_connections_make_room(
	struct seen_connections *all, seen_connection_leave_fn *leave, void *context)
{
	if (4 * (all->used + 1) < 3 * all->slot_count)
		return;
	if (all->slot_count < SLOTS_MAX && move(all, 2 * all->slot_count, NULL, NULL))
		return;
	if (!move(all, all->slot_count, leave, context) || 2 * all->used > all->slot_count)
		seen_connections_leave(all, leave, context);
}

void seen_connections_leave(
	struct seen_connections *all, seen_connection_leave_fn *leave, void *context)
{
	for (size_t i = 0; i < all->slot_count; i++) {
		if (all->slots[i].used)
			leave(context, &all->slots[i]);
	}
	memset(all->slots, 0, all->slot_count * sizeof(*all->slots));
	all->used = 0;
}
