#include "bench/measure/port_set.h"

#include <stdlib.h>
#include <string.h>

#define BITMAP_WORDS (65536 / 64)
#define SLOTS_FIRST 64

struct bitmap {
	uint32_t address[4];
	uint64_t generation; /* older than the set's: the bits are stale */
	uint64_t words[BITMAP_WORDS];
};

struct port_set {
	struct bitmap **slots; /* a hash table with open addressing; a power of two of slots */
	size_t slot_count, used;
	uint64_t generation;
	uint64_t count;
	/* The bitmap used last: sockets of one address often come in a row. */
	struct bitmap *latest;
};

struct port_set *port_set_create(void)
{
	struct port_set *set = calloc(1, sizeof(*set));
	if (!set)
		return NULL;
	set->slot_count = SLOTS_FIRST;
	set->slots = calloc(set->slot_count, sizeof(*set->slots));
	if (!set->slots) {
		free(set);
		return NULL;
	}
	return set;
}

void port_set_destroy(struct port_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->slot_count; i++)
		free(set->slots[i]);
	free(set->slots);
	free(set);
}

void port_set_clear(struct port_set *set)
{
	set->generation++;
	set->count = 0;
}

static size_t address_hash(const uint32_t address[4])
{
	uint64_t hash = ((uint64_t)(address[0] ^ address[2]) << 32) ^ address[1] ^ address[3];
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(hash >> 32);
}

/* The slot of the address, or the empty one where it belongs. */
static struct bitmap **slot_find(
	struct bitmap **slots, size_t slot_count, const uint32_t address[4])
{
	size_t at = address_hash(address) & (slot_count - 1);
	while (slots[at] && memcmp(slots[at]->address, address, sizeof(slots[at]->address)) != 0)
		at = (at + 1) & (slot_count - 1);
	return &slots[at];
}

static int slots_grow(struct port_set *set)
{
	size_t slot_count = set->slot_count * 2;
	struct bitmap **slots = calloc(slot_count, sizeof(struct bitmap *));
	if (!slots)
		return -1;
	for (size_t i = 0; i < set->slot_count; i++) {
		if (set->slots[i])
			*slot_find(slots, slot_count, set->slots[i]->address) = set->slots[i];
	}
	free(set->slots);
	set->slots = slots;
	set->slot_count = slot_count;
	return 0;
}

/* The address's bitmap, made when there is none; NULL without memory. */
static struct bitmap *bitmap_get(struct port_set *set, const uint32_t address[4])
{
	if (set->latest && memcmp(set->latest->address, address, sizeof(set->latest->address)) == 0)
		return set->latest;
	struct bitmap **slot = slot_find(set->slots, set->slot_count, address);
	if (!*slot) {
		if (2 * set->used >= set->slot_count) {
			if (slots_grow(set) == -1)
				return NULL;
			slot = slot_find(set->slots, set->slot_count, address);
		}
		*slot = calloc(1, sizeof(struct bitmap));
		if (!*slot)
			return NULL;
		memcpy((*slot)->address, address, sizeof((*slot)->address));
		(*slot)->generation = set->generation;
		set->used++;
	}
	set->latest = *slot;
	return *slot;
}

int port_set_add(struct port_set *set, const uint32_t address[4], uint16_t port)
{
	struct bitmap *bitmap = bitmap_get(set, address);
	if (!bitmap)
		return -1;
	if (bitmap->generation != set->generation) {
		memset(bitmap->words, 0, sizeof(bitmap->words));
		bitmap->generation = set->generation;
	}
	uint64_t bit = UINT64_C(1) << (port % 64);
	if (!(bitmap->words[port / 64] & bit)) {
		bitmap->words[port / 64] |= bit;
		set->count++;
	}
	return 0;
}

bool port_set_has(const struct port_set *set, const uint32_t address[4], uint16_t port)
{
	const struct bitmap *bitmap = *slot_find(set->slots, set->slot_count, address);
	return bitmap && bitmap->generation == set->generation &&
	       (bitmap->words[port / 64] >> (port % 64) & 1);
}

uint64_t port_set_count(const struct port_set *set)
{
	return set->count;
}
