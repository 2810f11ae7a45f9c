/* One client of a behaviour: its connection, and the step that it is at. What a connection comes to
 * is counted as that of a plain client (connection.h, recorder.h); one that ends as its behaviour
 * means it to has completed. */
#ifndef BENCH_LOAD_CLIENT_H
#define BENCH_LOAD_CLIENT_H

#include "bench/load/clients/client_share.h"
#include "bench/load/connection.h"

#include <stdbool.h>
#include <stdint.h>

struct client;

/* What all clients of one behaviour have in common. */
struct client_group {
	const struct client_behaviour *behaviour;
	struct connection_context context;
	struct loader_request request, last_request; /* owned: as the behaviour sends them */
	struct loader_request rest, last_rest; /* their ends: what is left of a connection's */
	uint32_t depth;                        /* requests in one of the first two */
	uint32_t exchanges;                    /* on a connection, at most */
	struct thinking thinking;
	uint64_t random;
	uint64_t pauses;      /* between two requests, that were due */
	uint64_t pauses_cut;  /* of these, those that the load's end cut short */
	uint64_t closed_idle; /* connections that the server closed while a client paused */
	uint64_t reset_idle;  /* connections that the server reset while a client paused */
	uint64_t held;        /* connections that were held when the load ended */
	uint64_t quota;       /* connections that may still be attempted */
	struct client *ready; /* those that are free for the next connection */
	uint32_t connecting;  /* connections whose handshake is not over */
	uint32_t connections; /* open at the same time, at most */
	bool may_leave;       /* a client that would hold its connection to the end goes on */
};

/* Where in a TLS record the client's reading is. */
#define RECORD_HEADER ((size_t)5)
struct record_place {
	unsigned char header[RECORD_HEADER];
	size_t had;  /* bytes of the header that came */
	size_t left; /* bytes of the record that did not, once the header is whole */
};

struct client {
	struct connection c;
	struct client_group *group;
	unsigned at;                /* of the behaviour's steps */
	uint32_t asked;             /* requests sent on this connection */
	struct record_place record; /* of a behaviour that reads records */
	struct client *next_ready;
};

/* Opens a connection. */
enum connection_status client_start(struct client *client);

/* epoll(7) reported `events`. */
enum connection_status client_event(struct client *client, uint32_t events);

/* The client's timer expired. */
enum connection_status client_expired(struct client *client);

/* The load is to end: a client that pauses goes on. */
enum connection_status client_hurry(struct client *client);

/* From now on the group's clients need not stay (may_leave): one that holds its connection goes on.
 */
enum connection_status client_release(struct client *client);

/* The epoll events that it waits for; 0: none. */
uint32_t client_interest(const struct client *client);

#endif
