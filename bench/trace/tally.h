/* How the connections of a capture ended, counted: in all, and by server. */
#ifndef BENCH_TRACE_TALLY_H
#define BENCH_TRACE_TALLY_H

#include "bench/trace/connection_view.h"

#include <stddef.h>

/* Servers that are told apart; connections of more are counted together. */
#define TALLY_SERVERS_MAX 4096

/* Connections that ended alike. */
struct tally_row {
	enum tcp_ending_word word;
	const char *first_closer; /* as in struct connection_view */
	enum tcp_ending_cause cause;
	uint64_t connections;
	uint64_t lost;    /* bytes that were never acknowledged before a RST */
	uint32_t example; /* the connection that lost most, or the first */
	uint64_t its_lost;
};

struct tally_server {
	struct endpoint endpoint;
	uint64_t connections, lost;
	uint64_t words[ENDING_WORDS];
	uint32_t example; /* of those that ended badly, the one that lost most, or the first */
	uint64_t its_lost;
	bool has_example;
};

struct tally;

struct tally *tally_create(void);
void tally_destroy(struct tally *tally);

void tally_add(struct tally *tally, const struct connection *connection);

uint64_t tally_connections(const struct tally *tally);
uint64_t tally_lost(const struct tally *tally);
uint64_t tally_word(const struct tally *tally, enum tcp_ending_word word);
uint64_t tally_cause(const struct tally *tally, enum tcp_ending_cause cause);

/* Rows by their count, the largest first. The array is the tally's. */
const struct tally_row *tally_rows(struct tally *tally, size_t *count);

/* Servers, the worst first: by the share of connections that ended badly, and by how many. The
 * array is the tally's. `others` are connections of servers beyond the bound. */
const struct tally_server *tally_servers(struct tally *tally, size_t *count, uint64_t *others);

/* Connections of the server that ended badly. */
uint64_t tally_server_bad(const struct tally_server *server);

/* Whether an end is bad: reset before both ends had closed, refused, or unanswered. A RST after
 * both FINs is not. */
bool tally_word_is_bad(enum tcp_ending_word word);

#endif
