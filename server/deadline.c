#include "server/deadline.h"

#include "common/clock.h"
#include "server/connection.h"
#include "server/options.h"
#include "server/worker.h"
#include "strategies/core/socket_queue.h"

/* The longest that a draining worker lets a connection be idle. */
#define DRAIN_IDLE_NS NS_PER_S

/* While the worker drains, an idle client has a while to send one more request, whose response
 * announces the close. A FIN that crosses a request would cost the client the response. */
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

/* The bytes that a transfer has moved so far: received ones, or sent ones that the peer's kernel
 * has acknowledged. A peer with a closed window acknowledges nothing. Acknowledged bytes are
 * counted, and not those that send(2) takes, because the send buffer of a slow reader becomes
 * writable too late to show that the reader gets on. */
static uint64_t transfer_moved(const struct connection *c)
{
	if (c->phase == CONNECTION_BODY)
		return c->teardown.view.received_bytes;
	return c->teardown.view.sent_bytes - socket_unacked_bytes(c->teardown.fd);
}

/* The timer of a transfer expires four times within the limit, to look for progress. The timer of
 * another phase expires at the deadline. */
static void timer_arm(struct connection *c)
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

/* The deadline of the first request's head runs from accept(2), so CONNECTION_HEAD continues
 * CONNECTION_NEW. */
void deadline_set(struct connection *c, enum connection_phase phase)
{
	bool goes_on =
		c->phase == phase || (c->phase == CONNECTION_NEW && phase == CONNECTION_HEAD);
	c->phase = (uint8_t)phase;
	if (c->due_ns != 0 && goes_on)
		return;
	c->due_ns = c->worker->executor.now_ns + phase_limit(c->worker, phase);
	if (is_transfer(phase))
		c->moved_bytes = transfer_moved(c);
	timer_arm(c);
}

void deadline_restart(struct connection *c)
{
	c->due_ns = 0;
	deadline_set(c, c->phase);
}

/* Moves the deadline of a transfer that has moved --min-progress bytes. Fewer bytes do not count: a
 * peer could keep the connection for any time with a trickle. */
static void transfer_look(struct connection *c)
{
	uint64_t moved = transfer_moved(c);
	if (moved - c->moved_bytes < c->worker->options->progress_bytes)
		return;
	c->moved_bytes = moved;
	c->due_ns = c->worker->executor.now_ns + phase_limit(c->worker, c->phase);
}

bool deadline_has_passed(struct connection *c)
{
	if (is_transfer(c->phase))
		transfer_look(c);
	if (c->worker->executor.now_ns >= c->due_ns)
		return true;
	timer_arm(c);
	return false;
}
