/* What is played: the options of a run for one connection of it, and the kernel's states against
 * those of the segments. */
#include "bench/trial/played.h"
#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct state_course course_of(const enum tcp_state states[], size_t count)
{
	struct state_course course = {0};
	for (size_t i = 0; i < count; i++)
		state_course_add(&course, states[i]);
	return course;
}

#define COURSE(...)                                                                                \
	course_of((const enum tcp_state[]){__VA_ARGS__},                                           \
		sizeof((const enum tcp_state[]){__VA_ARGS__}) / sizeof(enum tcp_state))

static void test_a_difference_is_told(void **state)
{
	struct error error;
	struct state_course tracker[VIEW_ENDS] = {
		COURSE(STATE_SYN_SENT, STATE_ESTABLISHED, STATE_LAST_ACK, STATE_CLOSED),
		COURSE(STATE_SYN_RECEIVED, STATE_ESTABLISHED, STATE_FIN_WAIT_1, STATE_TIME_WAIT)};
	struct played played = {.kernel = {COURSE(STATE_ESTABLISHED, STATE_CLOSED),
					COURSE(STATE_FIN_WAIT_1, STATE_TIME_WAIT)}};
	assert_int_equal(played_judge(&played, tracker, &error), 0);
	played.kernel[VIEW_SERVER] = COURSE(STATE_FIN_WAIT_2, STATE_TIME_WAIT);
	assert_int_equal(played_judge(&played, tracker, &error), -1);
	assert_string_equal(error.text,
		"the kernel had the server in FIN-WAIT-2, TIME-WAIT, and the segments say "
		"SYN-RECEIVED, ESTABLISHED, FIN-WAIT-1, TIME-WAIT");
	played.kernel[VIEW_SERVER] = COURSE(STATE_FIN_WAIT_1, STATE_TIME_WAIT);
	played.kernel[VIEW_CLIENT] = COURSE(STATE_ESTABLISHED, STATE_TIME_WAIT);
	assert_int_equal(played_judge(&played, tracker, &error), -1);
	assert_non_null(strstr(error.text, "the kernel had the client in"));
}

/* The client may be either side. */
static void test_the_tracker_knows_the_ends(void **state)
{
	struct ladder_row rows[] = {{.states = {STATE_SYN_SENT, STATE_SYN_RECEIVED}}};
	const struct ladder ladder = {
		.rows = rows, .count = 1, .initial = {STATE_CLOSED, STATE_LISTEN}};
	struct connection_view view = {.client_side = 0};
	struct state_course tracker[VIEW_ENDS];
	played_tracker(&ladder, &view, tracker);
	assert_int_equal(tracker[VIEW_CLIENT].last, STATE_SYN_SENT);
	assert_int_equal(tracker[VIEW_SERVER].last, STATE_SYN_RECEIVED);
	view.client_side = 1;
	played_tracker(&ladder, &view, tracker);
	assert_int_equal(tracker[VIEW_CLIENT].last, STATE_SYN_RECEIVED);
}

static void test_one_connection_of_a_run(void **state)
{
	struct run_options run;
	run_options_set_defaults(&run);
	run.total = 0;
	run.rate = run.warmup_ns = 1000;
	run.connections = run.threads = run.repeat = 8;
	run.arrives = ARRIVALS_POISSON;
	run.twins = true;
	run.response_bytes = 7777;
	run.has_wire = false;
	struct run_options one = played_options(&run);
	assert_int_equal(one.total, 1);
	assert_int_equal(one.connections, 1);
	assert_int_equal(one.threads, 1);
	assert_int_equal(one.arrives, ARRIVALS_CLOSED);
	assert_int_equal(one.rate + one.request_rate + one.warmup_ns, 0);
	assert_false(one.twins);
	assert_int_equal(one.response_bytes, 7777);
	assert_true(one.has_wire);
	assert_int_equal(2 * one.impairment.delay_ns, PLAYED_RTT_NS);
	/* A wire of its own stays as it is. */
	run.has_wire = true;
	run.impairment = (struct impairment){.delay_ns = 5, .loss = 0.5};
	one = played_options(&run);
	assert_int_equal(one.impairment.delay_ns, 5);
	assert_true(one.impairment.loss > 0.4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_difference_is_told),
		cmocka_unit_test(test_the_tracker_knows_the_ends),
		cmocka_unit_test(test_one_connection_of_a_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
