/* One thread: one event loop, one listener, its connections, one wheel of deadlines. Nothing here
 * is shared with another thread but `metrics.published`. */
#ifndef SERVER_WORKER_H
#define SERVER_WORKER_H

#include "common/error.h"
#include "server/connection.h"
#include "server/connection_list.h"
#include "server/http/output_buffer.h"
#include "server/http/response_head.h"
#include "server/listener.h"
#include "server/metrics.h"
#include "strategies/core/executor.h"
#include "strategies/core/wheel.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORKER_INPUT_SIZE 65536
#define WORKER_OUTPUT_SIZE 163840

_Static_assert(WORKER_OUTPUT_SIZE >= WORKER_INPUT_SIZE + HTTP1_ROOM, "one read can be answered");

struct server;

/* What a worker is there for. */
struct role {
	const struct server_options *options;
	const struct td_strategy *strategy;
	bool metrics; /* answers /metrics */
};

struct worker {
	struct server *server;
	const struct server_options *options;
	struct event_base *base;
	struct listener listener;
	struct executor executor;
	struct wheel wheel;
	struct event tick;      /* turns the wheel; armed while the wheel is not empty */
	struct event wake;      /* the main thread has something to say */
	struct event drain_end; /* the end of the drain */
	int wake_fd;
	bool ticking, draining;
	bool clock_read;                 /* in this turn of the loop */
	uint64_t turn_ended_ns, turn_ns; /* the last turn: when it ended, what it took */
	/* The response after which the close is announced; 0: none. */
	uint64_t exchanges_max;
	struct connection_list connections;
	struct metrics metrics;
	char *input;
	struct output_buffer output;
	struct response_head_cache heads;
	struct http1_service service;
	struct http1 request; /* the one at hand, while nobody needs to keep it */
	pthread_t thread;
	int status; /* of the loop: 0, or -1 when it failed */
};

/* Allocates a worker around an open listener, which it takes over also on failure. Returns NULL on
 * failure. */
struct worker *worker_create(
	struct server *server, const struct role *role, int listener_fd, struct error *error);
void worker_destroy(struct worker *w);

/* One turn of the loop. */
void worker_turn(struct worker *w);

/* It is to end and no connection is left, or its loop has failed. */
static inline bool worker_has_ended(const struct worker *w)
{
	return w->status != 0 || (w->draining && w->connections.count == 0);
}

/* The function of a thread that is the worker's alone; `argument` is the worker. */
void *worker_run(void *argument);

/* Has the worker look at server->phase. From any thread. */
void worker_wake(struct worker *w);

/* The time, read once a turn of the loop. Every callback begins with it. */
uint64_t worker_clock(struct worker *w);

/* How long the loop waited for this turn; after worker_clock. */
static inline uint64_t worker_slept_ns(const struct worker *w)
{
	return w->executor.now_ns - w->turn_ended_ns;
}

static inline void worker_count_state(
	struct worker *w, enum executor_state from, enum executor_state to)
{
	w->metrics.counts.states[from]--;
	w->metrics.counts.states[to]++;
	uint64_t lingering = w->metrics.counts.states[EXECUTOR_WAITING] +
			     w->metrics.counts.states[EXECUTOR_HALF_CLOSED];
	if (lingering > w->metrics.counts.lingering_peak)
		w->metrics.counts.lingering_peak = lingering;
}

#endif
