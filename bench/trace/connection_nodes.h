/* Where the connections of the table lie: nodes in slabs, named by their place, and chained by
 * their four-tuple. What a search looks at lies beside the nodes, close together: it touches the
 * node that it finds, and no other. Memory grows with the most that there were at the same time. */
#ifndef BENCH_TRACE_CONNECTION_NODES_H
#define BENCH_TRACE_CONNECTION_NODES_H

#include "bench/trace/connection.h"

#include <stdbool.h>
#include <stdint.h>

/* No place. */
#define NOBODY UINT32_MAX

struct connection_node {
	struct connection connection;
	uint32_t ended_next, ended_before; /* those that ended, in the order of ending */
};

#define CONNECTION_HASH_BITS 27

struct connection_link {
	uint32_t chain; /* the next of its bucket, or of the free ones */
	uint32_t hash : CONNECTION_HASH_BITS;
	uint32_t used : 1, is_ended : 1, is_fresh : 1;
	uint32_t is_succeeded : 1; /* by another of its four-tuple: no segment finds it */
	uint32_t is_reported : 1;  /* and kept, since its segments may be sent again */
};

#define CONNECTION_SLAB_NODES 256U

struct connection_slab {
	struct connection_link links[CONNECTION_SLAB_NODES];
	struct connection_node nodes[CONNECTION_SLAB_NODES];
};

struct connection_nodes {
	struct connection_slab **slabs;
	uint32_t slab_count, slab_room;
	uint32_t *buckets, bucket_count; /* a power of two */
	uint32_t free, used;
};

/* Returns false where there is no memory. */
bool connection_nodes_init(struct connection_nodes *nodes);
void connection_nodes_finish(struct connection_nodes *nodes);

/* Places go from 0 up to this; a node that is not used is none. */
uint32_t connection_nodes_places(const struct connection_nodes *nodes);

static inline struct connection_node *connection_nodes_at(
	const struct connection_nodes *nodes, uint32_t place)
{
	return &nodes->slabs[place / CONNECTION_SLAB_NODES]->nodes[place % CONNECTION_SLAB_NODES];
}

static inline struct connection_link *connection_nodes_link(
	const struct connection_nodes *nodes, uint32_t place)
{
	return &nodes->slabs[place / CONNECTION_SLAB_NODES]->links[place % CONNECTION_SLAB_NODES];
}

/* Has the processor fetch the node, which is looked at soon. */
void connection_nodes_prefetch(const struct connection_nodes *nodes, uint32_t place);

/* The place of the segment's connection, or NOBODY. */
uint32_t connection_nodes_find(const struct connection_nodes *nodes, const struct segment *segment);

/* A node for the segment's connection, which it begins; or NOBODY where there is no memory. */
uint32_t connection_nodes_add(struct connection_nodes *nodes, const struct segment *segment,
	uint32_t number, uint32_t incarnation);

/* No segment finds the node any more. */
void connection_nodes_hide(struct connection_nodes *nodes, uint32_t place);

/* Frees the node, and what its connection holds. */
void connection_nodes_remove(struct connection_nodes *nodes, uint32_t place);

#endif
