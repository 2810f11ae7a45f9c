#include "bench/load/connection_end.h"

#include "bench/load/surplus.h"

#include <errno.h>
#include <sys/epoll.h>

bool error_is_reset(int error)
{
	return error == ECONNRESET || error == EPIPE;
}

void connection_end_exchange(struct connection_context *context, struct connection *c)
{
	c->exchange.under_way = false;
	recorder_over(&context->recorder);
	if (c->connected)
		recorder_exchange(&context->recorder, c, context->spec->response_bytes);
}

enum connection_status connection_end(
	struct connection_context *context, struct connection *c, enum outcome outcome)
{
	if (c->exchange.under_way) {
		if (outcome == OUTCOME_TIMED_OUT)
			recorder_unfinished(&context->recorder, c, context->executor.now_ns);
		connection_end_exchange(context, c);
	}
	recorder_ended(&context->recorder, c, outcome, context->executor.now_ns);
	return CONNECTION_CLOSED;
}

enum connection_status connection_end_idle(
	struct connection_context *context, struct connection *c, uint32_t events)
{
	c->is_idle = false;
	c->reset_seen |= (events & EPOLLERR) != 0;
	c->teardown.view.drained_bytes += surplus_discard(c->teardown.fd);
	executor_peer_fin(&context->executor, &c->teardown);
	if (c->teardown.state != EXECUTOR_ENDED)
		executor_abandon(&context->executor, &c->teardown);
	return connection_end(context, c, OUTCOME_COMPLETED);
}

enum connection_status connection_error(
	struct connection_context *context, struct connection *c, int error, enum outcome outcome)
{
	c->reset_seen |= error_is_reset(error);
	executor_error(&context->executor, &c->teardown, error);
	return connection_end(context, c, outcome);
}

enum connection_status connection_refused(
	struct connection_context *context, struct connection *c, int error)
{
	if (c->exchange.under_way)
		connection_end_exchange(context, c);
	recorder_refused(&context->recorder, error, context->executor.now_ns);
	if (c->teardown.state != EXECUTOR_ENDED)
		executor_error(&context->executor, &c->teardown, error);
	return CONNECTION_REFUSED;
}

void connection_fail(struct connection_context *context, struct connection *c, int error)
{
	connection_error(context, c, error, OUTCOME_RESET);
}

void connection_abandon(struct connection_context *context, struct connection *c)
{
	executor_abandon(&context->executor, &c->teardown);
	connection_end(context, c, OUTCOME_TIMED_OUT);
}
