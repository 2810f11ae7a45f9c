/* The states in which censuses found the one connection of a trial. */
#include "bench/trial/kernel_course.h"

#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* net/tcp_states.h */
#define KERNEL_NEW_SYN_RECV 12
#define SAMPLES 5

static struct sample samples[SAMPLES];

static struct trial trial_of(void)
{
	for (size_t i = 0; i < SAMPLES; i++)
		samples[i] = (struct sample){.census_fresh = true};
	return (struct trial){.samples = samples, .sample_count = SAMPLES};
}

static void course_check(const struct trial *trial, enum td_who end, const char *wanted)
{
	struct state_course course;
	char text[STATE_COURSE_TEXT];
	assert_true(kernel_course_of(trial, end, &course));
	assert_string_equal(state_course_text(&course, text), wanted);
}

static void test_each_end_in_its_order(void **state)
{
	struct trial trial = trial_of();
	samples[0].client.census.states[TCP_SYN_SENT] = 1;
	samples[0].server.census.states[KERNEL_NEW_SYN_RECV] = 1;
	samples[1].client.census.states[TCP_ESTABLISHED] = 1;
	samples[1].server.census.states[TCP_SYN_RECV] = 1;
	samples[2].client.census.states[TCP_ESTABLISHED] = 1;
	samples[2].server.census.states[TCP_FIN_WAIT1] = 1;
	samples[3].client.census.states[TCP_CLOSE_WAIT] = 1;
	samples[3].server.census.states[TCP_FIN_WAIT2] = 1;
	samples[4].client.census.states[TCP_LAST_ACK] = 1;
	samples[4].server.census.states[TCP_CLOSING] = 1;
	trial.after.server.census.states[TCP_TIME_WAIT] = 1;
	course_check(&trial, TD_CLIENT, "SYN-SENT, ESTABLISHED, CLOSE-WAIT, LAST-ACK, CLOSED");
	course_check(&trial, TD_SERVER, "SYN-RECEIVED, FIN-WAIT-1, FIN-WAIT-2, CLOSING, TIME-WAIT");
}

/* Before its handshake is over a connection may have no socket. */
static void test_a_handshake_with_and_without_a_socket(void **state)
{
	static const int received[] = {KERNEL_NEW_SYN_RECV, TCP_SYN_RECV};
	for (size_t i = 0; i < 2; i++) {
		struct trial trial = trial_of();
		samples[1].server.census.states[received[i]] = 1;
		course_check(&trial, TD_SERVER, "SYN-RECEIVED, CLOSED");
	}
}

/* What a sample repeats of an earlier census was not looked at. */
static void test_a_census_that_is_not_fresh(void **state)
{
	struct trial trial = trial_of();
	samples[0].client.census.states[TCP_SYN_SENT] = 1;
	samples[1].client.census.states[TCP_LAST_ACK] = 1;
	samples[1].census_fresh = false;
	course_check(&trial, TD_CLIENT, "SYN-SENT, CLOSED");
}

/* A listener is no connection. */
static void test_a_listener_does_not_count(void **state)
{
	struct trial trial = trial_of();
	for (size_t i = 0; i < SAMPLES; i++)
		samples[i].server.census.states[TCP_LISTEN] = 1;
	samples[2].server.census.states[TCP_ESTABLISHED] = 1;
	trial.after.server.census.states[TCP_LISTEN] = 1;
	course_check(&trial, TD_SERVER, "ESTABLISHED, CLOSED");
}

static void test_more_than_one(void **state)
{
	struct state_course course;
	struct trial trial = trial_of();
	samples[1].client.census.states[TCP_ESTABLISHED] = 2;
	assert_false(kernel_course_of(&trial, TD_CLIENT, &course));
	trial = trial_of();
	samples[1].client.census.states[TCP_ESTABLISHED] = 1;
	samples[1].client.census.states[TCP_TIME_WAIT] = 1;
	assert_false(kernel_course_of(&trial, TD_CLIENT, &course));
	trial = trial_of();
	trial.after.client.census.states[TCP_TIME_WAIT] = 2;
	assert_false(kernel_course_of(&trial, TD_CLIENT, &course));
	/* One after the other are one. */
	trial = trial_of();
	samples[1].client.census.states[TCP_ESTABLISHED] = 1;
	samples[2].client.census.states[TCP_TIME_WAIT] = 1;
	assert_true(kernel_course_of(&trial, TD_CLIENT, &course));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_end_in_its_order),
		cmocka_unit_test(test_a_handshake_with_and_without_a_socket),
		cmocka_unit_test(test_a_census_that_is_not_fresh),
		cmocka_unit_test(test_a_listener_does_not_count),
		cmocka_unit_test(test_more_than_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
