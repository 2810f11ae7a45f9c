#include "bench/trace/connection_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SLAB_NODES 256U
#define NOBODY UINT32_MAX
#define BUCKETS_FIRST 1024U

/* A connection in the table. Nodes are named by their place. */
struct node {
	struct connection connection;
	uint32_t chain;                    /* the next of its bucket, or of the free ones */
	uint32_t ended_next, ended_before; /* those that ended, in the order of ending */
	bool used, is_ended, is_fresh;
	bool is_succeeded; /* by another of its four-tuple: no segment finds it */
};

/* A bucket's head, and the other half of a table that was just doubled. */
static_assert(sizeof(struct node) + 3 * sizeof(uint32_t) <= CONNECTION_BYTES_MAX,
	"a connection takes too much memory");

struct connection_table {
	struct connection_table_options options;
	struct connection_table_counts counts;
	struct node **slabs;
	uint32_t slab_count, slab_room;
	uint32_t *buckets, bucket_count; /* a power of two */
	uint32_t free, used;
	uint32_t ended_first, ended_last, ended_count;
	uint32_t hand; /* where the search for a silent one goes on */
	uint32_t next_number;
};

struct connection_table *connection_table_create(const struct connection_table_options *options)
{
	struct connection_table *table = calloc(1, sizeof(*table));
	if (!table)
		return NULL;
	table->options = *options;
	table->bucket_count = BUCKETS_FIRST;
	table->buckets = malloc(BUCKETS_FIRST * sizeof(*table->buckets));
	if (!table->buckets) {
		free(table);
		return NULL;
	}
	memset(table->buckets, 0xff, BUCKETS_FIRST * sizeof(*table->buckets));
	table->free = table->ended_first = table->ended_last = NOBODY;
	return table;
}

static struct node *node_at(const struct connection_table *table, uint32_t place)
{
	return &table->slabs[place / SLAB_NODES][place % SLAB_NODES];
}

void connection_table_destroy(struct connection_table *table)
{
	if (!table)
		return;
	for (uint32_t place = 0; place < table->slab_count * SLAB_NODES; place++)
		if (node_at(table, place)->used)
			connection_finish(&node_at(table, place)->connection);
	for (uint32_t i = 0; i < table->slab_count; i++)
		free(table->slabs[i]);
	free(table->slabs);
	free(table->buckets);
	free(table);
}

static uint64_t endpoint_hash(const struct endpoint *endpoint)
{
	uint64_t low, high;
	uint32_t port;
	memcpy(&low, endpoint->host, sizeof(low));
	memcpy(&high, endpoint->host + 2, sizeof(high));
	memcpy(&port, &endpoint->port, sizeof(port));
	uint64_t hash = (low ^ UINT64_C(0x2545f4914f6cdd1d) ^ port) * UINT64_C(0x9e3779b97f4a7c15);
	hash ^= hash >> 32;
	hash = (hash ^ high) * UINT64_C(0xd6e8feb86659fd93);
	return hash ^ hash >> 29;
}

/* The same in both directions. */
static uint32_t tuple_hash(const struct endpoint *a, const struct endpoint *b)
{
	uint64_t hash = (endpoint_hash(a) + endpoint_hash(b)) * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(hash >> 32);
}

static uint32_t *bucket_of(const struct connection_table *table, const struct endpoint endpoints[2])
{
	return &table->buckets[tuple_hash(&endpoints[0], &endpoints[1]) &
			       (table->bucket_count - 1)];
}

static bool is_of(const struct connection *connection, const struct segment *segment)
{
	const struct endpoint *ends = connection->endpoints;
	return (endpoint_equals(&ends[0], &segment->from) &&
		       endpoint_equals(&ends[1], &segment->to)) ||
	       (endpoint_equals(&ends[0], &segment->to) &&
		       endpoint_equals(&ends[1], &segment->from));
}

static uint32_t node_find(const struct connection_table *table, const struct segment *segment)
{
	uint32_t hash = tuple_hash(&segment->from, &segment->to);
	uint32_t place = table->buckets[hash & (table->bucket_count - 1)];
	while (place != NOBODY && !is_of(&node_at(table, place)->connection, segment))
		place = node_at(table, place)->chain;
	return place;
}

static void buckets_grow(struct connection_table *table)
{
	uint32_t count = 2 * table->bucket_count;
	uint32_t *buckets = malloc(count * sizeof(*buckets));
	/* Without memory for more, the chains become longer. */
	if (!buckets)
		return;
	memset(buckets, 0xff, count * sizeof(*buckets));
	free(table->buckets);
	table->buckets = buckets;
	table->bucket_count = count;
	for (uint32_t place = 0; place < table->slab_count * SLAB_NODES; place++) {
		struct node *node = node_at(table, place);
		if (!node->used || node->is_succeeded)
			continue;
		uint32_t *bucket = bucket_of(table, node->connection.endpoints);
		node->chain = *bucket;
		*bucket = place;
	}
}

static bool slab_add(struct connection_table *table)
{
	if (table->slab_count == table->slab_room) {
		uint32_t room = table->slab_room ? 2 * table->slab_room : 16;
		struct node **slabs = realloc(table->slabs, room * sizeof(struct node *));
		if (!slabs)
			return false;
		table->slabs = slabs;
		table->slab_room = room;
	}
	struct node *slab = calloc(SLAB_NODES, sizeof(*slab));
	if (!slab)
		return false;
	table->slabs[table->slab_count] = slab;
	uint32_t first = table->slab_count++ * SLAB_NODES;
	for (uint32_t i = SLAB_NODES; i-- > 0;) {
		slab[i].chain = table->free;
		table->free = first + i;
	}
	return true;
}

static void node_unchain(struct connection_table *table, uint32_t place)
{
	struct node *node = node_at(table, place);
	uint32_t *link = bucket_of(table, node->connection.endpoints);
	while (*link != place)
		link = &node_at(table, *link)->chain;
	*link = node->chain;
}

static void connection_report(struct connection_table *table, const struct connection *connection)
{
	table->counts.too_many_holes +=
		connection->sides[0].data.overflown || connection->sides[1].data.overflown;
	table->options.report(table->options.context, connection);
}

/* Reports the connection and frees its node. It must not stand among the ended. */
static void node_report(struct connection_table *table, uint32_t place)
{
	struct node *node = node_at(table, place);
	connection_report(table, &node->connection);
	if (!node->is_succeeded)
		node_unchain(table, place);
	connection_finish(&node->connection);
	node->used = false;
	node->chain = table->free;
	table->free = place;
	table->used--;
}

static void ended_remove(struct connection_table *table, uint32_t place)
{
	const struct node *node = node_at(table, place);
	if (node->ended_before == NOBODY)
		table->ended_first = node->ended_next;
	else
		node_at(table, node->ended_before)->ended_next = node->ended_next;
	if (node->ended_next == NOBODY)
		table->ended_last = node->ended_before;
	else
		node_at(table, node->ended_next)->ended_before = node->ended_before;
	table->ended_count--;
}

static void ended_report_first(struct connection_table *table)
{
	uint32_t place = table->ended_first;
	ended_remove(table, place);
	node_report(table, place);
}

static void ended_add(struct connection_table *table, uint32_t place)
{
	struct node *node = node_at(table, place);
	node->is_ended = true;
	node->ended_next = NOBODY;
	node->ended_before = table->ended_last;
	if (table->ended_last == NOBODY)
		table->ended_first = place;
	else
		node_at(table, table->ended_last)->ended_next = place;
	table->ended_last = place;
	table->ended_count++;
	if (table->ended_count > CONNECTION_TABLE_ENDED)
		ended_report_first(table);
}

/* An open connection of which nothing was seen since the hand came by. Only called when none that
 * ended is left. */
static uint32_t silent_find(struct connection_table *table)
{
	for (;;) {
		uint32_t place = table->hand++ % (table->slab_count * SLAB_NODES);
		struct node *node = node_at(table, place);
		if (node->used && !node->is_fresh)
			return place;
		node->is_fresh = false;
	}
}

static void room_make(struct connection_table *table)
{
	if (table->used < table->options.max)
		return;
	if (table->ended_count > 0) {
		ended_report_first(table);
		return;
	}
	uint32_t place = silent_find(table);
	node_at(table, place)->connection.cut_short = true;
	table->counts.cut_short++;
	node_report(table, place);
}

static uint32_t node_add(
	struct connection_table *table, const struct segment *segment, uint32_t incarnation)
{
	room_make(table);
	if (table->free == NOBODY && !slab_add(table)) {
		table->counts.no_memory++;
		return NOBODY;
	}
	if (table->used >= table->bucket_count)
		buckets_grow(table);
	uint32_t place = table->free;
	struct node *node = node_at(table, place);
	table->free = node->chain;
	connection_begin(&node->connection, segment, table->next_number++, incarnation);
	node->used = true;
	node->is_ended = node->is_succeeded = false;
	uint32_t *bucket = bucket_of(table, node->connection.endpoints);
	node->chain = *bucket;
	*bucket = place;
	table->used++;
	table->counts.connections++;
	if (table->used > table->counts.most)
		table->counts.most = table->used;
	return place;
}

/* The connection makes way for the next of its four-tuple: it ended, as that one could begin.
 * Returns that one's incarnation. */
static uint32_t node_succeed(struct connection_table *table, uint32_t place)
{
	struct node *node = node_at(table, place);
	uint32_t incarnation = node->connection.incarnation + 1;
	node_unchain(table, place);
	node->is_succeeded = true;
	if (!node->is_ended)
		ended_add(table, place);
	return incarnation;
}

const struct connection *connection_table_see(
	struct connection_table *table, const struct segment *segment, unsigned *notes)
{
	uint32_t place = node_find(table, segment), incarnation = 1;
	if (place != NOBODY) {
		struct connection *connection = &node_at(table, place)->connection;
		unsigned side = connection_side(connection, segment);
		if (connection_is_succeeded_by(connection, side, segment)) {
			incarnation = node_succeed(table, place);
			place = NOBODY;
		}
	}
	if (place == NOBODY)
		place = node_add(table, segment, incarnation);
	if (place == NOBODY)
		return NULL;
	struct node *node = node_at(table, place);
	node->is_fresh = true;
	*notes = connection_see(
		&node->connection, connection_side(&node->connection, segment), segment);
	if (!node->is_ended && tcp_ending_is_over(&node->connection.ending))
		ended_add(table, place);
	return &node->connection;
}

static int number_compare(const void *a, const void *b)
{
	const struct node *const *left = a, *const *right = b;
	uint32_t one = (*left)->connection.number, other = (*right)->connection.number;
	return one < other ? -1 : one > other;
}

void connection_table_finish(struct connection_table *table)
{
	struct node **left = malloc((table->used + 1) * sizeof(struct node *));
	uint32_t count = 0;
	for (uint32_t place = 0; place < table->slab_count * SLAB_NODES; place++) {
		struct node *node = node_at(table, place);
		if (!node->used)
			continue;
		/* Without memory they come in another order. */
		if (left)
			left[count++] = node;
		else
			connection_report(table, &node->connection);
	}
	if (left)
		qsort(left, count, sizeof(struct node *), number_compare);
	for (uint32_t i = 0; i < count; i++)
		connection_report(table, &left[i]->connection);
	free(left);
}

const struct connection_table_counts *connection_table_counts(const struct connection_table *table)
{
	return &table->counts;
}
