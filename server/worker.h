/* One thread: one event loop, one listener, its connections, one wheel of deadlines. A worker
 * shares nothing with other threads but `metrics.published`, its order and struct worker_shared. */
#ifndef SERVER_WORKER_H
#define SERVER_WORKER_H

#include "common/error.h"
#include "server/connection.h"
#include "server/connection_list.h"
#include "server/http/output_buffer.h"
#include "server/http/response_head.h"
#include "server/listener.h"
#include "server/metrics.h"
#include "server/sealed.h"
#include "strategies/core/executor.h"
#include "strategies/core/hook.h"
#include "strategies/core/timer_wheel.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORKER_INPUT_SIZE 65536
#define WORKER_OUTPUT_SIZE 163840

_Static_assert(
	WORKER_OUTPUT_SIZE >= WORKER_INPUT_SIZE + HTTP1_ROOM, "the responses to one read fit");

struct server_options;

/* What a worker serves, and how. */
struct role {
	const struct server_options *options;
	const struct td_strategy *strategy;
	struct tls_context *tls; /* NULL: plain */
	bool metrics;            /* answers /metrics, too */
	/* Answers /metrics alone, on few connections: where all are taken, the oldest is evicted,
	 * open or not. */
	bool metrics_only;
	uint64_t lifetime_ns; /* how long a connection lasts at most; 0: as its phases allow */
};

/* What all workers of the program share. */
struct worker_shared {
	struct hook_marks marks; /* of the workers that serve, for the bench; or none */
	struct listener_gate gate;
	int ended_fd; /* an eventfd(2) that each worker adds 1 to when it ends */
	/* Writes at most `size` bytes of /metrics, and returns how many. Called from any worker's
	 * thread. Required where a role has `metrics`. */
	size_t (*metrics)(void *owner, char *text, size_t size);
	void *metrics_owner;
};

/* What a worker is told to do. */
enum worker_order {
	WORKER_SERVE,
	WORKER_LEAVE, /* accept no more, and end when the open connections have finished */
	WORKER_DRAIN, /* the same, after accepting what waits in the listener's queue */
	WORKER_END,   /* close every connection and end */
};

struct worker {
	struct worker_shared *shared;
	const struct role *role;
	const struct server_options *options; /* the role's */
	struct event_base *base;
	struct listener listener;
	struct executor executor;
	struct wheel wheel;
	struct event tick;       /* turns the wheel; added while a deadline is armed */
	struct event wake;       /* an order was given */
	struct event drain_end;  /* --drain has passed */
	enum worker_order order; /* written atomically, by the supervisor's thread */
	int wake_fd;             /* an eventfd(2) that makes the loop look at the order */
	bool ticking, draining;
	bool clock_read;                 /* in this turn of the loop */
	uint64_t turn_ended_ns, turn_ns; /* when the last turn ended, and how long it took */
	/* The number of the response that announces the close; 0: no response does. */
	uint64_t exchanges_max;
	struct connection_list connections;
	struct metrics metrics;
	char *input;
	struct output_buffer output;
	struct sealed_buffers sealed; /* where the role has TLS */
	struct response_head_cache heads;
	struct http1_service service;
	struct http1 request; /* the request that is being parsed, until it has to be kept */
	pthread_t thread;
	int status; /* 0, or -1 when the event loop has failed */
};

/* Allocates a worker around an open listening socket, which belongs to the worker from here, also
 * on failure. `role` lives as long as the worker. `index` is the worker's number. Returns NULL on
 * failure. */
struct worker *worker_create(struct worker_shared *shared, const struct role *role, size_t index,
	int listener_fd, struct error *error);
void worker_destroy(struct worker *w);

/* Takes one turn of the event loop. */
void worker_turn(struct worker *w);

/* A worker ends when it was told to and no connection is left, or when its loop has failed. */
static inline bool worker_has_ended(const struct worker *w)
{
	return w->status != 0 || (w->draining && w->connections.count == 0);
}

/* Takes turns until the worker ends, and counts that in `ended_fd`. The function of a thread;
 * `argument` is the worker. Returns NULL. */
void *worker_run(void *argument);

/* Gives an order, in place of the one before. From any thread. */
void worker_order_give(struct worker *w, enum worker_order order);

/* Reads the clock, once a turn of the loop. Every callback of the loop calls this first. */
uint64_t worker_clock(struct worker *w);

/* Acts on the deadlines that have passed. */
void worker_expire(struct worker *w);

/* How long the loop waited before this turn. worker_clock was called in this turn. */
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
