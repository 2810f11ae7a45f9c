/* A loop that is late, as when the program was stopped or the machine slept: deadlines have passed,
 * and what arrived in time counts all the same. */
#include "common/clock.h"
#include "strategies/core/registry.h"

#include "tests/unit/server/still_worker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define HOST "Host: x\r\n"
#define GET_SMALL "GET / HTTP/1.1\r\n" HOST "\r\n"
#define GET_CLOSE "GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"
#define POST "POST / HTTP/1.1\r\n" HOST "Content-Length: 10000000\r\n\r\n"

/* Of the deadline in question. */
#define LIMIT_NS (8 * NS_PER_S)

static void late_loop(struct still_worker *s)
{
	s->worker->executor.now_ns += 3 * LIMIT_NS;
	worker_expire(s->worker);
}

static void late_play(const char *limit, const char *says, const char *more, const char *answer)
{
	static char text[1 << 16];
	struct still_worker s;
	bool ended;
	const char *const arguments[] = {"--requests-per-connection", "1M", limit, "8s", NULL};
	printf("%s, late: %.20s\n", limit, more);
	fflush(stdout);
	still_start(&s, registry_strategies[0], arguments);
	int client = client_open(&s, says, 0);
	client_read(client, text, sizeof(text), &ended);
	client_say(client, more);
	late_loop(&s);
	client_read(client, text, sizeof(text), &ended);
	assert_non_null(strstr(text, answer));
	assert_int_equal(s.worker->executor.counts.timed_out, 0);
	close(client);
	still_stop(&s);
}

static void test_what_arrived_in_time_is_read_by_a_late_loop(void **state)
{
	static const char head[] = "GET / HTTP/1.1\r\n" HOST;
	static const char half[] = "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n";
	late_play("--header-timeout", "", GET_SMALL, " 200 ");
	late_play("--header-timeout", head, "\r\n", " 200 ");
	late_play("--header-timeout", GET_SMALL "GET", " / HTTP/1.1\r\n" HOST "\r\n", " 200 ");
	late_play("--keep-alive", GET_SMALL, GET_SMALL, " 200 ");
	late_play("--write-timeout", half, "hello", "hello");
	/* What is not complete has missed its deadline. */
	late_play("--header-timeout", head, "a: b\r\n", " 408 ");
}

static void test_progress_and_a_fin_are_seen_by_a_late_loop(void **state)
{
	static char much[5000];
	struct still_worker s;
	memset(much, 'x', sizeof(much) - 1);
	const char *const arguments[] = {"--write-timeout", "8s", "--keep-alive", "8s",
		"--requests-per-connection", "1M", NULL};
	still_start(&s, registry_strategies[0], arguments);
	struct metrics_counts *counts = &s.worker->metrics.counts;
	int body = client_open(&s, POST, 0), idle = client_open(&s, GET_SMALL, 0);
	client_say(body, much);
	shutdown(idle, SHUT_WR);
	late_loop(&s);
	assert_int_equal(counts->states[EXECUTOR_OPEN], 1);
	assert_int_equal(s.worker->executor.counts.chosen_close, 1);
	assert_int_equal(s.worker->executor.counts.timed_out, 0);
	/* A trickle is no progress, late or not. */
	client_say(body, "x");
	late_loop(&s);
	assert_int_equal(s.worker->executor.counts.timed_out, 1);
	close(body);
	close(idle);
	still_stop(&s);
}

/* What the client of a lingering connection does while the loop stands still. */
enum late_act { SAYS_NOTHING, SAYS_BYTES, SENDS_FIN, SENDS_BYTES_AND_FIN };

static void act(int client, enum late_act what)
{
	if (what == SAYS_BYTES || what == SENDS_BYTES_AND_FIN)
		client_say(client, "more");
	if (what == SENDS_FIN || what == SENDS_BYTES_AND_FIN)
		shutdown(client, SHUT_WR);
}

/* Returns whether a deadline was missed. `idle` and `grace`: the limits of lingering. */
static bool linger_play(const char *idle, const char *grace, enum late_act what, bool goes_on)
{
	struct still_worker s;
	const char *const arguments[] = {"--idle", idle, "--grace", grace, NULL};
	printf("idle %s, grace %s: %d\n", idle, grace, what);
	fflush(stdout);
	still_start(&s, registry_find("graceful", NULL), arguments);
	struct connection_list *list = &s.worker->connections;
	const struct executor_counts *counts = &s.worker->executor.counts;
	int client = client_open(&s, GET_CLOSE, 0);
	assert_int_equal(list->lingering_count, 1);
	act(client, what);
	late_loop(&s);
	assert_int_equal(list->lingering_count, goes_on);
	bool missed = counts->timed_out == 1;
	assert_int_equal(counts->chosen_close, !missed && !goes_on);
	close(client);
	still_stop(&s);
	return missed;
}

static void test_a_fin_that_arrived_ends_the_lingering_of_a_late_loop(void **state)
{
	assert_false(linger_play("8s", "1h", SENDS_FIN, false));
	assert_false(linger_play("8s", "1h", SENDS_BYTES_AND_FIN, false));
	assert_false(linger_play("1h", "8s", SENDS_FIN, false));
	assert_false(linger_play("1h", "8s", SENDS_BYTES_AND_FIN, false));
	/* A byte is a sign of life, and does not extend the grace. */
	assert_false(linger_play("8s", "1h", SAYS_BYTES, true));
	assert_true(linger_play("1h", "8s", SAYS_BYTES, false));
	assert_true(linger_play("8s", "1h", SAYS_NOTHING, false));
	assert_true(linger_play("1h", "8s", SAYS_NOTHING, false));
}

/* reset-after-ack waits until the client's kernel has acknowledged the response. */
static void test_an_ack_that_arrived_is_seen_by_a_late_loop(void **state)
{
	static char text[1 << 20];
	const char *const arguments[] = {"--idle", "8s", "--grace", "8s", NULL};
	for (int reads = 0; reads <= 1; reads++) {
		struct still_worker s;
		bool ended;
		still_start(&s, registry_find("reset-after-ack", NULL), arguments);
		const struct executor_counts *counts = &s.worker->executor.counts;
		int client = client_open(&s,
			"GET /bytes/100000 HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", 4096);
		assert_int_equal(s.worker->connections.lingering_count, 1);
		for (size_t all = 0; reads && all < 100000;)
			all += client_read(client, text, sizeof(text), &ended);
		late_loop(&s);
		assert_int_equal(counts->chosen_reset, reads);
		assert_int_equal(counts->timed_out, !reads);
		close(client);
		still_stop(&s);
	}
}

/* What the role allows a connection in all, as of /metrics. */
static void lifetime_play(const char *says, const char *more, bool fin, const char *answer)
{
	static char text[1 << 16];
	struct still_worker s;
	bool ended;
	const char *const arguments[] = {"--keep-alive", "8s", NULL};
	still_start(&s, registry_find("graceful", NULL), arguments);
	s.role.lifetime_ns = LIMIT_NS;
	int client = client_open(&s, says, 0);
	client_say(client, more);
	if (fin)
		shutdown(client, SHUT_WR);
	late_loop(&s);
	size_t length = client_read(client, text, sizeof(text), &ended);
	assert_memory_equal(text, answer, strlen(answer));
	assert_true(length >= strlen(answer));
	assert_int_equal(s.worker->executor.counts.timed_out, 0);
	assert_int_equal(s.worker->connections.count, !fin);
	/* No connection goes on for longer than one more tick. */
	s.worker->executor.now_ns += 10 * NS_PER_MS;
	worker_expire(s.worker);
	assert_int_equal(s.worker->connections.count, 0);
	close(client);
	still_stop(&s);
}

static void test_what_arrived_within_a_lifetime_is_read_by_a_late_loop(void **state)
{
	lifetime_play("", GET_CLOSE, false, "HTTP/1.1 200 OK\r\n");
	lifetime_play("", GET_CLOSE, true, "HTTP/1.1 200 OK\r\n");
	lifetime_play("GET / HTTP", "/1.1\r\n" HOST "Connection: close\r\n\r\n", false,
		"HTTP/1.1 200 OK\r\n");
	lifetime_play(GET_CLOSE, "", true, "HTTP/1.1 200 OK\r\n");
}

/* The end of a drain, too: its timer comes before what the sockets say. */
static void test_what_arrived_is_read_at_the_end_of_a_drain(void **state)
{
	static char text[1 << 16];
	struct still_worker s;
	bool ended;
	const char *const arguments[] = {NULL};
	still_start(&s, registry_find("graceful", NULL), arguments);
	struct worker *w = s.worker;
	int open = client_open(&s, "GET / HTTP", 0), lingering = client_open(&s, GET_CLOSE, 0);
	int silent = client_open(&s, "GET", 0);
	client_say(open, "/1.1\r\n" HOST "\r\n");
	shutdown(open, SHUT_WR);
	shutdown(lingering, SHUT_WR);
	event_active(&w->drain_end, EV_TIMEOUT, 1);
	worker_turn(w);
	client_read(open, text, sizeof(text), &ended);
	assert_non_null(strstr(text, " 200 "));
	assert_int_equal(w->connections.count, 0);
	assert_int_equal(w->executor.counts.chosen_close, 2);
	assert_int_equal(w->metrics.counts.abandoned, 1);
	close(open);
	close(lingering);
	close(silent);
	still_stop(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_arrived_in_time_is_read_by_a_late_loop),
		cmocka_unit_test(test_progress_and_a_fin_are_seen_by_a_late_loop),
		cmocka_unit_test(test_a_fin_that_arrived_ends_the_lingering_of_a_late_loop),
		cmocka_unit_test(test_an_ack_that_arrived_is_seen_by_a_late_loop),
		cmocka_unit_test(test_what_arrived_within_a_lifetime_is_read_by_a_late_loop),
		cmocka_unit_test(test_what_arrived_is_read_at_the_end_of_a_drain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
