#include "strategies/core/executor.h"

#include <assert.h>
#include <errno.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEFAULT_GRACE_NS TD_SECONDS(30)
#define DEFAULT_IDLE_NS TD_SECONDS(5)
#define DEFAULT_DRAIN_BYTES (UINT64_C(256) << 20)
/* How soon SIOCOUTQ is looked at again; later on a quarter of the time waited. */
#define LOOK_NS TD_MILLISECONDS(1)
/* One recv(2) of discarded input, and the most that one event may take from the loop's turn. */
#define DISCARD_BYTES (1u << 20)
#define DISCARD_CALLS 8

uint32_t strategy_exchanges(const struct td_strategy *strategy)
{
	return strategy->exchanges ? strategy->exchanges : 1;
}

static uint64_t first_of(uint64_t a, uint64_t b, uint64_t c)
{
	return a ? a : b ? b : c;
}

void executor_init(struct executor *x, const struct td_strategy *strategy, enum td_who who,
	struct wheel *wheel, uint64_t grace_ns, uint64_t idle_ns)
{
	*x = (struct executor){
		.strategy = strategy,
		.end = who == TD_SERVER ? &strategy->server : &strategy->client,
		.grace_ns = first_of(grace_ns, strategy->grace_ns, DEFAULT_GRACE_NS),
		.idle_ns = first_of(idle_ns, strategy->idle_ns, DEFAULT_IDLE_NS),
		.drain_bytes = first_of(0, strategy->drain_bytes, DEFAULT_DRAIN_BYTES),
		.wheel = wheel,
	};
}

/* The one place where a data socket is closed. */
static void descriptor_close(struct executor *x, struct teardown *c)
{
	assert(c->state != EXECUTOR_ENDED && c->fd >= 0);
	x->counts.unread_at_close += c->view.unread_bytes;
	wheel_cancel(x->wheel, &c->timer);
	/* EINTR or EIO: Linux has released the descriptor all the same (close(2), NOTES). */
	close(c->fd);
	c->fd = -1;
	c->state = EXECUTOR_ENDED;
}

static void act_close(struct executor *x, struct teardown *c)
{
	x->counts.closed++;
	descriptor_close(x, c);
}

static void act_reset(struct executor *x, struct teardown *c)
{
	/* On a socket that is already reset there is nothing to linger for: failure is harmless. */
	struct linger abort_now = {.l_onoff = 1, .l_linger = 0};
	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &abort_now, sizeof(abort_now));
	x->counts.reset++;
	descriptor_close(x, c);
}

static uint64_t deadline(const struct executor *x, const struct teardown *c)
{
	uint64_t grace = c->waiting_since_ns + x->grace_ns;
	uint64_t idle = c->active_ns + x->idle_ns;
	return grace < idle ? grace : idle;
}

static void deadline_arm(struct executor *x, struct teardown *c)
{
	uint64_t due = deadline(x, c);
	if (x->end->wants_acked && c->state == EXECUTOR_WAITING) {
		uint64_t quarter = (x->now_ns - c->waiting_since_ns) / 4;
		uint64_t look = x->now_ns + (quarter > LOOK_NS ? quarter : LOOK_NS);
		due = look < due ? look : due;
	}
	wheel_arm(x->wheel, &c->timer, due);
}

/* Waiting begins once: later verdicts do not extend the grace. */
static void act_wait(struct executor *x, struct teardown *c)
{
	if (c->state == EXECUTOR_OPEN) {
		c->state = c->shut ? EXECUTOR_HALF_CLOSED : EXECUTOR_WAITING;
		c->waiting_since_ns = c->active_ns = x->now_ns;
	}
	deadline_arm(x, c);
}

/* Our FIN, once. Returns false when the connection ended instead. */
static bool act_shut(struct executor *x, struct teardown *c)
{
	if (c->shut)
		return true;
	x->counts.half_closed++;
	if (shutdown(c->fd, SHUT_WR) == 0) {
		c->shut = true;
		return true;
	}
	/* ENOTCONN: the peer has reset it; nothing is left to wait for. */
	x->counts.failed++;
	act_close(x, c);
	return false;
}

static void act_half_close(struct executor *x, struct teardown *c)
{
	if (!act_shut(x, c))
		return;
	act_wait(x, c);
	c->state = EXECUTOR_HALF_CLOSED;
}

/* A connection that waits, or whose peer has finished, cannot go on to an exchange: KEEP is WAIT
 * there. */
static enum executor_state act(struct executor *x, struct teardown *c, enum td_verdict verdict)
{
	switch (verdict) {
	case TD_KEEP:
		if (c->state != EXECUTOR_OPEN || c->view.peer_fin)
			act_wait(x, c);
		break;
	case TD_WAIT:
		act_wait(x, c);
		break;
	case TD_HALF_CLOSE:
		act_half_close(x, c);
		break;
	case TD_CLOSE:
		x->counts.chosen_close++;
		act_close(x, c);
		break;
	case TD_RESET:
	default: /* A plug-in's nonsense ends the connection. */
		x->counts.chosen_reset++;
		act_reset(x, c);
		break;
	}
	return c->state;
}

/* An end that no exchange led to. */
static enum executor_state act_end(
	struct executor *x, struct teardown *c, enum td_verdict verdict, enum td_verdict otherwise)
{
	if (verdict != TD_RESET && verdict != TD_CLOSE)
		verdict = otherwise;
	if (verdict == TD_RESET)
		act_reset(x, c);
	else
		act_close(x, c);
	return c->state;
}

static uint64_t queue_bytes(int fd, unsigned long request)
{
	int bytes = 0;
	return ioctl(fd, request, &bytes) == 0 && bytes > 0 ? (uint64_t)bytes : 0;
}

static const struct td_view *view_now(struct executor *x, struct teardown *c)
{
	struct td_view *view = &c->view;
	if (x->end->wants_unread)
		view->unread_bytes = queue_bytes(c->fd, SIOCINQ);
	if (x->end->wants_acked)
		view->unacked_bytes = queue_bytes(c->fd, SIOCOUTQ);
	view->phase = c->shut                     ? TD_PHASE_HALF_CLOSED
		      : c->state == EXECUTOR_OPEN ? TD_PHASE_EXCHANGE
						  : TD_PHASE_WAITING;
	view->idle_ns = x->now_ns - c->active_ns;
	view->waited_ns = c->state == EXECUTOR_OPEN ? 0 : x->now_ns - c->waiting_since_ns;
	return view;
}

static enum executor_state ask(
	struct executor *x, struct teardown *c, td_hook *hook, enum td_verdict otherwise)
{
	return act(x, c, hook ? hook(view_now(x, c)) : otherwise);
}

int executor_begin(struct executor *x, struct teardown *c, int fd)
{
	*c = (struct teardown){.fd = fd, .state = EXECUTOR_OPEN, .active_ns = x->now_ns};
	x->counts.begun++;
	if (!x->end->configure || x->end->configure(fd) == 0)
		return 0;
	int saved = errno;
	x->counts.failed++;
	act_close(x, c);
	errno = saved;
	return -1;
}

enum executor_state executor_request_sent(struct executor *x, struct teardown *c)
{
	c->active_ns = x->now_ns;
	enum td_verdict verdict =
		x->end->request_sent ? x->end->request_sent(view_now(x, c)) : TD_KEEP;
	/* The response is still to be read, so the owner keeps the connection. */
	if (verdict == TD_HALF_CLOSE)
		act_shut(x, c);
	else if (verdict == TD_CLOSE || verdict == TD_RESET)
		act(x, c, verdict);
	return c->state;
}

static enum executor_state ask_acked(struct executor *x, struct teardown *c)
{
	const struct td_view *view = view_now(x, c);
	enum td_verdict verdict =
		x->end->acked && view->unacked_bytes == 0 ? x->end->acked(view) : TD_WAIT;
	return act(x, c, verdict);
}

enum executor_state executor_exchange_done(struct executor *x, struct teardown *c)
{
	c->active_ns = x->now_ns;
	enum executor_state state = ask(x, c, x->end->exchange_done, TD_RESET);
	/* On a short path the peer's ACK is mostly here already. */
	if (state == EXECUTOR_WAITING && x->end->wants_acked)
		return ask_acked(x, c);
	return state;
}

enum executor_state executor_peer_fin(struct executor *x, struct teardown *c)
{
	c->view.peer_fin = true;
	c->active_ns = x->now_ns;
	return ask(x, c, x->end->peer_fin, TD_CLOSE);
}

enum executor_state executor_error(struct executor *x, struct teardown *c, int error)
{
	enum td_verdict verdict = x->end->error ? x->end->error(view_now(x, c), error) : TD_CLOSE;
	x->counts.failed++;
	return act_end(x, c, verdict, TD_CLOSE);
}

enum executor_state executor_timeout(struct executor *x, struct teardown *c)
{
	enum td_verdict verdict = x->end->timeout ? x->end->timeout(view_now(x, c)) : TD_RESET;
	x->counts.timed_out++;
	return act_end(x, c, verdict, TD_RESET);
}

enum executor_state executor_readable(struct executor *x, struct teardown *c)
{
	assert(c->state == EXECUTOR_WAITING || c->state == EXECUTOR_HALF_CLOSED);
	for (int call = 0; call < DISCARD_CALLS; call++) {
		/* MSG_TRUNC: TCP throws the bytes away without copying them (tcp(7)). */
		ssize_t n = recv(c->fd, NULL, DISCARD_BYTES, MSG_TRUNC | MSG_DONTWAIT);
		if (n == 0)
			return executor_peer_fin(x, c);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno == EAGAIN ? c->state : executor_error(x, c, errno);
		c->active_ns = x->now_ns;
		c->view.received_bytes += (uint64_t)n;
		c->view.drained_bytes += (uint64_t)n;
		x->counts.drained_bytes += (uint64_t)n;
		if (c->view.drained_bytes > x->drain_bytes)
			return executor_timeout(x, c);
	}
	return c->state;
}

enum executor_state executor_expired(struct executor *x, struct teardown *c)
{
	assert(c->state == EXECUTOR_WAITING || c->state == EXECUTOR_HALF_CLOSED);
	if (x->now_ns >= deadline(x, c))
		return executor_timeout(x, c);
	if (c->state == EXECUTOR_WAITING && x->end->wants_acked)
		return ask_acked(x, c);
	deadline_arm(x, c);
	return c->state;
}

bool executor_wants_input(const struct teardown *c)
{
	return c->state != EXECUTOR_ENDED && !c->view.peer_fin;
}

void executor_abandon(struct executor *x, struct teardown *c)
{
	act_close(x, c);
}

int executor_send_flags(const struct executor *x, bool last_bytes)
{
	return last_bytes && x->strategy->fin_on_data ? MSG_MORE : 0;
}
