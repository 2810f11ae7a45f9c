#include "server/connection.h"

#include "common/clock.h"
#include "server/deadline.h"
#include "server/flow.h"
#include "server/options.h"
#include "server/sealed.h"
#include "server/worker.h"
#include "strategies/core/socket_queue.h"
#include "tls/channel.h"

#include <errno.h>
#include <stdlib.h>

static void lingering_read(struct connection *c)
{
	connection_follow(c, executor_readable(connection_executor(c), &c->teardown));
}

/* Sends the rest of close_notify. */
static void lingering_write(struct connection *c)
{
	connection_follow(c, executor_writable(connection_executor(c), &c->teardown));
}

static void on_event(evutil_socket_t fd, short what, void *argument)
{
	struct connection *c = argument;
	worker_clock(c->worker);
	if (what & EV_TIMEOUT)
		connection_follow(c, executor_expired(connection_executor(c), &c->teardown));
	else if (!connection_is_open(c) && (what & EV_WRITE))
		lingering_write(c);
	else if (!connection_is_open(c))
		lingering_read(c);
	else if (what & EV_WRITE)
		flow_writable(c);
	else
		flow_readable(c);
}

/* Registers with the loop for EV_READ, for EV_WRITE, for both, or for nothing. */
static void interest_set(struct connection *c, short what)
{
	if (c->interest == what)
		return;
	if (c->interest)
		event_del(&c->event);
	c->interest = what;
	if (!what)
		return;
	event_assign(&c->event, c->worker->base, c->teardown.fd, (short)(what | EV_PERSIST),
		on_event, c);
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

static void connection_close(struct connection *c)
{
	executor_abandon(connection_executor(c), &c->teardown);
	connection_follow(c, EXECUTOR_ENDED);
}

/* Makes the channel, and room for one more handshake. Returns 0, or -1 with errno. */
static int handshake_begin(struct connection *c)
{
	struct worker *worker = c->worker;
	struct connection_list *list = &worker->connections;
	c->channel = tls_channel_create(worker->role->tls);
	if (!c->channel)
		return -1;
	connection_list_handshake_begin(list, c);
	if (list->handshakes > worker->options->tls_handshakes) {
		worker->metrics.counts.evicted++;
		connection_close(list->handshaking);
	}
	return 0;
}

void connection_begin(struct worker *worker, int fd)
{
	struct connection *c = connection_list_take(&worker->connections);
	c->worker = worker;
	c->counted = EXECUTOR_OPEN;
	c->begun_ns = worker->executor.now_ns;
	worker->metrics.counts.opened++;
	worker->metrics.counts.states[EXECUTOR_OPEN]++;
	if (executor_begin(&worker->executor, &c->teardown, fd) == -1)
		connection_follow(c, EXECUTOR_ENDED);
	else if (worker->role->tls && handshake_begin(c) == -1)
		connection_follow(c, executor_error(&worker->executor, &c->teardown, errno));
	else
		flow_readable(c);
}

static void buffers_release(struct connection *c)
{
	/* Most connections have none. Three calls of free(NULL) cost more than this look. */
	if (!c->unsent && !c->unparsed && !c->request)
		return;
	free(c->unsent);
	free(c->unparsed);
	free(c->request);
	c->unsent = c->unparsed = NULL;
	c->request = NULL;
	c->pattern_left = 0;
}

/* Counts a new state. A connection that is not open keeps no buffer. */
static void state_note(struct connection *c)
{
	enum executor_state state = c->teardown.state;
	if (state == c->counted)
		return;
	struct connection_list *list = &c->worker->connections;
	if (c->is_handshaking)
		connection_list_handshake_end(list, c);
	worker_count_state(c->worker, c->counted, state);
	connection_list_move(list, c, c->counted, state);
	c->counted = (uint8_t)state;
	if (!executor_wants_output(&c->teardown))
		buffers_release(c);
	if (c->channel)
		sealed_release(c);
	/* Evicts another connection than this one, which is the last of the queue. */
	if (list->lingering_count > list->lingering_most)
		connection_evict(c->worker);
}

void connection_follow(struct connection *c, enum executor_state state)
{
	if (state == EXECUTOR_OPEN)
		return;
	state_note(c);
	/* A strategy may also end a connection whose last response did not announce the close. */
	interest_set(c, 0);
	if (state == EXECUTOR_ENDED)
		connection_list_release_later(&c->worker->connections, c);
	else if (executor_wants_input(&c->teardown) || executor_wants_output(&c->teardown))
		connection_list_look_later(&c->worker->connections, c, c->worker->executor.now_ns);
}

static short lingering_interest(const struct teardown *t)
{
	return (short)((executor_wants_input(t) ? EV_READ : 0) |
		       (executor_wants_output(t) ? EV_WRITE : 0));
}

/* Has the loop tell when half a round trip has passed. Where it cannot, the wheel does, a tick
 * later. */
static void arrival_await(struct connection *c)
{
	uint64_t now_ns = clock_now_ns(), due_ns = executor_arrives_ns(&c->teardown);
	/* Rounded up: a microsecond early is too early. */
	uint64_t left_ns = (due_ns > now_ns ? due_ns - now_ns : 0) + NS_PER_US - 1;
	const struct timeval left = {.tv_sec = (time_t)(left_ns / NS_PER_S),
		.tv_usec = (suseconds_t)(left_ns % NS_PER_S / NS_PER_US)};
	if (c->interest)
		event_add(&c->event, &left);
}

void connection_look(struct connection *c)
{
	if (executor_wants_input(&c->teardown)) {
		executor_readable(&c->worker->executor, &c->teardown);
		state_note(c);
	}
	if (c->teardown.state == EXECUTOR_ENDED)
		connection_list_release_later(&c->worker->connections, c);
	else
		interest_set(c, lingering_interest(&c->teardown));
	if (executor_arrives_ns(&c->teardown) != UINT64_MAX)
		arrival_await(c);
}

static void connection_timeout(struct connection *c)
{
	connection_follow(c, executor_timeout(connection_executor(c), &c->teardown));
}

void connection_abandon(struct connection *c)
{
	c->worker->metrics.counts.abandoned++;
	connection_close(c);
}

bool connection_evict(struct worker *worker)
{
	struct connection *oldest = worker->connections.lingering.first;
	if (!oldest && worker->role->metrics_only)
		oldest = worker->connections.open.first;
	if (!oldest)
		return false;
	worker->metrics.counts.evicted++;
	connection_close(oldest);
	return true;
}

/* Calls exchange_done once more for the last exchange, as the connection's last one now: an idle
 * connection then ends as any other connection of the strategy does. */
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
	/* Empty lines before a request line are not yet a request (RFC 9112, 2.2). */
	if (c->request && line_has_begun(&c->request->parser.line))
		return c->request->in_body ? CONNECTION_BODY : CONNECTION_HEAD;
	return c->teardown.view.exchanges > 0 ? CONNECTION_IDLE : CONNECTION_NEW;
}

void connection_drain(struct connection *c)
{
	if (!connection_is_open(c))
		return;
	if (c->phase == CONNECTION_IDLE)
		deadline_restart(c);
	else if (c->phase == CONNECTION_DONE)
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

/* Handles what has arrived, and sends what the socket takes. The loop may be late, since the
 * program was stopped, the machine slept, or more sockets were ready than one epoll_wait(2) shows:
 * then a deadline passes for a client that has met it. */
static void arrived_take(struct connection *c)
{
	const uint64_t *received = &c->teardown.view.received_bytes;
	uint64_t before;
	if (c->phase == CONNECTION_WRITE) {
		flow_writable(c);
		return;
	}
	/* The phase and its deadline stay while a request is incomplete. At least one read: it
	 * finds a FIN, too. */
	uint64_t end = *received + socket_unread_bytes(c->teardown.fd);
	do {
		before = *received;
		flow_readable(c);
	} while (connection_is_open(c) && !connection_is_blocked(c) && *received > before &&
		 *received < end);
}

static void deadline_expired(struct connection *c)
{
	bool in_request = c->phase == CONNECTION_HEAD || c->phase == CONNECTION_BODY;
	if (c->worker->draining && c->phase == CONNECTION_IDLE)
		connection_retire(c);
	else if (!in_request || !flow_refuse(c, 408))
		connection_timeout(c);
}

/* A deadline has passed, unless the connection has met it. */
static void deadline_meet(struct connection *c)
{
	arrived_take(c);
	if (connection_is_open(c) && deadline_has_passed(c))
		deadline_expired(c);
}

static void connection_arrived(struct connection *c)
{
	if (connection_is_open(c))
		arrived_take(c);
	else if (executor_wants_input(&c->teardown))
		lingering_read(c);
}

void connection_take_arrived(const struct connection_queue *queue)
{
	for (struct connection *next, *c = queue->first; c; c = next) {
		next = c->next;
		connection_arrived(c);
	}
}

/* The connection has lasted for as long as it may. What has arrived comes first here, too; the
 * client of a response that was sent just now has until the next tick for its FIN. */
static void connection_outlive(struct connection *c)
{
	const struct teardown *t = &c->teardown;
	uint64_t now_ns = c->worker->executor.now_ns;
	connection_arrived(c);
	if (t->state == EXECUTOR_OPEN ||
		(t->state != EXECUTOR_ENDED && t->waiting_since_ns < now_ns))
		connection_timeout(c);
}

static void queue_end_old(const struct connection_queue *queue, const struct worker *worker)
{
	for (struct connection *next, *c = queue->first; c; c = next) {
		next = c->next;
		if (worker->executor.now_ns - c->begun_ns >= worker->role->lifetime_ns)
			connection_outlive(c);
	}
}

void connection_end_old(struct worker *worker)
{
	queue_end_old(&worker->connections.open, worker);
	queue_end_old(&worker->connections.lingering, worker);
}

void connection_expired(struct wheel_timer *timer)
{
	struct connection *c =
		(struct connection *)((char *)timer - offsetof(struct connection, teardown.timer));
	if (!connection_is_open(c))
		connection_follow(c, executor_expired(connection_executor(c), &c->teardown));
	else if (deadline_has_passed(c))
		deadline_meet(c);
}
