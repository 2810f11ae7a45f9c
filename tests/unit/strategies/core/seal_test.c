/* close_notify and the executor: before which verdicts it goes out, what it waits for, and what
 * ends that wait. The kernel and the channel are the test's own. */
#include "strategies/core/seal.h"

#include "tests/unit/strategies/core/fake_kernel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>

#include <cmocka.h>

#define TICK_NS TD_MILLISECONDS(10)

/* What the next calls return, and what was called. */
static struct {
	enum executor_seal_status status;
	bool peer_notifies; /* the input that is discarded holds close_notify */
	unsigned calls, discards;
	int flags;
	bool was_late; /* our FIN or the close came first */
	bool is_out;
} channel;

static enum td_verdict verdict;
static struct td_strategy strategy;
static struct wheel wheel;
static struct executor executor;
static struct teardown teardown;

static enum executor_seal_status notify(struct teardown *t, int flags)
{
	channel.calls++;
	channel.flags = flags;
	channel.was_late = channel.was_late || !kernel.open || kernel.shut;
	channel.is_out = channel.status == EXECUTOR_SEALED;
	return channel.status;
}

static enum socket_input discard(struct teardown *t, uint64_t *bytes)
{
	channel.discards++;
	enum socket_input input = socket_discard(t->fd, bytes);
	t->view.peer_notified = input == SOCKET_INPUT_BYTES && channel.peer_notifies;
	return input;
}

static bool is_notified(struct teardown *t)
{
	return channel.is_out;
}

static const struct executor_seal seal = {
	.notify = notify, .discard = discard, .is_notified = is_notified};

static enum td_verdict answer(const struct td_view *view)
{
	return verdict;
}

static void begin(enum td_notify how, enum executor_seal_status status)
{
	channel = (typeof(channel)){.status = status};
	strategy = (struct td_strategy){
		TD_STRATEGY_HEADER, .server = {.exchange_done = answer, .notify = how}};
	wheel_init(&wheel, TICK_NS, 0);
	executor_init(&executor, &strategy, TD_SERVER, &wheel, TD_SECONDS(2), TD_SECONDS(1));
	executor.now_ns = TICK_NS;
	executor.seal = &seal;
	kernel_reset(&executor.now_ns);
	assert_int_equal(executor_begin(&executor, &teardown, FAKE_FD), 0);
	teardown.view.last = true;
}

static enum executor_state done(enum td_verdict answered)
{
	verdict = answered;
	return executor_exchange_done(&executor, &teardown);
}

static void finish(void)
{
	if (teardown.state != EXECUTOR_ENDED)
		executor_abandon(&executor, &teardown);
	assert_int_equal(kernel.closes, 1);
	assert_false(channel.was_late);
}

static void it_goes_out_before_a_fin_and_never_before_a_reset(void **state)
{
	static const struct {
		enum td_verdict verdict;
		enum td_notify notify;
		unsigned calls;
		enum executor_state state;
	} cases[] = {
		{TD_HALF_CLOSE, TD_NOTIFY_SEND, 1, EXECUTOR_HALF_CLOSED},
		{TD_CLOSE, TD_NOTIFY_SEND, 1, EXECUTOR_ENDED},
		{TD_RESET, TD_NOTIFY_SEND, 0, EXECUTOR_ENDED},
		{TD_WAIT, TD_NOTIFY_SEND, 0, EXECUTOR_WAITING},
		{TD_KEEP, TD_NOTIFY_SEND, 0, EXECUTOR_OPEN},
		{TD_RESET, TD_NOTIFY_EXCHANGE, 0, EXECUTOR_ENDED},
		{TD_HALF_CLOSE, TD_NOTIFY_NONE, 0, EXECUTOR_HALF_CLOSED},
		{TD_CLOSE, TD_NOTIFY_NONE, 0, EXECUTOR_ENDED},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(cases[i].notify, EXECUTOR_SEALED);
		assert_int_equal(done(cases[i].verdict), cases[i].state);
		assert_int_equal(channel.calls, cases[i].calls);
		assert_int_equal(kernel.shut, cases[i].state == EXECUTOR_HALF_CLOSED);
		assert_int_equal(kernel.aborts, cases[i].verdict == TD_RESET);
		finish();
	}
}

static void the_last_bytes_wait_for_it_in_the_kernel(void **state)
{
	begin(TD_NOTIFY_SEND, EXECUTOR_SEALED);
	assert_int_equal(executor_send_flags(&executor, true), MSG_MORE);
	assert_int_equal(executor_send_flags(&executor, false), 0);
	done(TD_CLOSE);
	assert_int_equal(channel.flags, 0);
	finish();
	begin(TD_NOTIFY_NONE, EXECUTOR_SEALED);
	assert_int_equal(executor_send_flags(&executor, true), 0);
	finish();
	begin(TD_NOTIFY_SEND, EXECUTOR_SEALED);
	strategy.fin_on_data = true;
	done(TD_CLOSE);
	assert_int_equal(channel.flags, MSG_MORE);
	finish();
}

static void a_full_socket_puts_the_fin_off(void **state)
{
	static const enum td_verdict verdicts[] = {TD_HALF_CLOSE, TD_CLOSE};
	for (int i = 0; i < 2; i++) {
		begin(TD_NOTIFY_SEND, EXECUTOR_SEAL_WAITS);
		assert_int_equal(done(verdicts[i]), EXECUTOR_WAITING);
		assert_true(executor_wants_output(&teardown));
		assert_false(kernel.shut);
		assert_int_equal(executor.counts.chosen_close, 0);
		assert_int_equal(executor_writable(&executor, &teardown), EXECUTOR_WAITING);
		channel.status = EXECUTOR_SEALED;
		executor_writable(&executor, &teardown);
		assert_int_equal(teardown.state, i == 0 ? EXECUTOR_HALF_CLOSED : EXECUTOR_ENDED);
		assert_int_equal(executor.counts.chosen_close, i);
		assert_false(executor_wants_output(&teardown));
		assert_int_equal(channel.calls, 3);
		finish();
	}
}

static void a_failed_socket_puts_nothing_off(void **state)
{
	begin(TD_NOTIFY_SEND, EXECUTOR_SEAL_FAILED);
	assert_int_equal(done(TD_CLOSE), EXECUTOR_ENDED);
	finish();
}

static void a_deadline_ends_the_wait(void **state)
{
	static const enum td_notify ways[] = {TD_NOTIFY_SEND, TD_NOTIFY_EXCHANGE};
	for (int i = 0; i < 2; i++) {
		begin(ways[i], i == 0 ? EXECUTOR_SEAL_WAITS : EXECUTOR_SEALED);
		assert_int_equal(done(TD_CLOSE), EXECUTOR_WAITING);
		executor.now_ns += TD_SECONDS(1);
		assert_int_equal(executor_expired(&executor, &teardown), EXECUTOR_ENDED);
		assert_int_equal(executor.counts.timed_out, 1);
		/* Behind a close_notify that has gone out, no RST. */
		assert_int_equal(executor.counts.reset, i == 0);
		finish();
	}
}

/* The owner has answered the peer's close_notify, and the peer's FIN does not come. */
static void a_deadline_resets_unless_it_has_gone_out(void **state)
{
	static const struct {
		enum td_notify notify;
		bool is_out, resets;
	} cases[] = {
		{TD_NOTIFY_SEND, true, false},
		{TD_NOTIFY_SEND, false, true},
		{TD_NOTIFY_NONE, false, true},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(cases[i].notify, EXECUTOR_SEALED);
		channel.is_out = cases[i].is_out;
		assert_int_equal(executor_timeout(&executor, &teardown), EXECUTOR_ENDED);
		assert_int_equal(kernel.aborts, cases[i].resets);
		finish();
	}
}

/* A strategy that half closes, and resets who does not answer, does so with its FIN out. */
static void a_deadline_resets_behind_a_fin(void **state)
{
	begin(TD_NOTIFY_SEND, EXECUTOR_SEALED);
	assert_int_equal(done(TD_HALF_CLOSE), EXECUTOR_HALF_CLOSED);
	executor.now_ns += TD_SECONDS(1);
	assert_int_equal(executor_expired(&executor, &teardown), EXECUTOR_ENDED);
	assert_int_equal(executor.counts.reset, 1);
	finish();
}

static void an_exchange_waits_for_the_peer(void **state)
{
	begin(TD_NOTIFY_EXCHANGE, EXECUTOR_SEALED);
	assert_int_equal(done(TD_CLOSE), EXECUTOR_WAITING);
	assert_false(executor_wants_output(&teardown));
	kernel.input_bytes = 1;
	assert_int_equal(executor_readable(&executor, &teardown), EXECUTOR_WAITING);
	kernel.input_bytes = 1;
	channel.peer_notifies = true;
	assert_int_equal(executor_readable(&executor, &teardown), EXECUTOR_ENDED);
	assert_int_equal(executor.counts.chosen_close, 1);
	assert_int_equal(channel.calls, 1);
	finish();
}

static void a_fin_ends_an_exchange_too(void **state)
{
	begin(TD_NOTIFY_EXCHANGE, EXECUTOR_SEALED);
	assert_int_equal(done(TD_HALF_CLOSE), EXECUTOR_WAITING);
	kernel.peer_fin = true;
	assert_int_equal(executor_readable(&executor, &teardown), EXECUTOR_ENDED);
	assert_int_equal(executor.counts.chosen_close, 1);
	finish();
}

static void nothing_is_decrypted_without_an_exchange(void **state)
{
	begin(TD_NOTIFY_SEND, EXECUTOR_SEALED);
	done(TD_HALF_CLOSE);
	kernel.input_bytes = 100;
	kernel.peer_fin = true;
	assert_int_equal(executor_readable(&executor, &teardown), EXECUTOR_ENDED);
	assert_int_equal(channel.discards, 0);
	assert_int_equal(kernel.drained_bytes, 100);
	finish();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_goes_out_before_a_fin_and_never_before_a_reset),
		cmocka_unit_test(the_last_bytes_wait_for_it_in_the_kernel),
		cmocka_unit_test(a_full_socket_puts_the_fin_off),
		cmocka_unit_test(a_failed_socket_puts_nothing_off),
		cmocka_unit_test(a_deadline_ends_the_wait),
		cmocka_unit_test(a_deadline_resets_unless_it_has_gone_out),
		cmocka_unit_test(a_deadline_resets_behind_a_fin),
		cmocka_unit_test(an_exchange_waits_for_the_peer),
		cmocka_unit_test(a_fin_ends_an_exchange_too),
		cmocka_unit_test(nothing_is_decrypted_without_an_exchange),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
