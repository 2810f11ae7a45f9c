#include "bench/trace/connection_nodes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS_FIRST 1024U
#define CACHE_LINE_BYTES 64
/* More would stay empty. */
#define BUCKETS_MAX (UINT32_C(1) << CONNECTION_HASH_BITS)

/* A bucket's head, and the other half of a table that was just doubled. */
static_assert(sizeof(struct connection_slab) / CONNECTION_SLAB_NODES + 3 * sizeof(uint32_t) <=
		      CONNECTION_BYTES_MAX,
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
	return nodes->slab_count * CONNECTION_SLAB_NODES;
}

void connection_nodes_finish(struct connection_nodes *nodes)
{
	for (uint32_t place = 0; place < connection_nodes_places(nodes); place++)
		if (connection_nodes_link(nodes, place)->used)
			connection_finish(&connection_nodes_at(nodes, place)->connection);
	for (uint32_t i = 0; i < nodes->slab_count; i++)
		free(nodes->slabs[i]);
	free(nodes->slabs);
	free(nodes->buckets);
}

static uint64_t endpoint_hash(const struct endpoint *endpoint)
{
	uint64_t low, high;
	memcpy(&low, endpoint->host, sizeof(low));
	memcpy(&high, endpoint->host + 2, sizeof(high));
	low ^= UINT64_C(0x2545f4914f6cdd1d) ^ endpoint->port;
	uint64_t hash = low * UINT64_C(0x9e3779b97f4a7c15);
	hash ^= hash >> 32;
	hash = (hash ^ high) * UINT64_C(0xd6e8feb86659fd93);
	return hash ^ hash >> 29;
}

/* The same in both directions. */
static uint32_t tuple_hash(const struct endpoint *a, const struct endpoint *b)
{
	uint64_t hash = (endpoint_hash(a) + endpoint_hash(b)) * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(hash >> (64 - CONNECTION_HASH_BITS));
}

static uint32_t *bucket_of(const struct connection_nodes *nodes, uint32_t hash)
{
	return &nodes->buckets[hash & (nodes->bucket_count - 1)];
}

void connection_nodes_prefetch(const struct connection_nodes *nodes, uint32_t place)
{
	const char *node = (const char *)connection_nodes_at(nodes, place);
	__builtin_prefetch(bucket_of(nodes, connection_nodes_link(nodes, place)->hash));
	for (size_t at = 0; at < sizeof(struct connection_node); at += CACHE_LINE_BYTES)
		__builtin_prefetch(node + at, 1);
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
	uint32_t place = *bucket_of(nodes, hash);
	while (place != NOBODY) {
		const struct connection_link *link = connection_nodes_link(nodes, place);
		if (link->hash == hash &&
			is_of(&connection_nodes_at(nodes, place)->connection, segment))
			break;
		place = link->chain;
	}
	return place;
}

/* The node goes before the others of its bucket. */
static void link_chain(struct connection_nodes *nodes, uint32_t place)
{
	struct connection_link *link = connection_nodes_link(nodes, place);
	uint32_t *bucket = bucket_of(nodes, link->hash);
	link->chain = *bucket;
	*bucket = place;
}

static void buckets_grow(struct connection_nodes *nodes)
{
	uint32_t count = 2 * nodes->bucket_count;
	uint32_t *buckets = count > BUCKETS_MAX ? NULL : malloc(count * sizeof(*buckets));
	/* Without memory for more, the chains become longer. */
	if (!buckets)
		return;
	memset(buckets, 0xff, count * sizeof(*buckets));
	free(nodes->buckets);
	nodes->buckets = buckets;
	nodes->bucket_count = count;
	for (uint32_t place = 0; place < connection_nodes_places(nodes); place++) {
		const struct connection_link *link = connection_nodes_link(nodes, place);
		if (link->used && !link->is_succeeded)
			link_chain(nodes, place);
	}
}

static bool slab_add(struct connection_nodes *nodes)
{
	if (nodes->slab_count == nodes->slab_room) {
		uint32_t room = nodes->slab_room ? 2 * nodes->slab_room : 16;
		struct connection_slab **slabs =
			realloc(nodes->slabs, room * sizeof(struct connection_slab *));
		if (!slabs)
			return false;
		nodes->slabs = slabs;
		nodes->slab_room = room;
	}
	struct connection_slab *slab = calloc(1, sizeof(*slab));
	if (!slab)
		return false;
	nodes->slabs[nodes->slab_count] = slab;
	uint32_t first = nodes->slab_count++ * CONNECTION_SLAB_NODES;
	for (uint32_t i = CONNECTION_SLAB_NODES; i-- > 0;) {
		slab->links[i].chain = nodes->free;
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
	struct connection_link *link = connection_nodes_link(nodes, place);
	nodes->free = link->chain;
	connection_begin(
		&connection_nodes_at(nodes, place)->connection, segment, number, incarnation);
	*link = (struct connection_link){
		.used = 1,
		.hash = tuple_hash(&segment->from, &segment->to) & (BUCKETS_MAX - 1),
	};
	link_chain(nodes, place);
	nodes->used++;
	return place;
}

static void link_unchain(struct connection_nodes *nodes, uint32_t place)
{
	const struct connection_link *link = connection_nodes_link(nodes, place);
	uint32_t *before = bucket_of(nodes, link->hash);
	while (*before != place)
		before = &connection_nodes_link(nodes, *before)->chain;
	*before = link->chain;
}

void connection_nodes_hide(struct connection_nodes *nodes, uint32_t place)
{
	link_unchain(nodes, place);
	connection_nodes_link(nodes, place)->is_succeeded = true;
}

void connection_nodes_remove(struct connection_nodes *nodes, uint32_t place)
{
	struct connection_link *link = connection_nodes_link(nodes, place);
	if (!link->is_succeeded)
		link_unchain(nodes, place);
	connection_finish(&connection_nodes_at(nodes, place)->connection);
	link->used = false;
	link->chain = nodes->free;
	nodes->free = place;
	nodes->used--;
}
