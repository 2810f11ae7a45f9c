#include "bench/trace/tally.h"

#include <stdlib.h>
#include <string.h>

/* No first closer is told in more words than these. */
#define CLOSERS 5
#define ROWS_MAX ((size_t)ENDING_WORDS * CLOSERS * ENDING_CAUSES)
#define SLOTS ((size_t)2 * TALLY_SERVERS_MAX)
#define SERVERS_FIRST 16

struct tally {
	uint64_t connections, lost, others;
	size_t row_count, server_count, server_room;
	struct tally_row rows[ROWS_MAX];
	struct tally_server *servers;
	uint16_t slots[SLOTS]; /* 1 more than a server's place; 0: empty */
};

struct tally *tally_create(void)
{
	return calloc(1, sizeof(struct tally));
}

void tally_destroy(struct tally *tally)
{
	if (!tally)
		return;
	free(tally->servers);
	free(tally);
}

bool tally_word_is_bad(enum tcp_ending_word word)
{
	return word == ENDING_RESET || word == ENDING_HALF_CLOSED_THEN_RESET ||
	       word == ENDING_REFUSED || word == ENDING_UNANSWERED;
}

static struct tally_row *row_find(struct tally *tally, const struct connection_view *view)
{
	for (size_t i = 0; i < tally->row_count; i++) {
		struct tally_row *row = &tally->rows[i];
		if (row->word == view->word && row->cause == view->cause &&
			strcmp(row->first_closer, view->first_closer) == 0)
			return row;
	}
	struct tally_row *row = &tally->rows[tally->row_count++];
	*row = (struct tally_row){
		.word = view->word, .first_closer = view->first_closer, .cause = view->cause};
	return row;
}

static bool servers_grow(struct tally *tally)
{
	if (tally->server_count < tally->server_room)
		return true;
	size_t room = tally->server_room ? 2 * tally->server_room : SERVERS_FIRST;
	if (room > TALLY_SERVERS_MAX)
		return false;
	struct tally_server *servers = realloc(tally->servers, room * sizeof(*servers));
	if (!servers)
		return false;
	tally->servers = servers;
	tally->server_room = room;
	return true;
}

/* Returns NULL where there are too many, or no memory. */
static struct tally_server *server_find(struct tally *tally, const struct endpoint *endpoint)
{
	uint32_t words[sizeof(*endpoint) / sizeof(uint32_t)], hash = 0;
	memcpy(words, endpoint, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		hash = (hash ^ words[i]) * UINT32_C(0x9e3779b1);
	size_t slot = (hash >> 16) % SLOTS;
	for (; tally->slots[slot] != 0; slot = (slot + 1) % SLOTS) {
		struct tally_server *server = &tally->servers[tally->slots[slot] - 1];
		if (endpoint_equals(&server->endpoint, endpoint))
			return server;
	}
	if (!servers_grow(tally))
		return NULL;
	struct tally_server *server = &tally->servers[tally->server_count++];
	*server = (struct tally_server){.endpoint = *endpoint};
	tally->slots[slot] = (uint16_t)tally->server_count;
	return server;
}

static void server_add(
	struct tally *tally, const struct connection_view *view, uint32_t number, uint64_t lost)
{
	struct tally_server *server = server_find(tally, &view->endpoints[VIEW_SERVER]);
	if (!server) {
		tally->others++;
		return;
	}
	server->connections++;
	server->lost += lost;
	server->words[view->word]++;
	if (tally_word_is_bad(view->word) && (!server->has_example || lost > server->its_lost)) {
		server->example = number;
		server->its_lost = lost;
		server->has_example = true;
	}
}

void tally_add(struct tally *tally, const struct connection *connection)
{
	struct connection_view view = connection_view_of(connection);
	uint64_t lost = connection_view_lost(&view);
	struct tally_row *row = row_find(tally, &view);
	if (row->connections++ == 0 || lost > row->its_lost) {
		row->example = connection->number;
		row->its_lost = lost;
	}
	row->lost += lost;
	tally->connections++;
	tally->lost += lost;
	server_add(tally, &view, connection->number, lost);
}

uint64_t tally_connections(const struct tally *tally)
{
	return tally->connections;
}

uint64_t tally_lost(const struct tally *tally)
{
	return tally->lost;
}

uint64_t tally_word(const struct tally *tally, enum tcp_ending_word word)
{
	uint64_t count = 0;
	for (size_t i = 0; i < tally->row_count; i++)
		count += tally->rows[i].word == word ? tally->rows[i].connections : 0;
	return count;
}

uint64_t tally_cause(const struct tally *tally, enum tcp_ending_cause cause)
{
	uint64_t count = 0;
	for (size_t i = 0; i < tally->row_count; i++)
		count += tally->rows[i].cause == cause ? tally->rows[i].connections : 0;
	return count;
}

static int row_compare(const void *a, const void *b)
{
	const struct tally_row *one = a, *other = b;
	if (one->connections != other->connections)
		return one->connections > other->connections ? -1 : 1;
	return one->example < other->example ? -1 : 1;
}

const struct tally_row *tally_rows(struct tally *tally, size_t *count)
{
	qsort(tally->rows, tally->row_count, sizeof(tally->rows[0]), row_compare);
	*count = tally->row_count;
	return tally->rows;
}

uint64_t tally_server_bad(const struct tally_server *server)
{
	uint64_t bad = 0;
	for (int word = 0; word < ENDING_WORDS; word++)
		bad += tally_word_is_bad((enum tcp_ending_word)word) ? server->words[word] : 0;
	return bad;
}

static int server_compare(const void *a, const void *b)
{
	const struct tally_server *one = a, *other = b;
	double bad = (double)tally_server_bad(one) * (double)other->connections;
	double other_bad = (double)tally_server_bad(other) * (double)one->connections;
	if (bad != other_bad)
		return bad > other_bad ? -1 : 1;
	if (one->connections != other->connections)
		return one->connections > other->connections ? -1 : 1;
	return memcmp(&one->endpoint, &other->endpoint, sizeof(one->endpoint));
}

/* The slots name places that are sorted away: no connection is added behind this. */
const struct tally_server *tally_servers(struct tally *tally, size_t *count, uint64_t *others)
{
	if (tally->server_count > 0)
		qsort(tally->servers, tally->server_count, sizeof(tally->servers[0]),
			server_compare);
	*count = tally->server_count;
	*others = tally->others;
	return tally->servers;
}
