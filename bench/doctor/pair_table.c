#include "bench/doctor/pair_table.h"

#include "bench/doctor/destination_sums.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 1024
#define TIME_WAIT_MS 60000

/* A TIME_WAIT of a pair. */
struct ending {
	uint32_t pair, left_ms;
};

struct pair_table {
	const struct doctor_settings *settings;
	uint32_t *slots; /* index + 1 of the pair; 0: none. Open addressing, a power of two. */
	size_t slot_count;
	struct doctor_pair *pairs;
	size_t count, room;
	struct ending *endings;
	size_t ending_count, ending_room;
	uint64_t held;
	size_t latest; /* sockets of one pair often come in a row */
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

static size_t place_hash(const struct counted_address *source,
	const struct counted_address *destination, uint16_t port)
{
	uint64_t hash = port;
	for (size_t i = 0; i < 4; i++) {
		hash = (hash ^ source->words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		hash = (hash ^ (hash >> 29) ^ destination->words[i]) * UINT64_C(0xbf58476d1ce4e5b9);
	}
	return (size_t)(hash >> 32);
}

static bool is_of(const struct doctor_pair *pair, const struct pair_socket *socket)
{
	return pair->port == socket->port && pair->is_ipv6 == socket->is_ipv6 &&
	       memcmp(&pair->source, &socket->source, sizeof(pair->source)) == 0 &&
	       memcmp(&pair->destination, &socket->destination, sizeof(pair->destination)) == 0;
}

static void slots_fill(const struct pair_table *table, uint32_t *slots, size_t slot_count)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct doctor_pair *pair = &table->pairs[i];
		size_t at = place_hash(&pair->source, &pair->destination, pair->port);
		while (slots[at & (slot_count - 1)])
			at++;
		slots[at & (slot_count - 1)] = (uint32_t)i + 1;
	}
}

static int slots_grow(struct pair_table *table)
{
	size_t slot_count = table->slot_count ? table->slot_count * 2 : SLOTS_FIRST;
	uint32_t *slots = calloc(slot_count, sizeof(*slots));
	if (!slots)
		return -1;
	slots_fill(table, slots, slot_count);
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
	if (table->count > 0 && is_of(&table->pairs[table->latest], socket))
		return (long)table->latest;
	if (2 * table->count >= table->slot_count && slots_grow(table) == -1)
		return -1;
	size_t at = place_hash(&socket->source, &socket->destination, socket->port);
	for (;; at++) {
		uint32_t index = table->slots[at & (table->slot_count - 1)];
		if (index == 0)
			break;
		if (is_of(&table->pairs[index - 1], socket))
			return (long)(table->latest = index - 1);
	}
	if (room_make((void **)&table->pairs, table->count, &table->room, sizeof(*table->pairs)) ==
		-1)
		return -1;
	table->slots[at & (table->slot_count - 1)] = (uint32_t)table->count + 1;
	table->pairs[table->count] = (struct doctor_pair){.source = socket->source,
		.destination = socket->destination,
		.port = socket->port,
		.is_ipv6 = socket->is_ipv6};
	return (long)(table->latest = table->count++);
}

static void live_add(struct doctor_pair *pair, uint32_t inode, unsigned parity)
{
	pair->live++;
	pair->held_young[parity]++;
	if (inode != 0 && pair->inode_count < DOCTOR_INODES)
		pair->inodes[pair->inode_count++] = inode;
}

/* The timer was set to 60 s when the TIME_WAIT was made, so what is left of it tells when. */
static int time_wait_add(struct pair_table *table, size_t index, uint32_t left_ms, unsigned parity)
{
	struct doctor_pair *pair = &table->pairs[index];
	uint32_t age_ms = left_ms < TIME_WAIT_MS ? TIME_WAIT_MS - left_ms : 0;
	int64_t delay_ms = table->settings->tw_reuse_delay_ms;
	pair->time_wait++;
	pair->held_young[parity] += age_ms < (delay_ms < 0 ? 1000 : delay_ms);
	for (size_t i = 0; i < DOCTOR_WINDOWS; i++)
		pair->made[i] += age_ms < 1000 * doctor_windows_s[i];
	if (age_ms > pair->oldest_ms[parity])
		pair->oldest_ms[parity] = age_ms;
	if (room_make((void **)&table->endings, table->ending_count, &table->ending_room,
		    sizeof(*table->endings)) == -1)
		return -1;
	/* The lowest bit of what is left is given up for the parity. */
	table->endings[table->ending_count++] =
		(struct ending){(uint32_t)index, (left_ms & ~1U) | parity};
	return 0;
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
	table->pairs[index].held[parity]++;
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
		uint32_t left_ms = table->endings[i].left_ms;
		size_t second = (size_t)(((left_ms & ~1U) + late_ms) / 1000);
		second = second < DOCTOR_ENDING_BINS ? second : DOCTOR_ENDING_BINS - 1;
		taken[place - 1].ending[second][left_ms & 1]++;
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
