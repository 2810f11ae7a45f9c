#include "tests/unit/strategies/core/life.h"

#include "tests/unit/strategies/core/fake_kernel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct life life;

/* The last sign of life: an event of the owner's, or what the executor read. */
static uint64_t active_ns(void)
{
	return life.active_ns > kernel.read_at_ns ? life.active_ns : kernel.read_at_ns;
}

static void view_check(const struct td_view *view)
{
	enum td_phase phase = kernel.shut  ? TD_PHASE_HALF_CLOSED
			      : life.waits ? TD_PHASE_WAITING
					   : TD_PHASE_EXCHANGE;
	assert_true(kernel.open);
	assert_int_equal(view->phase, phase);
	assert_int_equal(view->peer_fin, kernel.peer_fin_read);
	assert_int_equal(view->drained_bytes, kernel.drained_bytes);
	assert_int_equal(view->idle_ns, life.executor.now_ns - active_ns());
	uint64_t waited = life.waits ? life.executor.now_ns - life.waiting_since_ns : 0;
	assert_int_equal(view->waited_ns, waited);
	assert_int_equal(view->unread_bytes, life.real.wants_unread ? kernel.input_bytes : 0);
	assert_int_equal(view->unacked_bytes, life.real.wants_acked ? kernel.unacked_bytes : 0);
}

/* One hook an event. */
static void hook_count(enum late_step step)
{
	if (life.late == LATE_NOT) {
		assert_int_equal(life.hooks++, 0);
		return;
	}
	assert_true(step > life.late);
	life.late = step;
}

/* Asks the strategy's own hook, which is pure: asked twice, it answers the same. */
static enum td_verdict look_on(td_hook *hook, const struct td_view *view, enum late_step step)
{
	view_check(view);
	hook_count(step);
	enum td_verdict verdict = hook(view);
	if (life.is_pure)
		assert_int_equal(hook(view), verdict);
	return verdict;
}

static enum td_verdict on_hook_request_sent(const struct td_view *view)
{
	return look_on(life.real.request_sent, view, LATE_NOT);
}

static enum td_verdict on_hook_exchange_done(const struct td_view *view)
{
	return look_on(life.real.exchange_done, view, LATE_NOT);
}

/* The one hook that may follow another in one event: the ACK is mostly here already. */
static enum td_verdict on_hook_acked(const struct td_view *view)
{
	assert_int_equal(kernel.unacked_bytes, 0);
	life.acked = true;
	if (life.hooks == 1 && !life.waits) {
		life.hooks = 0;
		life.waits = true;
		life.waiting_since_ns = life.executor.now_ns;
	}
	return look_on(life.real.acked, view, LATE_ACKED);
}

static enum td_verdict on_hook_peer_fin(const struct td_view *view)
{
	assert_int_equal(kernel.input_bytes, 0);
	assert_true(kernel.peer_fin_read);
	return look_on(life.real.peer_fin, view, LATE_INPUT);
}

static enum td_verdict on_hook_timeout(const struct td_view *view)
{
	return look_on(life.real.timeout, view, LATE_DEADLINE);
}

static enum td_verdict on_hook_error(const struct td_view *view, int error)
{
	view_check(view);
	hook_count(LATE_INPUT);
	assert_int_equal(error, kernel.error);
	return life.real.error(view, error);
}

struct td_end life_watch(const struct td_end *real)
{
	struct td_end end = *real;
	end.request_sent = real->request_sent ? on_hook_request_sent : NULL;
	end.exchange_done = on_hook_exchange_done;
	end.acked = real->acked ? on_hook_acked : NULL;
	end.peer_fin = real->peer_fin ? on_hook_peer_fin : NULL;
	end.timeout = real->timeout ? on_hook_timeout : NULL;
	end.error = real->error ? on_hook_error : NULL;
	return end;
}

bool life_is_open(void)
{
	return life.connection.state == EXECUTOR_OPEN;
}

uint64_t life_due_ns(void)
{
	uint64_t grace = life.waiting_since_ns + life.executor.grace_ns;
	uint64_t idle = active_ns() + life.executor.idle_ns;
	return grace < idle ? grace : idle;
}

void life_check(enum executor_state answered)
{
	const struct teardown *c = &life.connection;
	bool ended = c->state == EXECUTOR_ENDED;
	assert_int_equal(answered, c->state);
	assert_int_equal(kernel.closes, ended);
	assert_int_equal(kernel.open, !ended);
	assert_int_equal(c->fd, ended ? -1 : FAKE_FD);
	assert_true(kernel.shutdowns <= 1);
	assert_int_equal(c->timer.link != NULL, !ended);
	assert_int_equal(life.wheel.armed, !ended);
	const struct executor_counts *counts = &life.executor.counts;
	assert_int_equal(ended, counts->closed + counts->reset);
	assert_int_equal(ended, counts->chosen_close + counts->chosen_reset + counts->timed_out +
					counts->failed + life.abandoned);
	if (counts->reset && !kernel.refuses)
		assert_true(kernel.aborts);
	/* Nothing can follow the peer's end of stream. */
	assert_false(life_is_open() && kernel.peer_fin_read);
	if (life_is_open() || ended)
		return;
	if (!life.waits)
		life.waiting_since_ns = life.executor.now_ns;
	life.waits = true;
	assert_int_equal(c->state == EXECUTOR_HALF_CLOSED, kernel.shut);
	assert_true(c->timer.due_ns <= life_due_ns());
	assert_true(life.executor.now_ns < life_due_ns() + LIFE_TICK_NS);
}

void life_check_end(void)
{
	const struct executor_counts *counts = &life.executor.counts;
	assert_int_equal(counts->begun, 1);
	assert_int_equal(counts->closed + counts->reset, 1);
	assert_true(counts->timed_out + counts->failed <= 1);
	assert_int_equal(counts->half_closed, kernel.shutdowns);
	assert_int_equal(counts->drained_bytes, kernel.drained_bytes);
	assert_int_equal(kernel.closes, 1);
}
