#include "bench/trace/connection_table.h"
#include "bench/trace/connection_nodes.h"

#include <stdlib.h>

struct connection_table {
	struct connection_table_options options;
	struct connection_table_counts counts;
	struct connection_nodes nodes;
	uint32_t ended_first, ended_last, ended_count;
	uint32_t unsettled; /* of those that ended, the first that was not reported */
	uint32_t hand;      /* where the search for a silent one goes on */
	uint32_t next_number;
};

struct connection_table *connection_table_create(const struct connection_table_options *options)
{
	struct connection_table *table = calloc(1, sizeof(*table));
	if (!table)
		return NULL;
	table->options = *options;
	if (!connection_nodes_init(&table->nodes)) {
		free(table);
		return NULL;
	}
	table->ended_first = table->ended_last = table->unsettled = NOBODY;
	return table;
}

static struct connection_node *node_at(const struct connection_table *table, uint32_t place)
{
	return connection_nodes_at(&table->nodes, place);
}

static struct connection_link *link_at(const struct connection_table *table, uint32_t place)
{
	return connection_nodes_link(&table->nodes, place);
}

void connection_table_destroy(struct connection_table *table)
{
	if (!table)
		return;
	connection_nodes_finish(&table->nodes);
	free(table);
}

static void node_report(struct connection_table *table, uint32_t place)
{
	const struct connection *connection = &node_at(table, place)->connection;
	if (link_at(table, place)->is_reported)
		return;
	link_at(table, place)->is_reported = true;
	table->counts.too_many_holes +=
		connection->sides[0].data.overflown || connection->sides[1].data.overflown;
	table->options.report(table->options.context, connection);
}

/* It must not stand among the ended. */
static void node_remove(struct connection_table *table, uint32_t place)
{
	node_report(table, place);
	connection_nodes_remove(&table->nodes, place);
}

static void ended_remove(struct connection_table *table, uint32_t place)
{
	const struct connection_node *node = node_at(table, place);
	if (table->unsettled == place)
		table->unsettled = node->ended_next;
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

/* The next one to go has not been looked at for long: it is fetched while segments are read. */
static void ended_remove_first(struct connection_table *table)
{
	uint32_t place = table->ended_first;
	ended_remove(table, place);
	node_remove(table, place);
	if (table->ended_first != NOBODY)
		connection_nodes_prefetch(&table->nodes, table->ended_first);
}

static void ended_add(struct connection_table *table, uint32_t place)
{
	struct connection_node *node = node_at(table, place);
	link_at(table, place)->is_ended = true;
	node->ended_next = NOBODY;
	node->ended_before = table->ended_last;
	if (table->ended_last == NOBODY)
		table->ended_first = place;
	else
		node_at(table, table->ended_last)->ended_next = place;
	table->ended_last = place;
	if (table->unsettled == NOBODY)
		table->unsettled = place;
	table->ended_count++;
	if (table->ended_count > CONNECTION_TABLE_ENDED)
		ended_remove_first(table);
}

static void ended_take_back(struct connection_table *table, uint32_t place)
{
	ended_remove(table, place);
	link_at(table, place)->is_ended = false;
}

/* An open connection of which nothing was seen since the hand came by. Only called when none that
 * ended is left. */
static uint32_t silent_find(struct connection_table *table)
{
	for (;;) {
		uint32_t place = table->hand++ % connection_nodes_places(&table->nodes);
		struct connection_link *link = link_at(table, place);
		if (link->used && !link->is_fresh)
			return place;
		link->is_fresh = false;
	}
}

static void room_make(struct connection_table *table)
{
	if (table->nodes.used < table->options.max)
		return;
	if (table->ended_count > 0) {
		ended_remove_first(table);
		return;
	}
	uint32_t place = silent_find(table);
	node_at(table, place)->connection.cut_short = true;
	table->counts.cut_short++;
	node_remove(table, place);
}

static uint32_t node_add(
	struct connection_table *table, const struct segment *segment, uint32_t incarnation)
{
	room_make(table);
	uint32_t place =
		connection_nodes_add(&table->nodes, segment, table->next_number, incarnation);
	if (place == NOBODY) {
		table->counts.no_memory++;
		return NOBODY;
	}
	table->next_number++;
	table->counts.connections++;
	if (table->nodes.used > table->counts.most)
		table->counts.most = table->nodes.used;
	return place;
}

/* The connection makes way for the next of its four-tuple: it ended, as that one could begin.
 * Returns that one's incarnation. */
static uint32_t node_succeed(struct connection_table *table, uint32_t place)
{
	struct connection_node *node = node_at(table, place);
	uint32_t incarnation = node->connection.incarnation + 1;
	connection_nodes_hide(&table->nodes, place);
	if (!link_at(table, place)->is_ended)
		ended_add(table, place);
	return incarnation;
}

const struct connection *connection_table_see(
	struct connection_table *table, const struct segment *segment, unsigned *notes)
{
	uint32_t place = connection_nodes_find(&table->nodes, segment), incarnation = 1;
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
	struct connection *connection = &node_at(table, place)->connection;
	struct connection_link *link = link_at(table, place);
	link->is_fresh = true;
	*notes = connection_see(connection, connection_side(connection, segment), segment);
	bool is_over = tcp_ending_is_over(&connection->ending);
	if (!link->is_ended && is_over)
		ended_add(table, place);
	/* The RST that ended it was not its end's. */
	else if (link->is_ended && !is_over && !link->is_reported)
		ended_take_back(table, place);
	return connection;
}

void connection_table_settle(struct connection_table *table, uint64_t now_ns)
{
	for (uint32_t place = table->unsettled; place != NOBODY;) {
		const struct connection_node *node = node_at(table, place);
		if (now_ns >= node->connection.last_ns + CONNECTION_TABLE_SETTLE_NS)
			node_report(table, place);
		place = node->ended_next;
	}
	while (table->unsettled != NOBODY && link_at(table, table->unsettled)->is_reported)
		table->unsettled = node_at(table, table->unsettled)->ended_next;
}

static int number_compare(const void *a, const void *b, void *context)
{
	const struct connection_table *table = context;
	const uint32_t *left = a, *right = b;
	uint32_t one = node_at(table, *left)->connection.number;
	uint32_t other = node_at(table, *right)->connection.number;
	return one < other ? -1 : one > other;
}

void connection_table_finish(struct connection_table *table)
{
	/* Places, since pointers and what qsort_r() takes for itself would be twice as large. */
	uint32_t *left = malloc((table->nodes.used + 1) * sizeof(*left));
	uint32_t count = 0;
	for (uint32_t place = 0; place < connection_nodes_places(&table->nodes); place++) {
		if (!link_at(table, place)->used)
			continue;
		/* Without memory they come in another order. */
		if (left)
			left[count++] = place;
		else
			node_report(table, place);
	}
	if (left)
		qsort_r(left, count, sizeof(*left), number_compare, table);
	for (uint32_t i = 0; i < count; i++)
		node_report(table, left[i]);
	free(left);
}

const struct connection_table_counts *connection_table_counts(const struct connection_table *table)
{
	return &table->counts;
}
