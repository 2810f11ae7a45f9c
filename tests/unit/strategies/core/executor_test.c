/* The executor against a fake kernel: random lives of a connection, as an owner may legally lead
 * them, under every strategy, both its ends, and one that answers nonsense. Whatever happens, each
 * descriptor is closed exactly once, no hook is asked afterwards, and every wait ends in time. */
#include "strategies/core/executor.h"
#include "strategies/core/registry.h"

#include "tests/unit/strategies/core/fake_kernel.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <cmocka.h>

#define SEQUENCES 10000
#define EVENTS_MAX 24
#define TICK_NS TD_MILLISECONDS(10)

/* A timer that expires is up to three events, in this order: a late loop reads what has arrived,
 * and looks for the peer's ACK, before the deadline counts as missed. */
enum late_step { LATE_NOT, LATE_BEGUN, LATE_INPUT, LATE_ACKED, LATE_DEADLINE };

/* One connection and what is known of it from outside. */
static struct life {
	struct td_strategy table; /* the strategy's, with hooks that look on */
	struct td_end real;
	bool is_client, is_evil;
	int evil; /* index of the one verdict that is answered; -1: any */
	struct wheel wheel;
	struct executor executor;
	struct teardown connection;
	bool awaits_response, waits, abandoned, acked;
	uint64_t waiting_since_ns, active_ns;
	unsigned hooks;      /* in this event */
	enum late_step late; /* of an expiry: the last of its events that a hook was asked about */
} life;

static const enum td_verdict evil_verdicts[] = {TD_KEEP, TD_WAIT, TD_HALF_CLOSE, TD_CLOSE, TD_RESET,
	(enum td_verdict)5, (enum td_verdict) - 1, (enum td_verdict)INT_MAX};
#define EVIL_VERDICTS (sizeof(evil_verdicts) / sizeof(evil_verdicts[0]))

static enum td_verdict evil_hook(const struct td_view *view)
{
	return evil_verdicts[life.evil < 0 ? random_below(EVIL_VERDICTS) : (size_t)life.evil];
}

static int evil_configure(int fd)
{
	int on = 1;
	return setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

static enum td_verdict evil_error(const struct td_view *view, int error)
{
	return evil_hook(view);
}

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
	if (!life.is_evil)
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

/* Hooks that a strategy leaves out stay left out. */
static struct td_end end_watched(const struct td_end *real)
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

static bool is_open(void)
{
	return life.connection.state == EXECUTOR_OPEN;
}

static uint64_t due_ns(void)
{
	uint64_t grace = life.waiting_since_ns + life.executor.grace_ns;
	uint64_t idle = active_ns() + life.executor.idle_ns;
	return grace < idle ? grace : idle;
}

/* After every event. */
static void life_check(enum executor_state answered)
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
	assert_false(is_open() && kernel.peer_fin_read);
	if (is_open() || ended)
		return;
	if (!life.waits)
		life.waiting_since_ns = life.executor.now_ns;
	life.waits = true;
	assert_int_equal(c->state == EXECUTOR_HALF_CLOSED, kernel.shut);
	assert_true(c->timer.due_ns <= due_ns());
	assert_true(life.executor.now_ns < due_ns() + TICK_NS);
}

static void request_sent(void)
{
	if (!is_open() || !life.is_client || life.awaits_response)
		return;
	life.awaits_response = true;
	life.active_ns = life.executor.now_ns;
	life_check(executor_request_sent(&life.executor, &life.connection));
	/* The response is still to be read. */
	assert_true(is_open() || !kernel.open);
}

static void exchange_done(void)
{
	struct td_view *view = &life.connection.view;
	if (!is_open() || (life.is_client && !life.awaits_response))
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
	if (!is_open()) {
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
	if (!is_open()) {
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
	if (!is_open()) {
		discard();
		return;
	}
	life_check(executor_error(&life.executor, &life.connection, kernel.error));
	assert_int_equal(life.connection.state, EXECUTOR_ENDED);
}

static void owner_timeout(void)
{
	if (!is_open())
		return;
	life_check(executor_timeout(&life.executor, &life.connection));
	assert_int_equal(life.connection.state, EXECUTOR_ENDED);
}

/* No deadline has passed while the peer has kept it: with bytes, a FIN or an ACK that are here. */
static void missed_check(bool was_waiting)
{
	const struct td_end *end = &life.real;
	bool looks = was_waiting && !kernel.shut && end->wants_acked && end->acked;
	assert_true(life.executor.now_ns >= due_ns());
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
	const uint64_t spans[] = {TICK_NS, TD_MILLISECONDS(100), life.executor.idle_ns,
		life.executor.grace_ns, TD_SECONDS(100)};
	struct wheel_timer *timer;
	life.executor.now_ns += random_below(spans[random_below(5)]);
	if (one_in(3))
		kernel.unacked_bytes = 0;
	while ((timer = wheel_expired(&life.wheel, life.executor.now_ns))) {
		assert_ptr_equal(timer, &life.connection.timer);
		if (is_open())
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

/* Returns false when the strategy's `configure` met a kernel that refuses. */
static bool life_begin(enum td_who who)
{
	uint64_t now_ns = life.executor.now_ns;
	kernel_reset(&life.executor.now_ns);
	kernel.refuses = one_in(64);
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

/* Left alone, a connection ends by its deadline, which nothing moves but what is still to be read.
 */
static void life_end(void)
{
	while (life.connection.state != EXECUTOR_ENDED) {
		uint64_t due = is_open() ? life.connection.timer.due_ns : due_ns();
		assert_true(life.executor.now_ns < due + TICK_NS);
		life.executor.now_ns += TICK_NS / 2 + random_below(TD_SECONDS(1));
		if (life.executor.now_ns >= due)
			life.executor.now_ns = due + TICK_NS;
		struct wheel_timer *timer = wheel_expired(&life.wheel, life.executor.now_ns);
		life.hooks = 0;
		if (timer && is_open())
			owner_timeout();
		else if (timer)
			deadline_pass();
	}
}

static void books_check(void)
{
	const struct executor_counts *counts = &life.executor.counts;
	assert_int_equal(counts->begun, 1);
	assert_int_equal(counts->closed + counts->reset, 1);
	assert_true(counts->timed_out + counts->failed <= 1);
	assert_int_equal(counts->half_closed, kernel.shutdowns);
	assert_int_equal(counts->drained_bytes, kernel.drained_bytes);
	assert_int_equal(kernel.closes, 1);
}

static void sequences_play(const struct td_strategy *strategy, enum td_who who)
{
	life.is_client = who == TD_CLIENT;
	life.table = *strategy;
	life.real = life.is_client ? strategy->client : strategy->server;
	struct td_end *end = life.is_client ? &life.table.client : &life.table.server;
	wheel_init(&life.wheel, TICK_NS, life.executor.now_ns);
	for (int i = 0; i < SEQUENCES; i++) {
		if (life.is_evil) {
			life.evil = (int)random_below(EVIL_VERDICTS + 1) - 1;
			life.real.wants_acked = one_in(2);
			life.real.wants_unread = one_in(2);
		}
		*end = end_watched(&life.real);
		life.hooks = 0;
		bool begun = life_begin(who);
		for (uint64_t left = random_below(EVENTS_MAX); begun && left > 0; left--) {
			life.hooks = 0;
			if (life.connection.state != EXECUTOR_ENDED)
				events[random_below(EVENTS)]();
		}
		life_end();
		books_check();
	}
}

/* A failure is repeated with SEED=. */
static void seed_choose(void)
{
	const char *given = getenv("SEED");
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	random_seed = given ? strtoull(given, NULL, 10)
			    : (uint64_t)now.tv_sec * 1000000007u ^ (uint64_t)now.tv_nsec;
	random_seed += random_seed == 0;
	printf("SEED=%llu\n", (unsigned long long)random_seed);
	fflush(stdout);
	memset(&life, 0, sizeof(life));
	life.executor.now_ns = 1 + random_below(TD_SECONDS(100000));
}

static void test_every_strategy(void **state)
{
	seed_choose();
	for (size_t i = 0; i < registry_count; i++) {
		printf("%s\n", registry_strategies[i]->name);
		sequences_play(registry_strategies[i], TD_SERVER);
		sequences_play(registry_strategies[i], TD_CLIENT);
	}
}

static void test_an_evil_strategy(void **state)
{
	static const struct td_end evil = {
		.configure = evil_configure,
		.request_sent = evil_hook,
		.exchange_done = evil_hook,
		.acked = evil_hook,
		.peer_fin = evil_hook,
		.timeout = evil_hook,
		.error = evil_error,
	};
	const struct td_strategy strategy = {.server = evil, .client = evil};
	seed_choose();
	life.is_evil = true;
	for (int round = 0; round < 10; round++) {
		sequences_play(&strategy, TD_SERVER);
		sequences_play(&strategy, TD_CLIENT);
	}
}

static void test_the_fin_rides_where_the_table_says(void **state)
{
	const struct td_strategy rides = {.fin_on_data = true}, plain = {0};
	const struct executor with = {.strategy = &rides}, without = {.strategy = &plain};
	assert_int_equal(executor_send_flags(&with, true), MSG_MORE);
	assert_int_equal(executor_send_flags(&with, false), 0);
	assert_int_equal(executor_send_flags(&without, true), 0);
}

static enum td_verdict waits(const struct td_view *view)
{
	return TD_WAIT;
}

static enum td_verdict closes(const struct td_view *view)
{
	return TD_CLOSE;
}

/* A connection of a server whose strategy is this one, its last exchange done. */
static void exchange_done_of(const struct td_strategy *strategy, uint64_t input_bytes)
{
	life = (struct life){0};
	kernel_reset(&life.executor.now_ns);
	kernel.input_bytes = input_bytes;
	wheel_init(&life.wheel, TICK_NS, 0);
	executor_init(&life.executor, strategy, TD_SERVER, &life.wheel, 0, 0);
	assert_int_equal(executor_begin(&life.executor, &life.connection, FAKE_FD), 0);
	executor_exchange_done(&life.executor, &life.connection);
}

/* A deadline ends a connection, whatever the hook says: by a reset unless it says TD_CLOSE. */
static void test_a_deadline_resets_unless_told_to_close(void **state)
{
	static const struct td_strategy waiting = {
		.server = {.exchange_done = waits, .timeout = waits}};
	static const struct td_strategy closing = {
		.server = {.exchange_done = waits, .timeout = closes}};
	exchange_done_of(&waiting, 0);
	executor_timeout(&life.executor, &life.connection);
	assert_true(kernel.aborts);
	assert_int_equal(life.executor.counts.reset, 1);
	exchange_done_of(&closing, 0);
	executor_timeout(&life.executor, &life.connection);
	assert_false(kernel.aborts);
	assert_int_equal(life.executor.counts.closed, 1);
}

static void test_unread_bytes_are_counted_at_the_close(void **state)
{
	static const struct td_strategy looks = {
		.server = {.exchange_done = closes, .wants_unread = true}};
	exchange_done_of(&looks, 417);
	assert_int_equal(kernel.closes, 1);
	assert_int_equal(life.executor.counts.unread_at_close, 417);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_strategy),
		cmocka_unit_test(test_an_evil_strategy),
		cmocka_unit_test(test_the_fin_rides_where_the_table_says),
		cmocka_unit_test(test_a_deadline_resets_unless_told_to_close),
		cmocka_unit_test(test_unread_bytes_are_counted_at_the_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
