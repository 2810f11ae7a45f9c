/* Courses of states: what was seen now and then agrees with what the segments say, or does not. */
#include "bench/trace/state_course.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define END TCP_STATES
#define STATES_MAX 24

static struct state_course course_of(const enum tcp_state *states)
{
	struct state_course course = {0};
	for (; *states != END; states++)
		state_course_add(&course, *states);
	return course;
}

static const enum tcp_state of_client[] = {STATE_CLOSED, STATE_SYN_SENT, STATE_SYN_SENT,
	STATE_ESTABLISHED, STATE_CLOSE_WAIT, STATE_LAST_ACK, STATE_CLOSED, END};

static void test_agreement(void **state)
{
	static const struct {
		const char *what;
		enum tcp_state seen[STATES_MAX];
		bool agrees;
	} rows[] = {
		{"all",
			{STATE_SYN_SENT, STATE_ESTABLISHED, STATE_CLOSE_WAIT, STATE_LAST_ACK,
				STATE_CLOSED, END},
			true},
		{"some, more than once",
			{STATE_CLOSED, STATE_SYN_SENT, STATE_SYN_SENT, STATE_LAST_ACK,
				STATE_LAST_ACK, STATE_CLOSED, END},
			true},
		{"none but the end", {STATE_CLOSED, END}, true},
		{"one that is not in it", {STATE_SYN_SENT, STATE_FIN_WAIT_1, STATE_CLOSED, END},
			false},
		{"another order", {STATE_CLOSE_WAIT, STATE_ESTABLISHED, STATE_CLOSED, END}, false},
		{"one that comes back",
			{STATE_ESTABLISHED, STATE_CLOSE_WAIT, STATE_ESTABLISHED, STATE_CLOSED, END},
			false},
		{"another end", {STATE_SYN_SENT, STATE_ESTABLISHED, STATE_LAST_ACK, END}, false},
		{"an end that it has not reached", {STATE_ESTABLISHED, STATE_TIME_WAIT, END},
			false},
	};
	const struct state_course course = course_of(of_client);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct state_course seen = course_of(rows[i].seen);
		if (state_course_allows(&course, &seen) != rows[i].agrees)
			fail_msg("%s", rows[i].what);
	}
}

static void test_a_state_that_stays_is_an_end(void **state)
{
	static const enum tcp_state of_server[] = {STATE_LISTEN, STATE_SYN_RECEIVED,
		STATE_ESTABLISHED, STATE_FIN_WAIT_1, STATE_TIME_WAIT, END};
	static const enum tcp_state to_the_end[] = {STATE_ESTABLISHED, STATE_TIME_WAIT, END};
	static const enum tcp_state gone[] = {
		STATE_ESTABLISHED, STATE_TIME_WAIT, STATE_CLOSED, END};
	const struct state_course course = course_of(of_server);
	struct state_course seen = course_of(to_the_end);
	assert_true(state_course_allows(&course, &seen));
	seen = course_of(gone);
	assert_false(state_course_allows(&course, &seen));
}

/* A server that listens again is no state of the connection: it is where the other one ended. */
static void test_to_listen_is_an_end(void **state)
{
	static const enum tcp_state refused[] = {
		STATE_LISTEN, STATE_SYN_RECEIVED, STATE_LISTEN, END};
	static const enum tcp_state looked_at[] = {STATE_SYN_RECEIVED, STATE_LISTEN, END};
	static const enum tcp_state gone[] = {STATE_SYN_RECEIVED, STATE_CLOSED, END};
	static const enum tcp_state stayed[] = {STATE_SYN_RECEIVED, END};
	char text[STATE_COURSE_TEXT];
	const struct state_course course = course_of(refused);
	assert_int_equal(course.last, STATE_LISTEN);
	assert_int_equal(course.count, 1);
	assert_string_equal(state_course_text(&course, text), "SYN-RECEIVED");
	struct state_course seen = course_of(looked_at);
	assert_true(state_course_allows(&course, &seen));
	seen = course_of(gone);
	assert_false(state_course_allows(&course, &seen));
	seen = course_of(stayed);
	assert_false(state_course_allows(&course, &seen));
}

static void test_text(void **state)
{
	char text[STATE_COURSE_TEXT];
	const struct state_course course = course_of(of_client), nothing = {0};
	assert_string_equal(state_course_text(&course, text),
		"SYN-SENT, ESTABLISHED, CLOSE-WAIT, LAST-ACK, CLOSED");
	assert_string_equal(state_course_text(&nothing, text), "");
}

/* More changes than a connection has agree with nothing. */
static void test_too_many(void **state)
{
	struct state_course course = {0};
	for (int i = 0; i <= STATE_COURSE_MAX; i++)
		state_course_add(&course, i % 2 ? STATE_ESTABLISHED : STATE_SYN_SENT);
	assert_false(state_course_allows(&course, &course));
}

static void test_of_a_ladder(void **state)
{
	struct ladder_row rows[] = {{.states = {STATE_SYN_SENT, STATE_SYN_RECEIVED}},
		{.states = {STATE_ESTABLISHED, STATE_SYN_RECEIVED}},
		{.states = {STATE_ESTABLISHED, STATE_ESTABLISHED}}};
	const struct ladder ladder = {
		.rows = rows, .count = 3, .initial = {STATE_CLOSED, STATE_LISTEN}};
	char text[STATE_COURSE_TEXT];
	const struct state_course client = state_course_of(&ladder, 0),
				  server = state_course_of(&ladder, 1);
	assert_string_equal(state_course_text(&client, text), "SYN-SENT, ESTABLISHED");
	assert_string_equal(state_course_text(&server, text), "SYN-RECEIVED, ESTABLISHED");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agreement),
		cmocka_unit_test(test_a_state_that_stays_is_an_end),
		cmocka_unit_test(test_to_listen_is_an_end),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_of_a_ladder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
