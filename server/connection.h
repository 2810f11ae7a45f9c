/* One connection, from accept to its release: which events it waits for, until when, and what
 * becomes of it when the strategy has spoken. Its bytes are flow.c's. */
#ifndef SERVER_CONNECTION_H
#define SERVER_CONNECTION_H

#include "server/http/http1.h"
#include "strategies/core/executor.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct worker;

/* What an open connection waits for; each has a deadline. */
enum connection_phase {
	CONNECTION_NEW,   /* the first byte of the first request */
	CONNECTION_HEAD,  /* the rest of a request's head */
	CONNECTION_BODY,  /* the rest of a request's body */
	CONNECTION_WRITE, /* room in the socket */
	CONNECTION_IDLE,  /* the next request */
	CONNECTION_DONE,  /* the peer's FIN: the last response is sent, and the strategy keeps the
		       connection */
};

struct connection {
	struct teardown teardown;
	struct worker *worker;
	struct connection *next,
		**link;           /* of the roster's open or lingering ones; of its free ones */
	struct connection *later; /* of those that have ended, or wait for a second look */
	/* The phase's deadline. The timer is armed for it or for an earlier time: moving a deadline
	 * ahead with every exchange costs a store, not a walk through the wheel. Once the
	 * connection lingers: when it is looked at again. */
	uint64_t due_ns;
	uint64_t moved_bytes; /* of a transfer, when its deadline was set */
	/* What the socket did not take, input that waits for it, and a request that is not
	 * complete; owned. */
	char *unsent, *unparsed;
	struct http1 *request;
	/* What is left of a generated body, to be sent after `unsent`. */
	uint64_t pattern_left;
	uint32_t pattern_offset; /* wraps where the pattern does */
	uint32_t unsent_at, unsent_length, unparsed_length;
	/* Exchanges complete whose responses are not all handed to the kernel. */
	uint32_t unreported;
	bool is_later; /* is in a list by `later` */
	bool finished; /* the last response is complete: input is not parsed any more */
	uint8_t phase;
	uint8_t counted; /* the state that the worker's gauge has it in */
	short interest;  /* EV_READ, EV_WRITE, or 0: not registered with the loop */
	struct event event;
};

/* A connection that lingers has nothing but this, libevent's 24 bytes and their pointer, and what
 * an allocator rounds up. */
_Static_assert(sizeof(struct connection) <= 384, "a lingering connection costs at most 512 bytes");

/* Takes over a descriptor that was just accepted (after connection_list_reserve), and reads at
 * once. */
void connection_begin(struct worker *worker, int fd);

/* The executor, for a call that may close the descriptor: the loop forgets the descriptor first,
 * for its number may be another thread's connection the moment after. */
struct executor *connection_executor(struct connection *c);

/* Acts on what an executor call returned. */
void connection_follow(struct connection *c, enum executor_state state);

/* After the data path has done what it could: waits for what is needed next. */
void connection_rest(struct connection *c);

/* Looks a second time for a lingering connection's FIN; when it is not there the loop has to wait
 * for it. */
void connection_look(struct connection *c);

/* The program ends, and politely: an idle connection may ask once more, and is then closed as the
 * strategy closes one. */
void connection_drain(struct connection *c);

/* The program ends at once. */
void connection_abandon(struct connection *c);

/* Makes room: closes the connection that has lingered longest. Returns false when none lingers. */
bool connection_evict(struct worker *worker);

/* A timer of the worker's wheel expired. */
void connection_expired(struct wheel_timer *timer);

static inline bool connection_is_open(const struct connection *c)
{
	return c->teardown.state == EXECUTOR_OPEN;
}

/* The socket does not take what is to be sent: nothing more is read (backpressure). */
static inline bool connection_is_blocked(const struct connection *c)
{
	return c->unsent || c->pattern_left > 0;
}

#endif
