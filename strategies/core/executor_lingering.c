/* Events of a connection that waits or is half closed (executor.h). */
#include "strategies/core/executor_act.h"
#include "strategies/core/seal.h"
#include "strategies/core/wait.h"

#include <assert.h>
#include <errno.h>

/* The calls of socket_discard that one event makes before other connections have their turn. */
#define DISCARD_CALLS 8

bool executor_wants_input(const struct teardown *t)
{
	return t->state != EXECUTOR_ENDED && !t->view.peer_fin;
}

/* Discards input with one call. Returns whether the call after it may find more. */
static bool input_discard(struct executor *x, struct teardown *t)
{
	uint64_t bytes;
	enum socket_input input =
		x->seal ? seal_discard(x, t, &bytes) : socket_discard(t->fd, &bytes);
	if (input == SOCKET_INPUT_FIN)
		executor_peer_fin(x, t);
	else if (input == SOCKET_INPUT_FAILED)
		executor_error(x, t, errno);
	if (input != SOCKET_INPUT_BYTES)
		return false;
	t->active_ns = x->now_ns;
	t->view.received_bytes += bytes;
	t->view.drained_bytes += bytes;
	x->counts.drained_bytes += bytes;
	if (t->view.drained_bytes > x->drain_bytes)
		executor_timeout(x, t);
	else if (t->is_sealing && seal_is_done(x, t))
		executor_sealed(x, t);
	return t->state != EXECUTOR_ENDED;
}

enum executor_state executor_readable(struct executor *x, struct teardown *t)
{
	assert(t->state == EXECUTOR_WAITING || t->state == EXECUTOR_HALF_CLOSED);
	for (int call = 0; call < DISCARD_CALLS && input_discard(x, t); call++)
		continue;
	return t->state;
}

enum executor_state executor_writable(struct executor *x, struct teardown *t)
{
	assert(executor_wants_output(t));
	if (seal_begin(x, t))
		executor_sealed(x, t);
	return t->state;
}

/* Reads what has arrived so far, and not what a fast peer goes on to send meanwhile. */
static void arrived_take(struct executor *x, struct teardown *t)
{
	uint64_t end = t->view.drained_bytes + socket_unread_bytes(t->fd);
	while (input_discard(x, t) && t->view.drained_bytes <= end)
		continue;
}

static enum executor_state act_arrived(struct executor *x, struct teardown *t)
{
	t->arrival_us = 0;
	return executor_act(x, t, TD_CLOSE);
}

enum executor_state executor_expired(struct executor *x, struct teardown *t)
{
	assert(t->state == EXECUTOR_WAITING || t->state == EXECUTOR_HALF_CLOSED);
	if ((wait_is_over(x, t) || wait_has_arrived(x, t)) && executor_wants_input(t))
		arrived_take(x, t);
	if (t->state == EXECUTOR_WAITING && x->end->wants_acked)
		executor_ask_acked(x, t);
	if (t->state == EXECUTOR_ENDED)
		return t->state;
	if (wait_has_arrived(x, t) && !wait_for_the_rest(t))
		return act_arrived(x, t);
	if (wait_is_over(x, t))
		return executor_timeout(x, t);
	wait_arm(x, t);
	return t->state;
}
