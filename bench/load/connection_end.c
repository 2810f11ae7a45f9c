#include "bench/load/connection_end.h"

#include "bench/load/fin_behind.h"
#include "bench/load/surplus.h"
#include "bench/load/undelivered.h"

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
	if (!c->connected)
		return;
	uint64_t before = context->recorder.totals.refused;
	recorder_exchange(&context->recorder, c, context->spec->response_bytes);
	event_watch_unexpected(&context->events, context->recorder.totals.refused - before);
}

enum connection_status connection_end(
	struct connection_context *context, struct connection *c, enum outcome outcome)
{
	if (c->exchange.under_way) {
		if (outcome == OUTCOME_TIMED_OUT)
			recorder_unfinished(&context->recorder, c, context->executor.now_ns);
		connection_end_exchange(context, c);
	}
	event_watch_ended(&context->events, c, outcome);
	recorder_ended(&context->recorder, c, outcome, context->executor.now_ns);
	sealed_end(context, c);
	return CONNECTION_CLOSED;
}

enum connection_status connection_end_idle(
	struct connection_context *context, struct connection *c, uint32_t events)
{
	c->is_idle = false;
	c->reset_seen |= (events & EPOLLERR) != 0;
	*(c->sealed ? &c->sealed->discarded_bytes : &c->teardown.view.drained_bytes) +=
		surplus_discard(c);
	executor_peer_fin(&context->executor, &c->teardown);
	if (c->teardown.state != EXECUTOR_ENDED)
		executor_abandon(&context->executor, &c->teardown);
	return connection_end(context, c, OUTCOME_COMPLETED);
}

enum connection_status connection_error(
	struct connection_context *context, struct connection *c, int error, enum outcome outcome)
{
	c->reset_seen |= error_is_reset(error);
	if (outcome == OUTCOME_RESET && sealed_has_failed(c)) {
		outcome = OUTCOME_SHORT;
		context->recorder.totals.tls.broken++;
	}
	executor_error(&context->executor, &c->teardown, error);
	return connection_end(context, c, outcome);
}

void connection_cut(struct connection_context *context, struct connection *c)
{
	undelivered_cut(&context->recorder.totals, c, context->executor.now_ns);
	executor_peer_fin(&context->executor, &c->teardown);
	if (c->teardown.state != EXECUTOR_ENDED)
		executor_abandon(&context->executor, &c->teardown);
	connection_end(context, c, c->reset_seen ? OUTCOME_RESET : OUTCOME_SHORT);
}

void connection_receive_failed(struct connection_context *context, struct connection *c, int error)
{
	if (error_is_reset(error)) {
		c->reset_seen = true;
		undelivered_cut(&context->recorder.totals, c, context->executor.now_ns);
	}
	connection_error(context, c, error, OUTCOME_RESET);
}

enum connection_status connection_refused(
	struct connection_context *context, struct connection *c, int error)
{
	if (c->exchange.under_way)
		connection_end_exchange(context, c);
	sealed_end(context, c);
	event_watch_refused(&context->events, c, error, context->executor.now_ns);
	recorder_refused(&context->recorder, c, error, context->executor.now_ns);
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

enum connection_status connection_ended(struct connection_context *context, struct connection *c,
	const struct executor_counts *before)
{
	const struct executor_counts *counts = &context->executor.counts;
	c->reset_seen |= counts->failed != before->failed && !sealed_has_failed(c);
	return connection_end(context, c,
		counts->timed_out != before->timed_out ? OUTCOME_TIMED_OUT : OUTCOME_COMPLETED);
}

enum connection_status connection_discard(
	struct connection_context *context, struct connection *c, bool at_end)
{
	struct executor *x = &context->executor;
	struct executor_counts before = x->counts;
	c->fin_behind_ns = fin_behind_ns(c, x->now_ns);
	enum executor_state state =
		at_end ? executor_peer_fin(x, &c->teardown) : executor_readable(x, &c->teardown);
	return state == EXECUTOR_ENDED ? connection_ended(context, c, &before) : CONNECTION_GOES_ON;
}

enum connection_status connection_seal(struct connection_context *context, struct connection *c)
{
	struct executor *x = &context->executor;
	struct executor_counts before = x->counts;
	return executor_writable(x, &c->teardown) == EXECUTOR_ENDED
		       ? connection_ended(context, c, &before)
		       : CONNECTION_GOES_ON;
}
