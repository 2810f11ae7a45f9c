/* One listening socket of a worker, and accepting from it. */
#ifndef SERVER_LISTENER_H
#define SERVER_LISTENER_H

#include "common/error.h"
#include "server/options.h"
#include "teardown/strategy.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct worker;

struct listener_address {
	struct sockaddr_storage storage;
	socklen_t length;
};

/* "127.0.0.1:8080" or "[::1]:8080", given with --`option`. Returns 0 or -1. */
int listener_address_parse(const char *option, const char *text, struct listener_address *address,
	struct error *error);
void listener_address_format(const struct listener_address *address, char *text, size_t size);

/* Fails when somebody else listens there: with SO_REUSEPORT, bind(2) would share the port with
 * another process of this user and say nothing. Returns 0 or -1. */
int listener_probe(const struct listener_address *address, struct error *error);

/* Opens a listener with the strategy's options, and puts the port it got into `address`. Returns
 * the descriptor or -1. */
int listener_open(struct listener_address *address, const struct server_options *options,
	const struct td_strategy *strategy, struct error *error);

/* Gives a bound socket the strategy's options, (again) listens, and puts where into `address`.
 * Returns 0 or -1. */
int listener_adopt(int fd, struct listener_address *address, const struct server_options *options,
	const struct td_strategy *strategy, struct error *error);

/* What the listeners of all threads share: descriptors and memory are the process's, so that one
 * failure speaks for all. */
struct listener_gate {
	/* Both read and written atomically. */
	uint64_t tried_ns; /* when accept(2) last found none, or is tried again since; or 0 */
	uint64_t failures;
};

struct listener {
	int fd; /* -1 when closed */
	struct worker *worker;
	struct listener_gate *gate;
	struct event acceptable;
	struct event resume; /* the end of a pause */
	uint64_t failures_seen;
	unsigned batch, accepted; /* connections that the last event was to accept, and did */
	bool is_held;             /* until a connection ends: there are as many as may be */
};

/* Registers an open listener with the worker's loop. Returns 0, or -1 with errno. */
int listener_start(struct listener *l, struct worker *worker, struct listener_gate *gate);

/* The loop's turn ends: makes room where any thread found none, and accepts again if that had to
 * wait for a connection to end. */
void listener_settle(struct listener *l);

/* Accepts what has come already, since closing a listener resets it; then closes. */
void listener_drain(struct listener *l);

/* Closes. */
void listener_finish(struct listener *l);

#endif
