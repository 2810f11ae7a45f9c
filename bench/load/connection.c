#include "bench/load/connection.h"

#include "bench/load/connection_end.h"
#include "bench/load/fin_behind.h"
#include "bench/load/surplus.h"
#include "bench/load/undelivered.h"
#include "common/clock.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define RECEIVE_CALLS 16

static void connection_established(
	struct connection_context *context, struct connection *c, uint64_t at_ns)
{
	c->connected = true;
	c->refusals = 0;
	event_watch_connected(&context->events, at_ns);
	recorder_connected(&context->recorder, c, at_ns);
}

static void connection_begin_exchange(struct connection_context *context, struct connection *c)
{
	const struct builtin_loader_spec *spec = context->spec;
	bool last = c->teardown.view.exchanges + 1 >= spec->requests_per_connection;
	bool announce = context->hurrying || (last && spec->announce_close);
	uint64_t now = context->executor.now_ns;
	c->teardown.view.last = last || context->hurrying;
	recorder_asked(&context->recorder);
	exchange_begin(&c->exchange, announce ? &spec->last_request : &spec->request,
		&context->known_head, spec->verify, now);
	wheel_arm(&context->wheel, &c->teardown.timer, now + spec->timeout_ns);
}

/* Sends what the kernel takes of the request. */
static enum connection_status connection_send(
	struct connection_context *context, struct connection *c)
{
	struct exchange *exchange = &c->exchange;
	if (exchange_is_sent(exchange))
		return CONNECTION_GOES_ON;
	ssize_t n = c->sealed ? sealed_send(context, c) : exchange_send(exchange, c->teardown.fd);
	if (n == 0)
		return CONNECTION_GOES_ON;
	/* A reset before the handshake's end is ECONNREFUSED (tcp_reset, net/ipv4/tcp_input.c). */
	if (n == -1 && !c->connected && !error_is_reset(errno))
		return connection_refused(context, c, errno);
	if (!c->connected)
		connection_established(context, c, c->returned_ns);
	if (n == -1) {
		/* What the server sent before its reset is still here to be read. */
		c->reset_seen = true;
		exchange->sent = exchange->request->size;
		return CONNECTION_GOES_ON;
	}
	c->teardown.view.sent_bytes += (uint64_t)n;
	if (!exchange_is_sent(exchange) ||
		executor_request_sent(&context->executor, &c->teardown) != EXECUTOR_ENDED)
		return CONNECTION_GOES_ON;
	return connection_end(context, c, OUTCOME_SHORT);
}

enum connection_status connection_ask(struct connection_context *context, struct connection *c)
{
	context->executor.now_ns = clock_now_ns();
	connection_begin_exchange(context, c);
	/* Over veth the handshake is over when connect(2) returns, and is taken to have ended then:
	 * of 270,000 connections that sent at once none was later. Where it still is not over,
	 * send(2) says EAGAIN. */
	return connection_send(context, c);
}

enum connection_status connection_ask_again(
	struct connection_context *context, struct connection *c, uint64_t intended_ns)
{
	c->is_idle = false;
	c->intended_ns = c->due_ns = intended_ns ? intended_ns : clock_now_ns();
	return connection_ask(context, c);
}

/* Sends the next request, or waits until the schedule wants it. An idle connection has no deadline:
 * nothing is waited for. */
static void connection_go_on(struct connection_context *context, struct connection *c)
{
	c->is_idle = context->spec->by_request && !context->hurrying;
	if (c->is_idle) {
		wheel_cancel(&context->wheel, &c->teardown.timer);
		return;
	}
	c->due_ns = context->executor.now_ns;
	connection_begin_exchange(context, c);
	connection_send(context, c);
}

/* A whole response was read. */
static void connection_exchange_done(struct connection_context *context, struct connection *c)
{
	struct td_view *view = &c->teardown.view;
	connection_end_exchange(context, c);
	recorder_response(&context->recorder, c, context->executor.now_ns);
	view->exchanges++;
	view->last |= !c->exchange.response.keep_alive || !exchange_is_sent(&c->exchange) ||
		      view->peer_notified;
	/* What is left of it would be taken for the next response. */
	if (c->exchange.response.surplus > 0 && !view->last)
		c->exchange.response.surplus += surplus_discard(c);
	recorder_surplus(&context->recorder, c, context->executor.now_ns);
	c->delivered = view->last;
	c->done_ns = context->executor.now_ns;
	switch (executor_exchange_done(&context->executor, &c->teardown)) {
	case EXECUTOR_OPEN:
		connection_go_on(context, c);
		break;
	case EXECUTOR_ENDED:
		connection_end(context, c, OUTCOME_COMPLETED);
		break;
	case EXECUTOR_WAITING:
	case EXECUTOR_HALF_CLOSED:
		c->delivered = true;
		break;
	}
}

/* Reads once. Returns true when there may be more to read of this response; `*emptied`: the read
 * left nothing behind. */
static bool connection_receive(
	struct connection_context *context, struct connection *c, bool *emptied)
{
	size_t received;
	enum exchange_status status =
		c->sealed ? sealed_receive(context, c, &received)
			  : exchange_receive(&c->exchange, c->teardown.fd, context->buffer,
				    sizeof(context->buffer), &received);
	c->teardown.view.received_bytes += received;
	if (received > 0)
		*emptied = received < sizeof(context->buffer);
	switch (status) {
	case EXCHANGE_MORE:
		return !*emptied;
	case EXCHANGE_AGAIN:
		if (c->sealed) /* The handshake goes on. */
			connection_send(context, c);
		break;
	case EXCHANGE_DONE:
		/* After a RST that send(2) or SO_ERROR has told of, recv(2) says end of stream:
		 * such an end makes no response whole. */
		if (received == 0 && c->reset_seen)
			connection_cut(context, c);
		/* When the end of stream made the response whole, a strategy that waits for the end
		 * of stream reads it once more. */
		else
			connection_exchange_done(context, c);
		break;
	case EXCHANGE_CUT:
		connection_cut(context, c);
		break;
	case EXCHANGE_BROKEN:
		recorder_not_http(&context->recorder, c);
		connection_error(context, c, EPROTO, OUTCOME_SHORT);
		break;
	case EXCHANGE_FAILED:
		connection_receive_failed(context, c, errno);
		break;
	}
	return false;
}

static bool connection_is_waiting(const struct connection *c)
{
	return c->teardown.state == EXECUTOR_WAITING || c->teardown.state == EXECUTOR_HALF_CLOSED;
}

/* `discard`: a FIN may be there as well; `fin`: one is. A FIN that came with the last bytes is
 * dealt with at once: no need to be told once more. Nor does it have to be read where the last read
 * took less than it could have: recv(2) takes all that is there, so the FIN is next. */
static enum connection_status connection_read(
	struct connection_context *context, struct connection *c, bool discard, bool fin)
{
	int calls = 0;
	bool emptied = false;
	while (c->teardown.state == EXECUTOR_OPEN && ++calls < RECEIVE_CALLS &&
		connection_receive(context, c, &emptied))
		continue;
	if (connection_is_waiting(c) && executor_wants_input(&c->teardown) && discard)
		connection_discard(context, c, fin && emptied);
	return c->teardown.state == EXECUTOR_ENDED ? CONNECTION_CLOSED : CONNECTION_GOES_ON;
}

enum connection_status connection_finish_connect(
	struct connection_context *context, struct connection *c)
{
	int error = 0;
	socklen_t size = sizeof(error);
	getsockopt(c->teardown.fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error && !error_is_reset(error))
		return connection_refused(context, c, error);
	c->reset_seen |= error != 0;
	connection_established(context, c, context->executor.now_ns);
	/* No byte of the request could be sent before: the response is timed from now. */
	c->exchange.begun_ns = context->executor.now_ns;
	return CONNECTION_GOES_ON;
}

static enum connection_status connection_write(
	struct connection_context *context, struct connection *c)
{
	if (c->teardown.state == EXECUTOR_OPEN)
		return connection_send(context, c);
	return executor_wants_output(&c->teardown) ? connection_seal(context, c)
						   : CONNECTION_GOES_ON;
}

enum connection_status connection_event(
	struct connection_context *context, struct connection *c, uint32_t events)
{
	enum connection_status status = CONNECTION_GOES_ON;
	event_watch_look(&context->events);
	context->executor.now_ns = clock_now_ns();
	if (c->is_idle)
		return connection_end_idle(context, c, events);
	if (!c->connected)
		status = connection_finish_connect(context, c);
	if (status == CONNECTION_GOES_ON && (events & EPOLLOUT))
		status = connection_write(context, c);
	if (status == CONNECTION_GOES_ON && (events & ~(uint32_t)EPOLLOUT))
		status = connection_read(context, c,
			connection_is_waiting(c) || (events & (EPOLLRDHUP | EPOLLERR)),
			(events & EPOLLRDHUP) && !(events & EPOLLERR));
	return status;
}

enum connection_status connection_look(
	struct connection_context *context, struct connection *c, bool *came)
{
	uint64_t received = c->teardown.view.received_bytes;
	event_watch_look(&context->events);
	context->executor.now_ns = clock_now_ns();
	enum connection_status status = connection_read(context, c, true, false);
	*came = !connection_is_waiting(c) &&
		(status == CONNECTION_CLOSED || c->teardown.view.received_bytes > received);
	return status;
}

uint32_t connection_interest(const struct connection *c)
{
	bool sending = c->sealed ? sealed_wants_output(c->sealed)
				 : c->exchange.under_way && !exchange_is_sent(&c->exchange);
	/* EPOLLHUP cannot be masked: once both sides are shut a level-triggered loop would spin. */
	if (!executor_wants_input(&c->teardown))
		return executor_wants_output(&c->teardown) ? EPOLLOUT : 0;
	return EPOLLIN | EPOLLRDHUP | (sending ? EPOLLOUT : 0u);
}

enum connection_status connection_expired(struct connection_context *context, struct connection *c)
{
	struct executor *x = &context->executor;
	struct executor_counts before = x->counts;
	event_watch_look(&context->events);
	x->now_ns = clock_now_ns();
	if (c->teardown.state == EXECUTOR_OPEN) {
		undelivered_gave_up(&context->recorder.totals, c, x->now_ns);
		executor_timeout(x, &c->teardown);
	} else if (executor_expired(x, &c->teardown) != EXECUTOR_ENDED) {
		return CONNECTION_GOES_ON;
	}
	return connection_ended(context, c, &before);
}
