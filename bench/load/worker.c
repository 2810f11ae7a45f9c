#include "bench/load/worker.h"

#include "common/clock.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/epoll.h>

#define EVENTS 256
/* Starts that are due at once, before what has come in the meantime is looked at. */
#define STARTS_MAX 64
/* Speculative reads, before what epoll(7) has to tell has its turn. */
#define LOOKS_MAX 64
#define BACKOFF_FIRST_NS (10 * NS_PER_MS)
#define BACKOFF_DOUBLINGS 3 /* up to 80 ms */

/* The timer's expiry releases the connection: worker_expire. */
static void worker_back_off(struct worker *worker, struct connection *c)
{
	uint32_t doublings = c->refusals < BACKOFF_DOUBLINGS ? c->refusals : BACKOFF_DOUBLINGS;
	c->refusals++;
	wheel_arm(&worker->context.wheel, &c->teardown.timer,
		worker->context.executor.now_ns + (BACKOFF_FIRST_NS << doublings));
}

/* Registers with epoll(7) what the connection waits for now. */
static void worker_watch(struct worker *worker, struct connection *c)
{
	if (event_wait_register(&worker->events, c->teardown.fd, &c->interest,
		    connection_interest(c), c) == -1) {
		connection_fail(&worker->context, c, errno);
		connection_pool_release(&worker->pool, c);
	}
}

static void worker_follow(
	struct worker *worker, struct connection *c, enum connection_status status)
{
	switch (status) {
	case CONNECTION_GOES_ON:
		if (c->is_idle)
			LIST_INSERT_HEAD(&worker->pool.idle, c, idle);
		worker_watch(worker, c);
		break;
	case CONNECTION_CLOSED:
		connection_pool_release(&worker->pool, c);
		break;
	case CONNECTION_REFUSED:
		worker_back_off(worker, c);
		break;
	}
}

static void worker_ask(struct worker *worker, struct connection *c)
{
	enum connection_status status = connection_ask(&worker->context, c);
	bool awaits = status == CONNECTION_GOES_ON && connection_awaits_response(c);
	if (!awaits || !speculative_reads_add(&worker->reads, c))
		worker_follow(worker, c, status);
}

static uint64_t worker_due_ns(const struct worker *worker)
{
	return load_span_due_ns(worker->span, worker->spec->timeout_ns);
}

/* Whether what is under way has had its time, at the last event: then nothing more is done in this
 * turn of the loop, each step of which may call a hook that is slow. */
static bool worker_is_over(const struct worker *worker)
{
	return worker->context.executor.now_ns >= worker_due_ns(worker);
}

static void worker_ask_batch(struct worker *worker)
{
	struct connection *c;
	while (!worker_is_over(worker) && (c = batch_take(&worker->batch)))
		worker_ask(worker, c);
}

static bool worker_may_start(const struct worker *worker)
{
	return worker->quota > 0 && atomic_load(&worker->span->stopped_ns) == 0;
}

/* `intended_ns`: the start that the schedule of an open loop has due; 0 in a closed loop. */
static void worker_start(struct worker *worker, uint64_t intended_ns)
{
	struct connection *c = connection_pool_take_ready(&worker->pool);
	struct load_totals *totals = &worker->context.recorder.totals;
	worker->quota--;
	if (worker->pool.busy > totals->connections_peak)
		totals->connections_peak = worker->pool.busy;
	enum connection_status status = connection_start(&worker->context, c, intended_ns);
	if (intended_ns) {
		schedule_advance(&worker->schedule);
		recorder_started(&worker->context.recorder, c, worker->dry_ns);
	}
	if (status != CONNECTION_GOES_ON) {
		worker_follow(worker, c, status);
		/* Where there are no ports each failure takes long: connections that have one do
		 * not wait. */
		worker_ask_batch(worker);
	} else if (intended_ns) {
		worker_ask(worker, c);
	} else if (batch_add(&worker->batch, c)) {
		worker_ask_batch(worker);
	}
}

/* Sends the next request of the connection that became idle last. `intended_ns`: 0, now. */
static void worker_ask_idle(struct worker *worker, uint64_t intended_ns)
{
	struct connection *c = LIST_FIRST(&worker->pool.idle);
	LIST_REMOVE(c, idle);
	enum connection_status status = connection_ask_again(&worker->context, c, intended_ns);
	if (intended_ns) {
		schedule_advance(&worker->schedule);
		recorder_asked_again(
			&worker->context.recorder, c, c->exchange.begun_ns, worker->dry_ns);
	}
	worker_follow(worker, c, status);
}

/* The load is to end: one more exchange, which says so, ends each connection that is idle. */
static void worker_end_idle(struct worker *worker)
{
	while (worker->context.hurrying && !worker_is_over(worker) &&
		!LIST_EMPTY(&worker->pool.idle))
		worker_ask_idle(worker, 0);
}

/* Returns how long the worker may sleep until the next start, at most a tick. */
static uint64_t worker_start_due(struct worker *worker)
{
	bool open = schedule_is_open(&worker->schedule);
	/* A connection that was refused is not ready again before its back-off is over. */
	for (unsigned starts = 0; worker_may_start(worker); starts++) {
		uint64_t now = open ? clock_now_ns() : 0;
		uint64_t due = schedule_due_ns(&worker->schedule);
		if (due > now)
			return due - now < WORKER_TICK_NS ? due - now : WORKER_TICK_NS;
		if (connection_pool_is_dry(&worker->pool)) {
			worker->dry_ns = now;
			break;
		}
		if (open && starts == STARTS_MAX)
			return 0;
		if (!LIST_EMPTY(&worker->pool.idle))
			worker_ask_idle(worker, due);
		else
			worker_start(worker, due);
	}
	return WORKER_TICK_NS;
}

/* Returns false when the response had not come. */
static bool worker_look(struct worker *worker, struct connection *c)
{
	bool came = true;
	if (c->teardown.state == EXECUTOR_OPEN && !c->interest)
		worker_follow(worker, c, connection_look(&worker->context, c, &came));
	return came;
}

/* Looks for responses that may have come. When none has, the worker is about to sleep, and
 * registers all connections that still wait. Returns true when one has. */
static bool worker_read_speculatively(struct worker *worker)
{
	struct speculative_reads *reads = &worker->reads;
	struct connection *c;
	bool any = false;
	uint64_t now = reads->first ? clock_now_ns() : 0;
	for (unsigned looks = 0; looks < LOOKS_MAX && !worker_is_over(worker) &&
				 (c = speculative_reads_take_due(reads, now));
		looks++) {
		bool came = worker_look(worker, c);
		any |= came;
		if (!came)
			speculative_reads_too_early(reads);
	}
	while (!any && (c = speculative_reads_take(reads)))
		if (c->teardown.state != EXECUTOR_ENDED)
			worker_watch(worker, c);
	return any;
}

static void worker_expire(struct worker *worker)
{
	struct wheel_timer *timer;
	uint64_t now = clock_now_ns();
	while (!worker_is_over(worker) && (timer = wheel_expired(&worker->context.wheel, now))) {
		struct connection *c =
			(struct connection *)((char *)timer -
					      offsetof(struct connection, teardown.timer));
		if (c->teardown.state == EXECUTOR_ENDED)
			connection_pool_release(&worker->pool, c); /* A back-off is over. */
		else
			worker_follow(worker, c, connection_expired(&worker->context, c));
	}
}

/* Returns false when what is under way has had its time. */
static bool worker_update(struct worker *worker)
{
	struct recorder *recorder = &worker->context.recorder;
	uint64_t now = clock_now_ns(), stopped = atomic_load(&worker->span->stopped_ns);
	uint64_t from = atomic_load(&worker->span->started_ns) + worker->spec->warmup_ns;
	if (stopped && recorder->to_ns == UINT64_MAX)
		worker->is_dry_at_end = connection_pool_is_dry(&worker->pool);
	recorder_window(recorder, from, stopped, now);
	worker->context.hurrying =
		stopped && (worker->spec->by_request || now > stopped + LOAD_SPAN_HURRY_NS);
	return now < worker_due_ns(worker);
}

void worker_run(struct worker *worker)
{
	struct epoll_event events[EVENTS];
	while (worker_update(worker)) {
		uint64_t sleep_ns = worker_start_due(worker);
		worker_ask_batch(worker);
		worker_end_idle(worker);
		if (!worker_may_start(worker) && worker->pool.busy == 0)
			return;
		if (worker_read_speculatively(worker))
			sleep_ns = 0;
		int n = event_wait_next(&worker->events, events, EVENTS, sleep_ns);
		for (int i = 0; i < n && !worker_is_over(worker); i++) {
			struct connection *c = events[i].data.ptr;
			if (c->is_idle)
				LIST_REMOVE(c, idle);
			worker_follow(
				worker, c, connection_event(&worker->context, c, events[i].events));
		}
		worker_expire(worker);
	}
	for (size_t i = 0; i < worker->pool.count; i++) {
		struct connection *c = &worker->pool.connections[i];
		if (c->teardown.state != EXECUTOR_ENDED) {
			connection_abandon(&worker->context, c);
			connection_pool_release(&worker->pool, c);
		}
	}
}
