#include "bench/doctor/pair_table.h"

#include "bench/doctor/destination_sums.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 1024
#define TIME_WAIT_MS 60000

/* A TIME_WAIT of a pair. */
struct ending {
	uint32_t pair;
	uint32_t left_ms : 31, parity : 1;
};

/* Of a pair whose place is not wide, a slot has all that tells it from others: sockets come in no
 * order, and where there are thousands of pairs, each look at one is a miss of the cache. */
struct slot {
	uint32_t source, destination; /* of wide ones a mix */
	uint16_t port;
	bool is_ipv6, is_wide; /* wide: an address has more than its first word */
	uint32_t number;       /* 1 + index of the pair; 0: the slot is free */
};

struct pair_table {
	const struct doctor_settings *settings;
	struct slot *slots; /* open addressing, a power of two */
	size_t slot_count;
	struct doctor_pair *pairs;
	size_t count, room;
	struct ending *endings;
	size_t ending_count, ending_room;
	uint64_t held;
};

struct pair_table *pair_table_create(const struct doctor_settings *settings)
{
	struct pair_table *table = calloc(1, sizeof(*table));
	if (table)
		table->settings = settings;
	return table;
}

void pair_table_destroy(struct pair_table *table)
{
	if (!table)
		return;
	free(table->slots);
	free(table->pairs);
	free(table->endings);
	free(table);
}

static bool is_wide(const struct counted_address *address)
{
	return (address->words[1] | address->words[2] | address->words[3]) != 0;
}

/* No two addresses that are not wide have the same. */
static uint32_t address_mix(const struct counted_address *address)
{
	uint32_t mix = address->words[0];
	for (size_t i = 1; i < 4; i++)
		mix = (mix ^ address->words[i]) * UINT32_C(0x9e3779b1);
	return mix;
}

static struct slot slot_of(const struct pair_socket *socket)
{
	return (struct slot){
		.source = address_mix(&socket->source),
		.destination = address_mix(&socket->destination),
		.port = socket->port,
		.is_ipv6 = socket->is_ipv6,
		.is_wide = is_wide(&socket->source) || is_wide(&socket->destination),
	};
}

static size_t slot_hash(const struct slot *slot)
{
	uint64_t hash = slot->source * UINT64_C(0x9e3779b97f4a7c15) + slot->destination;
	hash = (hash ^ hash >> 29 ^ slot->port) * UINT64_C(0xbf58476d1ce4e5b9);
	return (size_t)(hash >> 32);
}

static bool is_slot_of(const struct pair_table *table, const struct slot *slot,
	const struct slot *wanted, const struct pair_socket *socket)
{
	if (memcmp(slot, wanted, offsetof(struct slot, number)) != 0)
		return false;
	const struct doctor_pair *pair = &table->pairs[slot->number - 1];
	return !slot->is_wide ||
	       (memcmp(&pair->source, &socket->source, sizeof(pair->source)) == 0 &&
		       memcmp(&pair->destination, &socket->destination,
			       sizeof(pair->destination)) == 0);
}

static int slots_grow(struct pair_table *table)
{
	size_t slot_count = table->slot_count ? table->slot_count * 2 : SLOTS_FIRST;
	struct slot *slots = calloc(slot_count, sizeof(*slots));
	if (!slots)
		return -1;
	for (size_t i = 0; i < table->slot_count; i++) {
		if (table->slots[i].number == 0)
			continue;
		size_t at = slot_hash(&table->slots[i]);
		while (slots[at & (slot_count - 1)].number != 0)
			at++;
		slots[at & (slot_count - 1)] = table->slots[i];
	}
	free(table->slots);
	table->slots = slots;
	table->slot_count = slot_count;
	return 0;
}

/* Room for one more: twice as much each time. */
static int room_make(void **list, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return 0;
	size_t more = *room ? 2 * *room : 256;
	void *grown = realloc(*list, more * size);
	if (!grown)
		return -1;
	*list = grown;
	*room = more;
	return 0;
}

/* Returns the index of the socket's pair, or -1 when there is no memory. */
static long pair_find(struct pair_table *table, const struct pair_socket *socket)
{
	if (2 * table->count >= table->slot_count && slots_grow(table) == -1)
		return -1;
	struct slot wanted = slot_of(socket), *slot;
	for (size_t at = slot_hash(&wanted);; at++) {
		slot = &table->slots[at & (table->slot_count - 1)];
		if (slot->number == 0)
			break;
		if (is_slot_of(table, slot, &wanted, socket))
			return (long)slot->number - 1;
	}
	if (room_make((void **)&table->pairs, table->count, &table->room, sizeof(*table->pairs)) ==
		-1)
		return -1;
	table->pairs[table->count] = (struct doctor_pair){.source = socket->source,
		.destination = socket->destination,
		.port = socket->port,
		.is_ipv6 = socket->is_ipv6};
	wanted.number = (uint32_t)table->count + 1;
	*slot = wanted;
	return (long)table->count++;
}

static void live_add(struct doctor_pair *pair, uint32_t inode, unsigned parity)
{
	pair->live++;
	pair->held[parity]++;
	pair->held_young[parity]++;
	if (inode != 0 && pair->inode_count < DOCTOR_INODES)
		pair->inodes[pair->inode_count++] = inode;
}

/* Counted when all are there. */
static int time_wait_add(struct pair_table *table, size_t index, uint32_t left_ms, unsigned parity)
{
	if (room_make((void **)&table->endings, table->ending_count, &table->ending_room,
		    sizeof(*table->endings)) == -1)
		return -1;
	table->endings[table->ending_count++] = (struct ending){
		.pair = (uint32_t)index, .left_ms = left_ms & INT32_MAX, .parity = parity & 1};
	return 0;
}

/* The timer was set to 60 s when the TIME_WAIT was made, so what is left of it tells when. */
static void time_wait_count(struct doctor_pair *pair, struct ending of, int64_t young_ms)
{
	uint32_t age_ms = of.left_ms < TIME_WAIT_MS ? TIME_WAIT_MS - of.left_ms : 0;
	pair->time_wait++;
	pair->held[of.parity]++;
	pair->held_young[of.parity] += age_ms < young_ms;
	for (size_t i = 0; i < DOCTOR_WINDOWS; i++)
		pair->made[i] += age_ms < 1000 * doctor_windows_s[i];
	if (age_ms > pair->oldest_ms[of.parity])
		pair->oldest_ms[of.parity] = age_ms;
}

static void time_waits_count(struct pair_table *table)
{
	int64_t delay_ms = table->settings->tw_reuse_delay_ms;
	for (size_t i = 0; i < table->ending_count; i++)
		time_wait_count(&table->pairs[table->endings[i].pair], table->endings[i],
			delay_ms < 0 ? 1000 : delay_ms);
}

int pair_table_add(struct pair_table *table, const struct pair_socket *socket)
{
	const struct port_range *ports = &table->settings->ports;
	if (!port_range_has(ports, socket->own_port))
		return 0;
	long index = pair_find(table, socket);
	if (index == -1)
		return -1;
	unsigned parity = port_range_parity(ports, socket->own_port);
	table->held++;
	if (socket->is_time_wait)
		return time_wait_add(table, (size_t)index, socket->left_ms, parity);
	live_add(&table->pairs[index], socket->inode, parity);
	return 0;
}

static uint32_t held_of(const struct doctor_pair *pair)
{
	return pair->held[0] + pair->held[1];
}

static int fuller(const void *a, const void *b)
{
	uint32_t first = held_of(*(const struct doctor_pair *const *)a);
	uint32_t second = held_of(*(const struct doctor_pair *const *)b);
	return (first < second) - (first > second);
}

/* The timer wheel fires later than the timer says, by half a tick on average. */
static void endings_tell(const struct pair_table *table, const uint32_t *places,
	const struct time_wait_life *life, struct doctor_pair *taken)
{
	double late_ms = (life->mean_s - life->least_s) * 1000;
	for (size_t i = 0; i < table->ending_count; i++) {
		uint32_t place = places[table->endings[i].pair];
		if (place == 0 || !taken || !taken[place - 1].ending)
			continue;
		size_t second = (size_t)((table->endings[i].left_ms + late_ms) / 1000);
		second = second < DOCTOR_ENDING_BINS ? second : DOCTOR_ENDING_BINS - 1;
		taken[place - 1].ending[second][table->endings[i].parity]++;
	}
}

/* `places`: of each pair, 1 + where it was copied to; 0: left out. */
static int pairs_copy(const struct pair_table *table, struct doctor_pair **sorted, size_t count,
	uint32_t *places, struct doctor_namespace *into)
{
	into->pairs = calloc(count + 1, sizeof(*into->pairs));
	if (!into->pairs)
		return -1;
	for (size_t i = 0; i < count; i++) {
		into->pairs[i] = *sorted[i];
		into->pairs[i].ending = calloc(DOCTOR_ENDING_BINS, sizeof(*into->pairs[i].ending));
		into->pair_count = i + 1;
		places[sorted[i] - table->pairs] = (uint32_t)i + 1;
		if (!into->pairs[i].ending)
			return -1;
	}
	return 0;
}

int pair_table_take(struct pair_table *table, uint32_t part, size_t most,
	const struct time_wait_life *life, struct doctor_namespace *into)
{
	struct doctor_pair **sorted = calloc(table->count + 1, sizeof(struct doctor_pair *));
	uint32_t *places = calloc(table->count + 1, sizeof(*places));
	uint32_t available = port_range_count(&table->settings->ports);
	size_t count = 0;
	int result = -1;
	time_waits_count(table);
	for (size_t i = 0; sorted && i < table->count; i++)
		if ((uint64_t)held_of(&table->pairs[i]) * part >= available)
			sorted[count++] = &table->pairs[i];
	if (sorted && places) {
		qsort(sorted, count, sizeof(struct doctor_pair *), fuller);
		count = count < most ? count : most;
		into->pairs_left_out = table->count - count;
		result = pairs_copy(table, sorted, count, places, into);
	}
	if (result == 0)
		endings_tell(table, places, life, into->pairs);
	if (result == 0)
		result = destination_sums_make(table->pairs, table->count, into);
	free(places);
	free(sorted);
	return result;
}

void doctor_pairs_free(struct doctor_pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(pairs[i].ending);
	free(pairs);
}

uint64_t pair_table_held(const struct pair_table *table)
{
	return table->held;
}
