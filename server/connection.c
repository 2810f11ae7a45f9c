#include "server/connection.h"

#include "common/clock.h"
#include "server/flow.h"
#include "server/options.h"
#include "server/worker.h"

#include <linux/sockios.h>
#include <stdlib.h>
#include <sys/ioctl.h>

/* The longest that a drain lets a connection be idle. */
#define DRAIN_IDLE_NS NS_PER_S

static void on_event(evutil_socket_t fd, short what, void *argument)
{
	struct connection *c = argument;
	worker_clock(c->worker);
	if (!connection_is_open(c))
		connection_follow(c, executor_readable(connection_executor(c), &c->teardown));
	else if (what & EV_WRITE)
		flow_writable(c);
	else
		flow_readable(c);
}

/* Registers for EV_READ, for EV_WRITE, or for nothing. */
static void interest_set(struct connection *c, short what)
{
	if (c->interest == what)
		return;
	if (c->interest)
		event_del(&c->event);
	c->interest = what;
	if (!what)
		return;
	event_assign(&c->event, c->worker->base, c->teardown.fd, what | EV_PERSIST, on_event, c);
	if (event_add(&c->event, NULL) == -1) {
		c->interest = 0;
		connection_abandon(c);
	}
}

struct executor *connection_executor(struct connection *c)
{
	interest_set(c, 0);
	return &c->worker->executor;
}

void connection_begin(struct worker *worker, int fd)
{
	struct connection *c = connection_list_take(&worker->connections);
	c->worker = worker;
	c->counted = EXECUTOR_OPEN;
	worker->metrics.counts.opened++;
	worker->metrics.counts.states[EXECUTOR_OPEN]++;
	if (executor_begin(&worker->executor, &c->teardown, fd) == -1)
		connection_follow(c, EXECUTOR_ENDED);
	else
		flow_readable(c);
}

static void buffers_release(struct connection *c)
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
static void state_note(struct connection *c)
{
	enum executor_state state = c->teardown.state;
	if (state == c->counted)
		return;
	struct connection_list *r = &c->worker->connections;
	worker_count_state(c->worker, c->counted, state);
	connection_list_move(r, c, c->counted, state);
	c->counted = (uint8_t)state;
	buffers_release(c);
	/* Never this one, which came last. */
	if (r->lingering_count > r->lingering_most)
		connection_evict(c->worker);
}

void connection_follow(struct connection *c, enum executor_state state)
{
	if (state == EXECUTOR_OPEN)
		return;
	state_note(c);
	/* A strategy may end a connection that was not announced to end. */
	interest_set(c, 0);
	if (state == EXECUTOR_ENDED)
		connection_list_release_later(&c->worker->connections, c);
	else if (executor_wants_input(&c->teardown))
		connection_list_look_later(&c->worker->connections, c, c->worker->executor.now_ns);
}

void connection_look(struct connection *c)
{
	if (!executor_wants_input(&c->teardown))
		return;
	executor_readable(&c->worker->executor, &c->teardown);
	state_note(c);
	if (c->teardown.state == EXECUTOR_ENDED)
		connection_list_release_later(&c->worker->connections, c);
	else if (executor_wants_input(&c->teardown))
		interest_set(c, EV_READ);
}

static void connection_timeout(struct connection *c)
{
	connection_follow(c, executor_timeout(connection_executor(c), &c->teardown));
}

static void connection_close(struct connection *c)
{
	executor_abandon(connection_executor(c), &c->teardown);
	connection_follow(c, EXECUTOR_ENDED);
}

void connection_abandon(struct connection *c)
{
	c->worker->metrics.counts.abandoned++;
	connection_close(c);
}

bool connection_evict(struct worker *worker)
{
	struct connection *oldest = worker->connections.lingering.first;
	if (!oldest)
		return false;
	worker->metrics.counts.evicted++;
	connection_close(oldest);
	return true;
}

/* No exchange will follow the last one after all: that is for exchange_done to answer, so that an
 * idle connection ends as any other of its strategy does. */
static void connection_retire(struct connection *c)
{
	c->teardown.view.last = true;
	connection_follow(c, executor_exchange_done(connection_executor(c), &c->teardown));
	if (connection_is_open(c))
		connection_timeout(c);
}

static enum connection_phase phase_now(const struct connection *c)
{
	if (connection_is_blocked(c))
		return CONNECTION_WRITE;
	if (c->finished)
		return CONNECTION_DONE;
	/* Empty lines before a request are no request. */
	if (c->request && line_has_begun(&c->request->strict.line))
		return c->request->in_body ? CONNECTION_BODY : CONNECTION_HEAD;
	return c->teardown.view.exchanges > 0 ? CONNECTION_IDLE : CONNECTION_NEW;
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

static uint64_t phase_limit(const struct worker *worker, enum connection_phase phase)
{
	const struct server_options *options = worker->options;
	switch (phase) {
	case CONNECTION_NEW:
	case CONNECTION_HEAD:
		return options->header_timeout_ns;
	case CONNECTION_BODY:
	case CONNECTION_WRITE:
		return options->write_timeout_ns;
	case CONNECTION_IDLE:
		return idle_limit(worker);
	case CONNECTION_DONE:
	default:
		return options->keep_alive_ns;
	}
}

static bool is_transfer(enum connection_phase phase)
{
	return phase == CONNECTION_BODY || phase == CONNECTION_WRITE;
}

/* What a transfer has moved so far: bytes that came, or that the peer's kernel has acknowledged. A
 * peer whose window is closed acknowledges nothing, and one that reads slowly does not have to wait
 * for the socket's buffer to be writable. */
static uint64_t transfer_moved(const struct connection *c)
{
	int unacked = 0;
	if (c->phase == CONNECTION_BODY)
		return c->teardown.view.received_bytes;
	if (ioctl(c->teardown.fd, SIOCOUTQ, &unacked) == -1)
		unacked = 0;
	return c->teardown.view.sent_bytes - (uint64_t)unacked;
}

/* A transfer is looked at four times within its limit; any other phase when it ends. */
static void deadline_arm(struct connection *c)
{
	const struct worker *w = c->worker;
	struct wheel_timer *timer = &c->teardown.timer;
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
static void deadline_set(struct connection *c, enum connection_phase phase)
{
	bool goes_on =
		c->phase == phase || (c->phase == CONNECTION_NEW && phase == CONNECTION_HEAD);
	c->phase = (uint8_t)phase;
	if (c->due_ns != 0 && goes_on)
		return;
	c->due_ns = c->worker->executor.now_ns + phase_limit(c->worker, phase);
	if (is_transfer(phase))
		c->moved_bytes = transfer_moved(c);
	deadline_arm(c);
}

/* A trickle is not progress, or a peer could hold the connection for as long as it likes. */
static void transfer_look(struct connection *c)
{
	uint64_t moved = transfer_moved(c);
	if (moved - c->moved_bytes < c->worker->options->progress_bytes)
		return;
	c->moved_bytes = moved;
	c->due_ns = c->worker->executor.now_ns + phase_limit(c->worker, c->phase);
}

void connection_drain(struct connection *c)
{
	if (!connection_is_open(c))
		return;
	if (c->phase == CONNECTION_IDLE) {
		c->due_ns = 0;
		deadline_set(c, CONNECTION_IDLE);
	} else if (c->phase == CONNECTION_DONE)
		connection_timeout(c);
}

void connection_rest(struct connection *c)
{
	if (!connection_is_open(c))
		return;
	enum connection_phase phase = phase_now(c);
	deadline_set(c, phase);
	interest_set(c, phase == CONNECTION_WRITE ? EV_WRITE : EV_READ);
}

static void phase_expired(struct connection *c)
{
	if (is_transfer(c->phase))
		transfer_look(c);
	if (c->worker->executor.now_ns < c->due_ns)
		deadline_arm(c);
	else if (c->worker->draining && c->phase == CONNECTION_IDLE)
		connection_retire(c);
	else if ((c->phase != CONNECTION_HEAD && c->phase != CONNECTION_BODY) ||
		 !flow_refuse(c, 408))
		connection_timeout(c);
}

void connection_expired(struct wheel_timer *timer)
{
	struct connection *c =
		(struct connection *)((char *)timer - offsetof(struct connection, teardown.timer));
	if (connection_is_open(c))
		phase_expired(c);
	else
		connection_follow(c, executor_expired(connection_executor(c), &c->teardown));
}
