/* Two namespaces joined by a wire, and sockets at both ends. */
#ifndef TESTS_UNIT_BENCH_WIRE_LINE_H
#define TESTS_UNIT_BENCH_WIRE_LINE_H

#include "bench/wire/wire.h"

/* A test that would wait for ever ends in an error. */
#define GIVE_UP_S 60

extern const struct network_spec wired;

struct line {
	struct network network;
	struct wire *wire; /* NULL: nobody relays */
};

void line_make(struct line *line, struct impairment impairment); /* of IPv4 */
void line_make_of(struct line *line, int family, struct impairment impairment);
void line_clear(struct line *line);

int socket_in(const struct line *line, int netns_fd, int type);

/* Where the server's sockets are. */
struct address server_at(const struct line *line);

/* A server's socket, bound. */
int served(const struct line *line, int type);

/* Client, server. */
void connect_pair(const struct line *line, int pair[2]);

void assert_books_balance(const struct wire_report *report);

#endif
