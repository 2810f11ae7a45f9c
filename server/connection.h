/* One connection, from accept to its release: which events it waits for, until when, and what
 * follows from the strategy's verdicts. flow.h moves its bytes. */
#ifndef SERVER_CONNECTION_H
#define SERVER_CONNECTION_H

#include "server/http/http1.h"
#include "strategies/core/executor.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection_queue;
struct tls_channel;
struct worker;

struct connection {
	struct teardown teardown;
	struct worker *worker;
	/* Within one queue of the connection list: of open, of lingering or of free objects. */
	struct connection *next, **link;
	/* Within the list of ended connections, or of those that are looked at again. */
	struct connection *later;
	/* The deadline of the phase. The timer is armed for it or for an earlier time: moving the
	 * deadline at every exchange then costs a store, and no operation of the wheel. Of a
	 * lingering connection: when it is looked at again. */
	uint64_t due_ns;
	uint64_t begun_ns;    /* when it was accepted */
	uint64_t moved_bytes; /* what the transfer had moved when its deadline was set */
	/* Owned: bytes that the socket did not take (over TLS: records), input that waits for those
	 * to be sent, and a request that is not complete. */
	char *unsent, *unparsed;
	struct http1 *request;
	struct tls_channel *channel; /* owned; NULL: plain, or no longer needed */
	/* The rest of a generated body, which is sent after `unsent`. */
	uint64_t pattern_left;
	uint32_t pattern_offset; /* wraps where the pattern does */
	uint32_t unsent_at, unsent_length, unparsed_length;
	/* Complete exchanges whose responses are not all handed to the kernel. */
	uint32_t unreported;
	bool is_handshaking; /* TLS; is among the last of the open connections */
	bool is_later;       /* is in a list by `later` */
	bool finished;       /* the last response is complete: input is not parsed any more */
	uint8_t phase;       /* enum connection_phase */
	uint8_t counted;     /* the state that the worker's gauge counts it in */
	short interest;      /* EV_READ, EV_WRITE, or 0: not registered with the loop */
	struct event event;
};

/* A lingering connection costs this, libevent's 24 bytes and a pointer to them, and what the
 * allocator rounds up. */
_Static_assert(sizeof(struct connection) <= 384, "a lingering connection costs at most 512 bytes");

/* Takes over a descriptor that was just accepted, after connection_list_reserve, and reads at
 * once. */
void connection_begin(struct worker *worker, int fd);

/* Returns the executor, for a call that may close the descriptor. Removes the descriptor from the
 * loop first: a moment after the close, another thread's connection may have its number. */
struct executor *connection_executor(struct connection *c);

/* Acts on the state that an executor call returned. */
void connection_follow(struct connection *c, enum executor_state state);

/* Waits for what the connection needs next, with a deadline, after flow.c has done what it can. */
void connection_rest(struct connection *c);

/* Looks for a lingering connection's FIN. Where no FIN is there, registers with the loop for it. */
void connection_look(struct connection *c);

/* The worker drains: lets an idle client send one more request, then closes the connection as the
 * strategy does. */
void connection_drain(struct connection *c);

/* Handles what has arrived for each connection of the queue before a deadline ends it. */
void connection_take_arrived(const struct connection_queue *queue);

/* Closes the connection without asking the strategy, since the program ends. */
void connection_abandon(struct connection *c);

/* Makes room: closes the connection that has lingered longest, without asking the strategy. Where
 * none lingers, a worker of /metrics alone closes the oldest open one; another worker returns
 * false. */
bool connection_evict(struct worker *worker);

/* Ends the connections that have lasted as long as the worker's role allows. */
void connection_end_old(struct worker *worker);

/* A timer of the worker's wheel expired. */
void connection_expired(struct wheel_timer *timer);

static inline bool connection_is_open(const struct connection *c)
{
	return c->teardown.state == EXECUTOR_OPEN;
}

/* Bytes wait for room in the socket. Nothing more is read until they are sent (backpressure). */
static inline bool connection_is_blocked(const struct connection *c)
{
	return c->unsent || c->pattern_left > 0;
}

#endif
