/* The executor against a fake kernel: random lives of a connection, as an owner may legally lead
 * them, under every strategy, both its ends, and one that answers nonsense. Whatever happens, each
 * descriptor is closed exactly once, no hook is asked afterwards, and every wait ends in time. */
#include "strategies/core/executor.h"
#include "strategies/core/registry.h"

#include "tests/unit/strategies/core/fake_kernel.h"
#include "tests/unit/strategies/core/life.h"
#include "tests/unit/strategies/core/life_events.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include <cmocka.h>

#define SEQUENCES 10000
#define EVENTS_MAX 24

static bool is_evil;
static int evil; /* index of the one verdict that is answered; -1: any */

static const enum td_verdict evil_verdicts[] = {TD_KEEP, TD_WAIT, TD_HALF_CLOSE, TD_CLOSE, TD_RESET,
	(enum td_verdict)5, (enum td_verdict) - 1, (enum td_verdict)INT_MAX};
#define EVIL_VERDICTS (sizeof(evil_verdicts) / sizeof(evil_verdicts[0]))

static enum td_verdict evil_hook(const struct td_view *view)
{
	return evil_verdicts[evil < 0 ? random_below(EVIL_VERDICTS) : (size_t)evil];
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

static void sequences_play(const struct td_strategy *strategy, enum td_who who)
{
	life.is_client = who == TD_CLIENT;
	life.table = *strategy;
	life.real = life.is_client ? strategy->client : strategy->server;
	struct td_end *end = life.is_client ? &life.table.client : &life.table.server;
	life.is_pure = !is_evil;
	wheel_init(&life.wheel, LIFE_TICK_NS, life.executor.now_ns);
	for (int i = 0; i < SEQUENCES; i++) {
		if (is_evil) {
			evil = (int)random_below(EVIL_VERDICTS + 1) - 1;
			life.real.wants_acked = one_in(2);
			life.real.wants_unread = one_in(2);
			life.real.closes_at_arrival = one_in(2);
		}
		*end = life_watch(&life.real);
		life.hooks = 0;
		bool begun = life_begin(who);
		for (uint64_t left = random_below(EVENTS_MAX); begun && left > 0; left--)
			life_event();
		life_end();
		life_check_end();
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
	life = (struct life){0};
	is_evil = false;
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
	static const struct td_end end = {
		.configure = evil_configure,
		.request_sent = evil_hook,
		.exchange_done = evil_hook,
		.acked = evil_hook,
		.peer_fin = evil_hook,
		.timeout = evil_hook,
		.error = evil_error,
	};
	const struct td_strategy strategy = {.server = end, .client = end};
	seed_choose();
	is_evil = true;
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

static void connection_begin(const struct td_strategy *strategy, enum td_who who)
{
	life = (struct life){0};
	kernel_reset(&life.executor.now_ns);
	wheel_init(&life.wheel, LIFE_TICK_NS, 0);
	executor_init(&life.executor, strategy, who, &life.wheel, 0, 0);
	assert_int_equal(executor_begin(&life.executor, &life.connection, FAKE_FD), 0);
}

/* A connection of a server whose strategy is this one, its last exchange done. */
static void exchange_done_of(
	const struct td_strategy *strategy, uint64_t input_bytes, uint32_t round_trip_us)
{
	connection_begin(strategy, TD_SERVER);
	kernel.input_bytes = input_bytes;
	kernel.round_trip_us = round_trip_us;
	executor_exchange_done(&life.executor, &life.connection);
}

/* A deadline ends a connection, whatever the hook says: by a reset unless it says TD_CLOSE. */
static void test_a_deadline_resets_unless_told_to_close(void **state)
{
	static const struct td_strategy waiting = {
		.server = {.exchange_done = waits, .timeout = waits}};
	static const struct td_strategy closing = {
		.server = {.exchange_done = waits, .timeout = closes}};
	exchange_done_of(&waiting, 0, 0);
	executor_timeout(&life.executor, &life.connection);
	assert_true(kernel.aborts);
	assert_int_equal(life.executor.counts.reset, 1);
	exchange_done_of(&closing, 0, 0);
	executor_timeout(&life.executor, &life.connection);
	assert_false(kernel.aborts);
	assert_int_equal(life.executor.counts.closed, 1);
}

static enum td_verdict half_closes(const struct td_view *view)
{
	return TD_HALF_CLOSE;
}

/* A client half closes behind its request, and the server has answered and reset by then. */
static void test_what_came_before_a_reset_is_read(void **state)
{
	static const struct td_strategy strategy = {
		.client = {.request_sent = half_closes, .exchange_done = half_closes}};
	connection_begin(&strategy, TD_CLIENT);
	kernel.refuses = true;
	assert_int_equal(executor_request_sent(&life.executor, &life.connection), EXECUTOR_OPEN);
	assert_int_equal(kernel.closes, 0);
	assert_int_equal(executor_exchange_done(&life.executor, &life.connection), EXECUTOR_ENDED);
	assert_int_equal(life.executor.counts.failed, 1);
	assert_int_equal(life.executor.counts.half_closed, 0);
}

static const struct td_strategy at_arrival = {
	.server = {.exchange_done = closes, .closes_at_arrival = true}};

/* A connection whose round-trip time is this one. */
static void arrival_awaited(uint32_t round_trip_us)
{
	exchange_done_of(&at_arrival, 0, round_trip_us);
}

static void test_a_close_comes_half_a_round_trip_later(void **state)
{
	arrival_awaited(3000);
	assert_int_equal(executor_arrives_ns(&life.connection), 1500000);
	assert_int_equal(life.connection.timer.due_ns, 1500000);
	life.executor.now_ns = 1499999;
	assert_int_equal(executor_expired(&life.executor, &life.connection), EXECUTOR_WAITING);
	assert_int_equal(kernel.closes, 0);
	life.executor.now_ns = 1500000;
	assert_int_equal(executor_expired(&life.executor, &life.connection), EXECUTOR_ENDED);
	assert_false(kernel.aborts);
	assert_int_equal(life.executor.counts.chosen_close, 1);
	assert_int_equal(life.executor.counts.timed_out, 0);
}

static void test_a_round_trip_that_is_unknown_or_short_is_not_waited_for(void **state)
{
	const uint32_t times_us[] = {0, 1, 99, UINT32_MAX};
	for (size_t i = 0; i < sizeof(times_us) / sizeof(times_us[0]); i++) {
		arrival_awaited(times_us[i]);
		assert_int_equal(life.connection.state, EXECUTOR_ENDED);
		assert_int_equal(life.executor.counts.chosen_close, 1);
	}
	arrival_awaited(100);
	assert_int_equal(life.connection.timer.due_ns, 50000);
}

static void test_input_is_read_before_a_close_at_arrival(void **state)
{
	arrival_awaited(3000);
	kernel.input_bytes = 417;
	life.executor.now_ns = 1500000;
	executor_expired(&life.executor, &life.connection);
	assert_int_equal(life.executor.counts.drained_bytes, 417);
	assert_int_equal(life.executor.counts.chosen_close, 1);
}

static void test_what_has_not_left_is_waited_for(void **state)
{
	arrival_awaited(3000);
	kernel.unsent_bytes = 1;
	life.executor.now_ns = 1500000;
	assert_int_equal(executor_expired(&life.executor, &life.connection), EXECUTOR_WAITING);
	assert_int_equal(executor_arrives_ns(&life.connection), 4500000);
	assert_int_equal(life.connection.timer.due_ns, 4500000);
	kernel.unsent_bytes = 0;
	life.executor.now_ns = 4500000;
	assert_int_equal(executor_expired(&life.executor, &life.connection), EXECUTOR_ENDED);
	assert_int_equal(life.executor.counts.chosen_close, 1);
	assert_int_equal(life.executor.counts.timed_out, 0);
}

/* A peer that does not read. */
static void test_what_never_leaves_is_not_waited_for_beyond_the_deadline(void **state)
{
	arrival_awaited(3000);
	kernel.unsent_bytes = 1;
	life.executor.now_ns = TD_SECONDS(100);
	executor_expired(&life.executor, &life.connection);
	assert_int_equal(life.executor.counts.timed_out, 1);
}

/* A round trip longer than a wait may last: the deadline comes first. */
static void test_a_close_at_arrival_keeps_the_deadline(void **state)
{
	arrival_awaited(60000000);
	life.executor.now_ns = life_due_ns();
	executor_expired(&life.executor, &life.connection);
	assert_int_equal(life.executor.counts.timed_out, 1);
}

static void test_unread_bytes_are_counted_at_the_close(void **state)
{
	static const struct td_strategy looks = {
		.server = {.exchange_done = closes, .wants_unread = true}};
	exchange_done_of(&looks, 417, 0);
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
		cmocka_unit_test(test_what_came_before_a_reset_is_read),
		cmocka_unit_test(test_a_close_comes_half_a_round_trip_later),
		cmocka_unit_test(test_a_round_trip_that_is_unknown_or_short_is_not_waited_for),
		cmocka_unit_test(test_input_is_read_before_a_close_at_arrival),
		cmocka_unit_test(test_what_has_not_left_is_waited_for),
		cmocka_unit_test(test_what_never_leaves_is_not_waited_for_beyond_the_deadline),
		cmocka_unit_test(test_a_close_at_arrival_keeps_the_deadline),
		cmocka_unit_test(test_unread_bytes_are_counted_at_the_close),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
