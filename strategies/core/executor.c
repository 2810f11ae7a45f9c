#include "strategies/core/executor.h"

#include "strategies/core/defaults.h"
#include "strategies/core/executor_act.h"
#include "strategies/core/seal.h"
#include "strategies/core/wait.h"

#include <assert.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

void executor_init(struct executor *x, const struct td_strategy *strategy, enum td_who who,
	struct wheel *wheel, uint64_t grace_ns, uint64_t idle_ns)
{
	*x = (struct executor){
		.strategy = strategy,
		.end = who == TD_SERVER ? &strategy->server : &strategy->client,
		.grace_ns = strategy_grace_ns(strategy, grace_ns),
		.idle_ns = strategy_idle_ns(strategy, idle_ns),
		.drain_bytes = strategy_drain_bytes(strategy),
		.wheel = wheel,
	};
}

/* The only place where a data socket is closed. */
static void descriptor_close(struct executor *x, struct teardown *t)
{
	assert(t->state != EXECUTOR_ENDED && t->fd >= 0);
	x->counts.unread_at_close += t->view.unread_bytes;
	wheel_cancel(x->wheel, &t->timer);
	/* After EINTR or EIO, too, Linux has released the descriptor (close(2), NOTES). */
	close(t->fd);
	t->fd = -1;
	t->is_sealing = false;
	t->state = EXECUTOR_ENDED;
}

static void act_close(struct executor *x, struct teardown *t)
{
	x->counts.closed++;
	descriptor_close(x, t);
}

static void act_reset(struct executor *x, struct teardown *t)
{
	/* A failure is harmless: a socket that was reset already has nothing to send. */
	struct linger abort_now = {.l_onoff = 1, .l_linger = 0};
	setsockopt(t->fd, SOL_SOCKET, SO_LINGER, &abort_now, sizeof(abort_now));
	x->counts.reset++;
	descriptor_close(x, t);
}

/* Sends our FIN, once. Returns false on ENOTCONN: the peer has reset the connection. */
static bool fin_send(struct executor *x, struct teardown *t)
{
	if (!t->shut && shutdown(t->fd, SHUT_WR) == 0) {
		t->shut = true;
		x->counts.half_closed++;
	}
	return t->shut;
}

/* Returns false when the connection ended instead: behind a RST there is nothing to wait for. */
static bool act_shut(struct executor *x, struct teardown *t)
{
	if (fin_send(x, t))
		return true;
	x->counts.failed++;
	act_close(x, t);
	return false;
}

static void act_half_close(struct executor *x, struct teardown *t)
{
	if (!act_shut(x, t))
		return;
	wait_begin(x, t);
	t->state = EXECUTOR_HALF_CLOSED;
}

static void act_intended(struct executor *x, struct teardown *t)
{
	t->is_sealing = false;
	if (t->intended == TD_HALF_CLOSE) {
		act_half_close(x, t);
		return;
	}
	x->counts.chosen_close++;
	act_close(x, t);
}

void executor_sealed(struct executor *x, struct teardown *t)
{
	act_intended(x, t);
}

/* Carries TD_HALF_CLOSE or TD_CLOSE out, once close_notify has gone out. */
static void act_sealed(struct executor *x, struct teardown *t, enum td_verdict verdict)
{
	t->intended = (uint8_t)verdict;
	t->is_sealing = x->seal && !seal_begin(x, t);
	if (t->is_sealing)
		wait_begin(x, t);
	else
		act_intended(x, t);
}

enum executor_state executor_act(struct executor *x, struct teardown *t, enum td_verdict verdict)
{
	if (x->seal && verdict != TD_HALF_CLOSE && verdict != TD_CLOSE)
		seal_push(x, t);
	switch (verdict) {
	case TD_KEEP:
		if (t->state != EXECUTOR_OPEN || t->view.peer_fin)
			wait_begin(x, t);
		break;
	case TD_WAIT:
		wait_begin(x, t);
		break;
	case TD_HALF_CLOSE:
	case TD_CLOSE:
		act_sealed(x, t, verdict);
		break;
	case TD_RESET:
	default: /* A plug-in's unknown verdict ends the connection, too. */
		x->counts.chosen_reset++;
		act_reset(x, t);
		break;
	}
	return t->state;
}

/* Ends a connection on an error or a deadline. `otherwise` is the default. */
static enum executor_state act_end(
	struct executor *x, struct teardown *t, enum td_verdict verdict, enum td_verdict otherwise)
{
	if (verdict != TD_RESET && verdict != TD_CLOSE)
		verdict = otherwise;
	if (verdict == TD_RESET)
		act_reset(x, t);
	else
		act_close(x, t);
	return t->state;
}

static const struct td_view *view_now(struct executor *x, struct teardown *t)
{
	struct td_view *view = &t->view;
	if (x->end->wants_unread)
		view->unread_bytes = socket_unread_bytes(t->fd);
	if (x->end->wants_acked)
		view->unacked_bytes = socket_unacked_bytes(t->fd);
	view->phase = t->shut                     ? TD_PHASE_HALF_CLOSED
		      : t->state == EXECUTOR_OPEN ? TD_PHASE_EXCHANGE
						  : TD_PHASE_WAITING;
	view->idle_ns = x->now_ns - t->active_ns;
	view->waited_ns = t->state == EXECUTOR_OPEN ? 0 : x->now_ns - t->waiting_since_ns;
	return view;
}

/* A hook of a plug-in may stay, or end the program: say beforehand which one it is. */
static void mark_set(struct executor *x, enum hook hook)
{
	if (x->mark)
		hook_mark_set(x->mark, hook);
}

static void mark_clear(struct executor *x)
{
	if (x->mark)
		hook_mark_clear(x->mark);
}

static enum td_verdict call(
	struct executor *x, enum hook name, td_hook *hook, const struct td_view *view)
{
	mark_set(x, name);
	enum td_verdict verdict = hook(view);
	mark_clear(x);
	return verdict;
}

/* The hook's verdict, or `otherwise` where the strategy leaves it out. */
static enum td_verdict verdict_of(struct executor *x, struct teardown *t, enum hook name,
	td_hook *hook, enum td_verdict otherwise)
{
	return hook ? call(x, name, hook, view_now(x, t)) : otherwise;
}

static enum td_verdict verdict_on_error(struct executor *x, struct teardown *t, int error)
{
	if (!x->end->error)
		return TD_CLOSE;
	const struct td_view *view = view_now(x, t);
	mark_set(x, HOOK_ERROR);
	enum td_verdict verdict = x->end->error(view, error);
	mark_clear(x);
	return verdict;
}

static int configure(struct executor *x, int fd)
{
	if (!x->end->configure)
		return 0;
	mark_set(x, HOOK_CONFIGURE);
	int result = x->end->configure(fd);
	mark_clear(x);
	return result;
}

int executor_begin(struct executor *x, struct teardown *t, int fd)
{
	*t = (struct teardown){.fd = fd, .state = EXECUTOR_OPEN, .active_ns = x->now_ns};
	x->counts.begun++;
	if (configure(x, fd) == 0)
		return 0;
	int saved = errno;
	x->counts.failed++;
	act_close(x, t);
	errno = saved;
	return -1;
}

enum executor_state executor_request_sent(struct executor *x, struct teardown *t)
{
	t->active_ns = x->now_ns;
	enum td_verdict verdict =
		verdict_of(x, t, HOOK_REQUEST_SENT, x->end->request_sent, TD_KEEP);
	/* The owner still has to read the response, and keeps the connection: also behind a RST,
	 * which leaves what came before it to be read. */
	if (verdict == TD_HALF_CLOSE) {
		seal_at_end(x, t);
		fin_send(x, t);
	} else if (verdict == TD_CLOSE || verdict == TD_RESET)
		executor_act(x, t, verdict);
	return t->state;
}

enum executor_state executor_ask_acked(struct executor *x, struct teardown *t)
{
	const struct td_view *view = view_now(x, t);
	bool is_acked = x->end->acked && view->unacked_bytes == 0;
	return executor_act(x, t, is_acked ? call(x, HOOK_ACKED, x->end->acked, view) : TD_WAIT);
}

enum executor_state executor_exchange_done(struct executor *x, struct teardown *t)
{
	t->active_ns = x->now_ns;
	enum td_verdict verdict =
		verdict_of(x, t, HOOK_EXCHANGE_DONE, x->end->exchange_done, TD_RESET);
	if (x->end->closes_at_arrival && verdict == TD_CLOSE && wait_for_arrival(t))
		return executor_act(x, t, TD_WAIT);
	enum executor_state state = executor_act(x, t, verdict);
	/* On a path with a short round-trip time, the peer's ACK has mostly come already. */
	if (state == EXECUTOR_WAITING && x->end->wants_acked)
		return executor_ask_acked(x, t);
	return state;
}

enum executor_state executor_peer_fin(struct executor *x, struct teardown *t)
{
	t->view.peer_fin = true;
	t->active_ns = x->now_ns;
	return executor_act(x, t, verdict_of(x, t, HOOK_PEER_FIN, x->end->peer_fin, TD_CLOSE));
}

enum executor_state executor_error(struct executor *x, struct teardown *t, int error)
{
	enum td_verdict verdict = verdict_on_error(x, t, error);
	x->counts.failed++;
	return act_end(x, t, verdict, TD_CLOSE);
}

enum executor_state executor_timeout(struct executor *x, struct teardown *t)
{
	enum td_verdict verdict = verdict_of(x, t, HOOK_TIMEOUT, x->end->timeout, TD_RESET);
	x->counts.timed_out++;
	if (seal_forbids_reset(x, t))
		verdict = TD_CLOSE;
	if (verdict == TD_CLOSE)
		seal_at_end(x, t);
	return act_end(x, t, verdict, TD_RESET);
}

enum executor_state executor_decide(struct executor *x, struct teardown *t, enum td_verdict verdict)
{
	if (verdict != TD_RESET)
		seal_at_end(x, t);
	if (verdict == TD_HALF_CLOSE)
		act_shut(x, t);
	else
		act_end(x, t, verdict, TD_CLOSE);
	return t->state;
}

void executor_abandon(struct executor *x, struct teardown *t)
{
	seal_at_end(x, t);
	act_close(x, t);
}

int executor_send_flags(const struct executor *x, bool last_bytes)
{
	return last_bytes && (x->strategy->fin_on_data || seal_is_due(x)) ? MSG_MORE : 0;
}
