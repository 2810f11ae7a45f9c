#include "server/connection.h"

#include "common/clock.h"
#include "server/flow.h"
#include "server/server.h"
#include "server/worker.h"

#include <linux/sockios.h>
#include <stdlib.h>
#include <sys/ioctl.h>

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
	/* Mostly there are none, which costs the allocator more to find out. */
	if (!c->unsent && !c->unparsed && !c->request)
		return;
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
	struct roster *r = &c->worker->roster;
	worker_count_state(c->worker, c->counted, state);
	roster_move(r, c, c->counted, state);
	c->counted = (uint8_t)state;
	buffers_release(c);
	/* Never this one, which came last. */
	if (r->lingering_count > r->lingering_most)
		conn_let_go(c->worker);
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

static void conn_close(struct conn *c)
{
	executor_abandon(conn_executor(c), &c->closing);
	conn_follow(c, EXECUTOR_ENDED);
}

void conn_abandon(struct conn *c)
{
	c->worker->metrics.counts.abandoned++;
	conn_close(c);
}

bool conn_let_go(struct worker *worker)
{
	struct conn *oldest = worker->roster.lingering.first;
	if (!oldest)
		return false;
	worker->metrics.counts.let_go++;
	conn_close(oldest);
	return true;
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
	/* Empty lines before a request are no request. */
	if (c->request && line_has_begun(&c->request->strict.line))
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

static bool is_transfer(enum conn_phase phase)
{
	return phase == CONN_BODY || phase == CONN_WRITE;
}

/* What a transfer has moved so far: bytes that came, or that the peer's kernel has acknowledged. A
 * peer whose window is closed acknowledges nothing, and one that reads slowly does not have to wait
 * for the socket's buffer to be writable. */
static uint64_t transfer_moved(const struct conn *c)
{
	int unacked = 0;
	if (c->phase == CONN_BODY)
		return c->closing.view.received_bytes;
	if (ioctl(c->closing.fd, SIOCOUTQ, &unacked) == -1)
		unacked = 0;
	return c->closing.view.sent_bytes - (uint64_t)unacked;
}

/* A transfer is looked at four times within its limit; any other phase when it ends. */
static void deadline_arm(struct conn *c)
{
	const struct worker *w = c->worker;
	struct wheel_timer *timer = &c->closing.timer;
	uint64_t at_ns = c->due_ns;
	if (is_transfer(c->phase)) {
		uint64_t look_ns = w->executor.now_ns + phase_limit(w, c->phase) / 4;
		at_ns = look_ns < at_ns ? look_ns : at_ns;
	}
	if (!timer->link || timer->due_ns > at_ns)
		wheel_arm(&c->worker->wheel, timer, at_ns);
}

/* A phase has one deadline, from its beginning: no byte extends it, but a transfer that gets on is
 * given another term. The first request's head is due as its first byte is. */
static void deadline_set(struct conn *c, enum conn_phase phase)
{
	bool goes_on = c->phase == phase || (c->phase == CONN_NEW && phase == CONN_HEAD);
	c->phase = (uint8_t)phase;
	if (c->due_ns != 0 && goes_on)
		return;
	c->due_ns = c->worker->executor.now_ns + phase_limit(c->worker, phase);
	if (is_transfer(phase))
		c->moved_bytes = transfer_moved(c);
	deadline_arm(c);
}

/* A trickle is not progress, or a peer could hold the connection for as long as it likes. */
static void transfer_look(struct conn *c)
{
	uint64_t moved = transfer_moved(c);
	if (moved - c->moved_bytes < c->worker->options->progress_bytes)
		return;
	c->moved_bytes = moved;
	c->due_ns = c->worker->executor.now_ns + phase_limit(c->worker, c->phase);
}

void conn_drain(struct conn *c)
{
	if (!conn_is_open(c))
		return;
	if (c->phase == CONN_IDLE) {
		c->due_ns = 0;
		deadline_set(c, CONN_IDLE);
	} else if (c->phase == CONN_DONE)
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

static void phase_expired(struct conn *c)
{
	if (is_transfer(c->phase))
		transfer_look(c);
	if (c->worker->executor.now_ns < c->due_ns)
		deadline_arm(c);
	else if (c->worker->draining && c->phase == CONN_IDLE)
		conn_retire(c);
	else if ((c->phase != CONN_HEAD && c->phase != CONN_BODY) || !flow_refuse(c, 408))
		conn_timeout(c);
}

void conn_expired(struct wheel_timer *timer)
{
	struct conn *c = (struct conn *)((char *)timer - offsetof(struct conn, closing.timer));
	if (conn_is_open(c))
		phase_expired(c);
	else
		conn_follow(c, executor_expired(conn_executor(c), &c->closing));
}
