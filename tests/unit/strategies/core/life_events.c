#include "tests/unit/strategies/core/life_events.h"

#include "tests/unit/strategies/core/fake_kernel.h"
#include "tests/unit/strategies/core/life.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void request_sent(void)
{
	if (!life_is_open() || !life.is_client || life.awaits_response)
		return;
	life.awaits_response = true;
	life.active_ns = life.executor.now_ns;
	life_check(executor_request_sent(&life.executor, &life.connection));
	/* The response is still to be read. */
	assert_true(life_is_open() || !kernel.open);
}

static void exchange_done(void)
{
	struct td_view *view = &life.connection.view;
	if (!life_is_open() || (life.is_client && !life.awaits_response))
		return;
	life.awaits_response = false;
	life.active_ns = life.executor.now_ns;
	view->exchanges += 1 + (uint32_t)random_below(3);
	view->last = one_in(3);
	view->sent_bytes += random_bytes();
	kernel.unacked_bytes = one_in(2) ? random_bytes() : 0;
	/* A response that lasts until the end of stream. */
	if (life.is_client && one_in(8))
		view->last = view->peer_fin = kernel.peer_fin = kernel.peer_fin_read = true;
	life_check(executor_exchange_done(&life.executor, &life.connection));
}

/* Looks at what has arrived, as the owner's loop does, unless the loop is late. */
static void discard(void)
{
	uint64_t timed_out = life.executor.counts.timed_out;
	if (!executor_wants_input(&life.connection) || one_in(4))
		return;
	enum executor_state state = executor_readable(&life.executor, &life.connection);
	if (life.executor.counts.timed_out != timed_out)
		assert_true(kernel.drained_bytes > life.executor.drain_bytes);
	else if (kernel.open)
		assert_true(kernel.drained_bytes <= life.executor.drain_bytes);
	life_check(state);
}

static void bytes_arrive(void)
{
	if (kernel.peer_fin || kernel.error)
		return;
	kernel.input_bytes = random_bytes();
	if (!life_is_open()) {
		discard();
		return;
	}
	life.connection.view.received_bytes += kernel.input_bytes;
	if (one_in(2))
		kernel.input_bytes = 0; /* The owner read them. */
}

static void peer_fin(void)
{
	kernel.peer_fin = true;
	if (!life_is_open()) {
		discard();
		return;
	}
	kernel.input_bytes = 0;
	kernel.peer_fin_read = true;
	life.active_ns = life.executor.now_ns;
	life_check(executor_peer_fin(&life.executor, &life.connection));
}

static void socket_error(void)
{
	static const int errors[] = {ECONNRESET, EPIPE, ETIMEDOUT, EHOSTUNREACH};
	kernel.error = errors[random_below(4)];
	if (!life_is_open()) {
		discard();
		return;
	}
	life_check(executor_error(&life.executor, &life.connection, kernel.error));
	assert_int_equal(life.connection.state, EXECUTOR_ENDED);
}

static void owner_timeout(void)
{
	if (!life_is_open())
		return;
	life_check(executor_timeout(&life.executor, &life.connection));
	assert_int_equal(life.connection.state, EXECUTOR_ENDED);
}

/* No deadline has passed while the peer has kept it: with bytes, a FIN or an ACK that are here. */
static void missed_check(bool was_waiting)
{
	const struct td_end *end = &life.real;
	bool looks = was_waiting && !kernel.shut && end->wants_acked && end->acked;
	assert_true(life.executor.now_ns >= life_due_ns());
	if (!kernel.peer_fin_read) {
		assert_int_equal(kernel.input_bytes, 0);
		assert_false(kernel.peer_fin || kernel.error);
	}
	if (looks && kernel.unacked_bytes == 0)
		assert_true(life.acked);
}

static void deadline_pass(void)
{
	uint64_t timed_out = life.executor.counts.timed_out;
	bool was_waiting = life.connection.state == EXECUTOR_WAITING;
	life.late = LATE_BEGUN;
	life.acked = false;
	enum executor_state state = executor_expired(&life.executor, &life.connection);
	life.late = LATE_NOT;
	if (life.executor.counts.timed_out != timed_out &&
		kernel.drained_bytes <= life.executor.drain_bytes)
		missed_check(was_waiting);
	life_check(state);
}

static void time_passes(void)
{
	const uint64_t spans[] = {LIFE_TICK_NS, TD_MILLISECONDS(100), life.executor.idle_ns,
		life.executor.grace_ns, TD_SECONDS(100)};
	struct wheel_timer *timer;
	life.executor.now_ns += random_below(spans[random_below(5)]);
	if (one_in(3))
		kernel.unacked_bytes = 0;
	while ((timer = wheel_expired(&life.wheel, life.executor.now_ns))) {
		assert_ptr_equal(timer, &life.connection.timer);
		if (life_is_open())
			owner_timeout();
		else
			deadline_pass();
		life.hooks = 0;
	}
	if (life.connection.state != EXECUTOR_ENDED)
		life_check(life.connection.state);
}

static void kernel_refuses(void)
{
	kernel.refuses = one_in(4);
}

static void program_ends(void)
{
	if (!one_in(8))
		return;
	executor_abandon(&life.executor, &life.connection);
	life.abandoned = true;
	life_check(EXECUTOR_ENDED);
}

/* What happens often stands more than once. */
static void (*const events[])(void) = {request_sent, request_sent, request_sent, exchange_done,
	exchange_done, exchange_done, bytes_arrive, bytes_arrive, time_passes, time_passes,
	peer_fin, socket_error, owner_timeout, kernel_refuses, program_ends};
#define EVENTS (sizeof(events) / sizeof(events[0]))

void life_event(void)
{
	life.hooks = 0;
	if (life.connection.state != EXECUTOR_ENDED)
		events[random_below(EVENTS)]();
}

bool life_begin(enum td_who who)
{
	uint64_t now_ns = life.executor.now_ns;
	kernel_reset(&life.executor.now_ns);
	kernel.refuses = one_in(64);
	kernel.round_trip_us = one_in(3) ? UINT32_MAX : (uint32_t)random_below(100000);
	life.waits = life.awaits_response = life.abandoned = false;
	life.active_ns = now_ns;
	life.table.drain_bytes = one_in(2) ? 0 : random_bytes();
	executor_init(&life.executor, &life.table, who, &life.wheel,
		one_in(2) ? 0 : TD_SECONDS(1 + random_below(40)),
		one_in(2) ? 0 : TD_SECONDS(1 + random_below(10)));
	life.executor.now_ns = now_ns;
	errno = 0;
	if (executor_begin(&life.executor, &life.connection, FAKE_FD) == -1) {
		assert_true(kernel.refuses);
		assert_int_equal(errno, EINVAL);
		life_check(EXECUTOR_ENDED);
		return false;
	}
	/* The owner's own deadline, on the timer that is the executor's later. */
	wheel_arm(&life.wheel, &life.connection.timer,
		now_ns + TD_SECONDS(20) + random_below(TD_SECONDS(100)));
	life_check(EXECUTOR_OPEN);
	return true;
}

void life_end(void)
{
	while (life.connection.state != EXECUTOR_ENDED) {
		uint64_t due = life_is_open() ? life.connection.timer.due_ns : life_due_ns();
		assert_true(life.executor.now_ns < due + LIFE_TICK_NS);
		life.executor.now_ns += LIFE_TICK_NS / 2 + random_below(TD_SECONDS(1));
		if (life.executor.now_ns >= due)
			life.executor.now_ns = due + LIFE_TICK_NS;
		struct wheel_timer *timer = wheel_expired(&life.wheel, life.executor.now_ns);
		life.hooks = 0;
		if (timer && life_is_open())
			owner_timeout();
		else if (timer)
			deadline_pass();
	}
}
