#include "bench/trace/connection_nodes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SLAB_NODES 256U
#define BUCKETS_FIRST 1024U

/* A bucket's head, and the other half of a table that was just doubled. */
static_assert(sizeof(struct connection_node) + 3 * sizeof(uint32_t) <= CONNECTION_BYTES_MAX,
	"a connection takes too much memory");

bool connection_nodes_init(struct connection_nodes *nodes)
{
	*nodes = (struct connection_nodes){.bucket_count = BUCKETS_FIRST, .free = NOBODY};
	nodes->buckets = malloc(BUCKETS_FIRST * sizeof(*nodes->buckets));
	if (nodes->buckets)
		memset(nodes->buckets, 0xff, BUCKETS_FIRST * sizeof(*nodes->buckets));
	return nodes->buckets;
}

uint32_t connection_nodes_places(const struct connection_nodes *nodes)
{
	return nodes->slab_count * SLAB_NODES;
}

struct connection_node *connection_nodes_at(const struct connection_nodes *nodes, uint32_t place)
{
	return &nodes->slabs[place / SLAB_NODES][place % SLAB_NODES];
}

void connection_nodes_finish(struct connection_nodes *nodes)
{
	for (uint32_t place = 0; place < connection_nodes_places(nodes); place++)
		if (connection_nodes_at(nodes, place)->used)
			connection_finish(&connection_nodes_at(nodes, place)->connection);
	for (uint32_t i = 0; i < nodes->slab_count; i++)
		free(nodes->slabs[i]);
	free(nodes->slabs);
	free(nodes->buckets);
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

static uint32_t *bucket_of(const struct connection_nodes *nodes, const struct endpoint endpoints[2])
{
	return &nodes->buckets[tuple_hash(&endpoints[0], &endpoints[1]) &
			       (nodes->bucket_count - 1)];
}

static bool is_of(const struct connection *connection, const struct segment *segment)
{
	const struct endpoint *ends = connection->endpoints;
	return (endpoint_equals(&ends[0], &segment->from) &&
		       endpoint_equals(&ends[1], &segment->to)) ||
	       (endpoint_equals(&ends[0], &segment->to) &&
		       endpoint_equals(&ends[1], &segment->from));
}

uint32_t connection_nodes_find(const struct connection_nodes *nodes, const struct segment *segment)
{
	uint32_t hash = tuple_hash(&segment->from, &segment->to);
	uint32_t place = nodes->buckets[hash & (nodes->bucket_count - 1)];
	while (place != NOBODY && !is_of(&connection_nodes_at(nodes, place)->connection, segment))
		place = connection_nodes_at(nodes, place)->chain;
	return place;
}

static void buckets_grow(struct connection_nodes *nodes)
{
	uint32_t count = 2 * nodes->bucket_count;
	uint32_t *buckets = malloc(count * sizeof(*buckets));
	/* Without memory for more, the chains become longer. */
	if (!buckets)
		return;
	memset(buckets, 0xff, count * sizeof(*buckets));
	free(nodes->buckets);
	nodes->buckets = buckets;
	nodes->bucket_count = count;
	for (uint32_t place = 0; place < connection_nodes_places(nodes); place++) {
		struct connection_node *node = connection_nodes_at(nodes, place);
		if (!node->used || node->is_succeeded)
			continue;
		uint32_t *bucket = bucket_of(nodes, node->connection.endpoints);
		node->chain = *bucket;
		*bucket = place;
	}
}

static bool slab_add(struct connection_nodes *nodes)
{
	if (nodes->slab_count == nodes->slab_room) {
		uint32_t room = nodes->slab_room ? 2 * nodes->slab_room : 16;
		struct connection_node **slabs =
			realloc(nodes->slabs, room * sizeof(struct connection_node *));
		if (!slabs)
			return false;
		nodes->slabs = slabs;
		nodes->slab_room = room;
	}
	struct connection_node *slab = calloc(SLAB_NODES, sizeof(*slab));
	if (!slab)
		return false;
	nodes->slabs[nodes->slab_count] = slab;
	uint32_t first = nodes->slab_count++ * SLAB_NODES;
	for (uint32_t i = SLAB_NODES; i-- > 0;) {
		slab[i].chain = nodes->free;
		nodes->free = first + i;
	}
	return true;
}

uint32_t connection_nodes_add(struct connection_nodes *nodes, const struct segment *segment,
	uint32_t number, uint32_t incarnation)
{
	if (nodes->free == NOBODY && !slab_add(nodes))
		return NOBODY;
	if (nodes->used >= nodes->bucket_count)
		buckets_grow(nodes);
	uint32_t place = nodes->free;
	struct connection_node *node = connection_nodes_at(nodes, place);
	nodes->free = node->chain;
	connection_begin(&node->connection, segment, number, incarnation);
	node->used = true;
	node->is_ended = node->is_succeeded = node->is_reported = false;
	uint32_t *bucket = bucket_of(nodes, node->connection.endpoints);
	node->chain = *bucket;
	*bucket = place;
	nodes->used++;
	return place;
}

static void node_unchain(struct connection_nodes *nodes, uint32_t place)
{
	struct connection_node *node = connection_nodes_at(nodes, place);
	uint32_t *link = bucket_of(nodes, node->connection.endpoints);
	while (*link != place)
		link = &connection_nodes_at(nodes, *link)->chain;
	*link = node->chain;
}

void connection_nodes_hide(struct connection_nodes *nodes, uint32_t place)
{
	node_unchain(nodes, place);
	connection_nodes_at(nodes, place)->is_succeeded = true;
}

void connection_nodes_remove(struct connection_nodes *nodes, uint32_t place)
{
	struct connection_node *node = connection_nodes_at(nodes, place);
	if (!node->is_succeeded)
		node_unchain(nodes, place);
	connection_finish(&node->connection);
	node->used = false;
	node->chain = nodes->free;
	nodes->free = place;
	nodes->used--;
}
