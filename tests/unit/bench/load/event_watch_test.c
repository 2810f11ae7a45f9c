/* What an event finds of connections, and what is counted of them from then on. */
#include "bench/load/connection.h"
#include "bench/load/event_watch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { CONNECTING, ASKED, IDLE, WAITING, DELIVERED, ENDED, CONNECTIONS };

/* A loader's thread, and what it has. */
struct thread {
	struct load_span span;
	struct connection connections[CONNECTIONS];
	struct event_count counts[EVENTS_MAX];
	struct event_watch watch;
};

static void thread_make(struct thread *thread)
{
	struct connection *c = thread->connections;
	*thread = (struct thread){.span = {.has_events = true}};
	for (size_t i = 0; i < CONNECTIONS; i++)
		c[i].teardown.state = EXECUTOR_OPEN;
	for (size_t i = ASKED; i < CONNECTIONS; i++)
		c[i].connected = true;
	c[ASKED].exchange.under_way = true;
	c[WAITING].teardown.state = EXECUTOR_WAITING;
	c[DELIVERED].delivered = true;
	c[ENDED].teardown.state = EXECUTOR_ENDED;
	thread->watch = (struct event_watch){.span = &thread->span,
		.first = c,
		.count = CONNECTIONS,
		.stride = sizeof(*c),
		.counts = thread->counts};
}

static void event_come(struct thread *thread)
{
	thread->span.events++;
	event_watch_look(&thread->watch);
}

static void ended(struct thread *thread, struct connection *c, enum outcome outcome)
{
	event_watch_ended(&thread->watch, c, outcome);
	c->teardown.state = EXECUTOR_ENDED;
}

static void each_stands_in_one_group(void **state)
{
	struct thread thread;
	static const uint64_t expected[EVENT_GROUPS] = {
		[EVENT_CONNECTING] = 1, [EVENT_ASKED] = 1, [EVENT_IDLE] = 1, [EVENT_CLOSING] = 2};
	thread_make(&thread);
	event_come(&thread);
	for (size_t i = 0; i < EVENT_GROUPS; i++)
		assert_int_equal(thread.counts[0].groups[i].connections, expected[i]);
}

static void before_an_event_nothing_is_counted(void **state)
{
	static const struct event_count nothing;
	struct thread thread;
	thread_make(&thread);
	event_watch_look(&thread.watch);
	event_watch_began(&thread.watch, &thread.connections[ENDED]);
	event_watch_connected(&thread.watch, 5);
	event_watch_refused(&thread.watch, &thread.connections[ENDED], ECONNREFUSED, 6);
	event_watch_ended(&thread.watch, &thread.connections[ASKED], OUTCOME_RESET);
	assert_memory_equal(&thread.counts[0], &nothing, sizeof(nothing));
}

static void what_becomes_of_each_is_counted_where_it_stood(void **state)
{
	struct thread thread;
	struct connection *c = thread.connections;
	thread_make(&thread);
	event_come(&thread);
	ended(&thread, &c[ASKED], OUTCOME_RESET);
	ended(&thread, &c[IDLE], OUTCOME_COMPLETED);
	ended(&thread, &c[WAITING], OUTCOME_TIMED_OUT);
	event_watch_began(&thread.watch, &c[ENDED]);
	ended(&thread, &c[ENDED], OUTCOME_SHORT);
	const struct event_group_count *groups = thread.counts[0].groups;
	assert_int_equal(groups[EVENT_ASKED].reset, 1);
	assert_int_equal(groups[EVENT_IDLE].completed, 1);
	assert_int_equal(groups[EVENT_CLOSING].timed_out, 1);
	assert_int_equal(groups[EVENT_NEW].connections, 1);
	assert_int_equal(groups[EVENT_NEW].short_, 1);
	assert_int_equal(event_count_lost(&thread.counts[0]), 3);
	assert_int_equal(event_count_reset(&thread.counts[0]), 1);
}

/* Each connection is in the balance of every event that it was open at. */
static void the_next_event_counts_what_lives_on(void **state)
{
	struct thread thread;
	struct connection *c = thread.connections;
	thread_make(&thread);
	event_come(&thread);
	ended(&thread, &c[CONNECTING], OUTCOME_COMPLETED);
	event_watch_began(&thread.watch, &c[ENDED]);
	c[ENDED].teardown.state = EXECUTOR_OPEN;
	event_come(&thread);
	const struct event_count *first = &thread.counts[0], *second = &thread.counts[1];
	assert_int_equal(first->groups[EVENT_ASKED].lived_on, 1);
	assert_int_equal(first->groups[EVENT_CONNECTING].lived_on, 0);
	assert_int_equal(first->groups[EVENT_NEW].lived_on, 1);
	assert_int_equal(second->groups[EVENT_ASKED].connections, 1);
	assert_int_equal(second->groups[EVENT_NEW].connections, 0);
	ended(&thread, &c[ASKED], OUTCOME_RESET);
	assert_int_equal(first->groups[EVENT_ASKED].reset, 0);
	assert_int_equal(second->groups[EVENT_ASKED].reset, 1);
}

static void a_gap_ends_with_the_first_connection_behind_it(void **state)
{
	struct thread thread;
	struct connection *c = &thread.connections[ENDED];
	thread_make(&thread);
	event_come(&thread);
	event_watch_began(&thread.watch, c);
	event_watch_connected(&thread.watch, 10);
	event_watch_refused(&thread.watch, c, ECONNREFUSED, 20);
	event_watch_refused(&thread.watch, c, ETIMEDOUT, 25);
	event_watch_refused(&thread.watch, c, ECONNREFUSED, 30);
	assert_int_equal(thread.counts[0].connected_ns, 0);
	event_watch_connected(&thread.watch, 50);
	event_watch_connected(&thread.watch, 60);
	assert_int_equal(thread.counts[0].refused, 2);
	assert_int_equal(thread.counts[0].refused_first_ns, 20);
	assert_int_equal(thread.counts[0].refused_last_ns, 30);
	assert_int_equal(thread.counts[0].connected_ns, 50);
	assert_int_equal(thread.counts[0].groups[EVENT_NEW].connect_errors, 3);
}

/* connect(2) of both is called before either is asked what came of it. */
static void a_handshake_before_the_last_refusal_ends_no_gap(void **state)
{
	struct thread thread;
	struct event_count sum = {0};
	thread_make(&thread);
	event_come(&thread);
	event_watch_refused(&thread.watch, &thread.connections[ENDED], ECONNREFUSED, 30);
	event_watch_connected(&thread.watch, 29);
	assert_int_equal(thread.counts[0].connected_ns, 0);
	event_watch_connected(&thread.watch, 30);
	event_count_add(&sum, &thread.counts[0]);
	assert_int_equal(sum.connected_ns, 30);
}

/* One thread may connect where another is refused later. */
static void threads_are_added(void **state)
{
	struct event_count sum = {
		.refused = 1, .refused_first_ns = 20, .refused_last_ns = 20, .connected_ns = 25};
	const struct event_count part = {.refused = 3,
		.refused_first_ns = 15,
		.refused_last_ns = 30,
		.connected_ns = 40,
		.groups[EVENT_IDLE] = {.connections = 7, .lived_on = 7}};
	const struct event_count early = {.connected_ns = 12};
	event_count_add(&sum, &part);
	assert_int_equal(sum.refused, 4);
	assert_int_equal(sum.refused_first_ns, 15);
	assert_int_equal(sum.refused_last_ns, 30);
	assert_int_equal(sum.connected_ns, 40);
	assert_int_equal(sum.groups[EVENT_IDLE].lived_on, 7);
	event_count_add(&sum, &early);
	assert_int_equal(sum.connected_ns, 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_stands_in_one_group),
		cmocka_unit_test(before_an_event_nothing_is_counted),
		cmocka_unit_test(what_becomes_of_each_is_counted_where_it_stood),
		cmocka_unit_test(the_next_event_counts_what_lives_on),
		cmocka_unit_test(a_gap_ends_with_the_first_connection_behind_it),
		cmocka_unit_test(a_handshake_before_the_last_refusal_ends_no_gap),
		cmocka_unit_test(threads_are_added),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
