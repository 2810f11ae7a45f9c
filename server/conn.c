#include "server/conn.h"

#include "common/clock.h"
#include "server/flow.h"
#include "server/server.h"
#include "server/worker.h"

#include <stdlib.h>

/* The longest that a drain lets a connection be idle. */
#define DRAIN_IDLE_NS NS_PER_S

static void on_event(evutil_socket_t fd, short what, void *argument)
{
	struct conn *c = argument;
	worker_clock(c->worker);
	if (!conn_is_open(c))
		conn_follow(c, executor_readable(conn_executor(c), &c->closing));
	else if (what & EV_WRITE)
		flow_writable(c);
	else
		flow_readable(c);
}

/* Registers for EV_READ, for EV_WRITE, or for nothing. */
static void interest_set(struct conn *c, short what)
{
	if (c->interest == what)
		return;
	if (c->interest)
		event_del(&c->event);
	c->interest = what;
	if (!what)
		return;
	event_assign(&c->event, c->worker->base, c->closing.fd, what | EV_PERSIST, on_event, c);
	if (event_add(&c->event, NULL) == -1) {
		c->interest = 0;
		conn_abandon(c);
	}
}

struct executor *conn_executor(struct conn *c)
{
	interest_set(c, 0);
	return &c->worker->executor;
}

void conn_begin(struct worker *worker, int fd)
{
	struct conn *c = roster_take(&worker->roster);
	c->worker = worker;
	c->counted = EXECUTOR_OPEN;
	worker->metrics.counts.opened++;
	worker->metrics.counts.states[EXECUTOR_OPEN]++;
	if (executor_begin(&worker->executor, &c->closing, fd) == -1)
		conn_follow(c, EXECUTOR_ENDED);
	else
		flow_readable(c);
}

static void buffers_release(struct conn *c)
{
	free(c->unsent);
	free(c->unparsed);
	free(c->request);
	c->unsent = c->unparsed = NULL;
	c->request = NULL;
	c->pattern_left = 0;
}

/* Once the connection is not open, it keeps nothing but itself. */
static void state_note(struct conn *c)
{
	enum executor_state state = c->closing.state;
	if (state == c->counted)
		return;
	worker_count_state(c->worker, c->counted, state);
	c->counted = (uint8_t)state;
	buffers_release(c);
}

void conn_follow(struct conn *c, enum executor_state state)
{
	if (state == EXECUTOR_OPEN)
		return;
	state_note(c);
	/* A strategy may end a connection that was not announced to end. */
	interest_set(c, 0);
	if (state == EXECUTOR_ENDED)
		roster_bury(&c->worker->roster, c);
	else if (executor_wants_input(&c->closing))
		roster_look_later(&c->worker->roster, c, c->worker->executor.now_ns);
}

void conn_look(struct conn *c)
{
	if (!executor_wants_input(&c->closing))
		return;
	executor_readable(&c->worker->executor, &c->closing);
	state_note(c);
	if (c->closing.state == EXECUTOR_ENDED)
		roster_bury(&c->worker->roster, c);
	else if (executor_wants_input(&c->closing))
		interest_set(c, EV_READ);
}

static void conn_timeout(struct conn *c)
{
	conn_follow(c, executor_timeout(conn_executor(c), &c->closing));
}

void conn_abandon(struct conn *c)
{
	if (c->closing.state == EXECUTOR_ENDED)
		return;
	executor_abandon(conn_executor(c), &c->closing);
	c->worker->metrics.counts.abandoned++;
	conn_follow(c, EXECUTOR_ENDED);
}

/* No exchange will follow the last one after all: that is for exchange_done to answer, so that an
 * idle connection ends as any other of its strategy does. */
static void conn_retire(struct conn *c)
{
	c->closing.view.last = true;
	conn_follow(c, executor_exchange_done(conn_executor(c), &c->closing));
	if (conn_is_open(c))
		conn_timeout(c);
}

static enum conn_phase phase_now(const struct conn *c)
{
	if (conn_is_blocked(c))
		return CONN_WRITE;
	if (c->finished)
		return CONN_DONE;
	if (c->request)
		return c->request->in_body ? CONN_BODY : CONN_HEAD;
	return c->closing.view.exchanges > 0 ? CONN_IDLE : CONN_NEW;
}

/* An idle client has a while to ask once more in a drain, and so to be told of the close: a FIN
 * that crosses its request would cost it the answer. */
static uint64_t idle_limit(const struct worker *worker)
{
	uint64_t limit_ns = worker->options->keep_alive_ns;
	if (!worker->draining)
		return limit_ns;
	uint64_t drain_ns = worker->options->drain_ns / 2;
	limit_ns = limit_ns < drain_ns ? limit_ns : drain_ns;
	return limit_ns < DRAIN_IDLE_NS ? limit_ns : DRAIN_IDLE_NS;
}

static uint64_t phase_limit(const struct worker *worker, enum conn_phase phase)
{
	const struct server_options *options = worker->options;
	switch (phase) {
	case CONN_NEW:
	case CONN_HEAD:
		return options->header_timeout_ns;
	case CONN_BODY:
	case CONN_WRITE:
		return options->write_timeout_ns;
	case CONN_IDLE:
		return idle_limit(worker);
	case CONN_DONE:
	default:
		return options->keep_alive_ns;
	}
}

/* Bytes extend the deadline of a body and of idleness, and of nothing else. */
static void deadline_set(struct conn *c, enum conn_phase phase)
{
	bool extends = phase == CONN_BODY || phase == CONN_WRITE || phase == CONN_IDLE;
	if (c->due_ns != 0 && c->phase == phase && !extends)
		return;
	c->phase = (uint8_t)phase;
	c->due_ns = c->worker->executor.now_ns + phase_limit(c->worker, phase);
	struct wheel_timer *timer = &c->closing.timer;
	if (!timer->link || timer->due_ns > c->due_ns)
		wheel_arm(&c->worker->wheel, timer, c->due_ns);
}

void conn_drain(struct conn *c)
{
	if (!conn_is_open(c))
		return;
	if (c->phase == CONN_IDLE)
		deadline_set(c, CONN_IDLE);
	else if (c->phase == CONN_DONE)
		conn_timeout(c);
}

void conn_rest(struct conn *c)
{
	if (!conn_is_open(c))
		return;
	enum conn_phase phase = phase_now(c);
	deadline_set(c, phase);
	interest_set(c, phase == CONN_WRITE ? EV_WRITE : EV_READ);
}

void conn_expired(struct wheel_timer *timer)
{
	struct conn *c = (struct conn *)((char *)timer - offsetof(struct conn, closing.timer));
	struct worker *worker = c->worker;
	if (!conn_is_open(c))
		conn_follow(c, executor_expired(conn_executor(c), &c->closing));
	else if (worker->executor.now_ns < c->due_ns)
		wheel_arm(&worker->wheel, timer, c->due_ns);
	else if (worker->draining && c->phase == CONN_IDLE)
		conn_retire(c);
	else if ((c->phase != CONN_HEAD && c->phase != CONN_BODY) || !flow_refuse(c, 408))
		conn_timeout(c);
}
