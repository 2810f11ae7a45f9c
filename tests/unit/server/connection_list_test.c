/* The limits on connections, on lingering ones, and on the bytes that these discard. Up to the
 * limit nothing happens; above it the connection that has lingered longest is evicted. */
#include "server/capacity.h"
#include "strategies/core/registry.h"

#include "tests/unit/server/still_worker.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#define GET "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
#define GET_CLOSE "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
#define CLIENTS 8

static struct limited {
	struct still_worker still;
	struct worker *worker;
	struct metrics_counts *counts;
	int clients[CLIENTS];
	size_t client_count;
} limited;

static void limited_open(const char *const *arguments)
{
	memset(&limited, 0, sizeof(limited));
	still_start(&limited.still, registry_strategies[0], arguments);
	limited.worker = limited.still.worker;
	limited.counts = &limited.worker->metrics.counts;
}

static int limited_client(const char *text)
{
	int client = client_open(&limited.still, text, 0);
	limited.clients[limited.client_count++] = client;
	return client;
}

static void limited_close(void)
{
	for (size_t i = 0; i < limited.client_count; i++)
		if (limited.clients[i] != -1)
			close(limited.clients[i]);
	still_turn(&limited.still);
	still_stop(&limited.still);
}

static void client_leave(size_t i)
{
	close(limited.clients[i]);
	limited.clients[i] = -1;
	/* A lingering one's FIN is looked for a little later. */
	still_pass(&limited.still, TD_MILLISECONDS(10), NULL, -1);
}

static void test_the_oldest_lingering_makes_room(void **state)
{
	const char *const arguments[] = {"--max-lingering", "3", NULL};
	limited_open(arguments);
	struct connection_list *list = &limited.worker->connections;
	for (size_t count = 1; count <= 3; count++) {
		limited_client(GET_CLOSE);
		assert_int_equal(list->lingering_count, count);
		assert_int_equal(limited.counts->evicted, 0);
	}
	struct connection *second = list->lingering.first->next;
	limited_client(GET_CLOSE);
	assert_int_equal(limited.counts->evicted, 1);
	assert_int_equal(list->lingering_count, 3);
	assert_ptr_equal(list->lingering.first, second);
	/* One in the middle ends by itself: the order of the others stays. */
	client_leave(2);
	assert_int_equal(list->lingering_count, 2);
	limited_client(GET_CLOSE);
	assert_int_equal(limited.counts->evicted, 1);
	limited_client(GET_CLOSE);
	assert_int_equal(limited.counts->evicted, 2);
	assert_true(list->lingering.first != second);
	limited_close();
}

static void test_above_max_connections_the_next_waits(void **state)
{
	const char *const arguments[] = {
		"--max-connections", "3", "--requests-per-connection", "1M", NULL};
	limited_open(arguments);
	for (size_t count = 1; count <= 3; count++) {
		limited_client(GET);
		assert_int_equal(limited.counts->states[EXECUTOR_OPEN], count);
		assert_false(limited.worker->listener.is_held);
	}
	limited_client(GET);
	assert_int_equal(limited.counts->opened, 3);
	assert_true(limited.worker->listener.is_held);
	assert_int_equal(limited.counts->accept_pauses, 1);
	client_leave(0);
	assert_int_equal(limited.counts->opened, 4);
	assert_int_equal(limited.counts->states[EXECUTOR_OPEN], 3);
	assert_int_equal(limited.counts->exchanges, 4);
	limited_close();
}

static void test_a_lingering_one_makes_room_for_the_next(void **state)
{
	const char *const arguments[] = {"--max-connections", "3", "--max-lingering", "3",
		"--requests-per-connection", "1M", NULL};
	limited_open(arguments);
	limited_client(GET);
	limited_client(GET_CLOSE);
	limited_client(GET_CLOSE);
	/* The limit is reached and no connection waits: none is evicted. */
	still_turn(&limited.still);
	assert_int_equal(limited.counts->evicted, 0);
	limited_client(GET);
	limited_client(GET);
	assert_int_equal(limited.counts->evicted, 2);
	assert_int_equal(limited.counts->opened, 5);
	assert_int_equal(limited.counts->states[EXECUTOR_OPEN], 3);
	limited_client(GET);
	assert_true(limited.worker->listener.is_held);
	/* A connection that begins to linger makes room as well. */
	client_say(limited.clients[0], GET_CLOSE);
	still_turn(&limited.still);
	assert_int_equal(limited.counts->evicted, 3);
	assert_int_equal(limited.counts->opened, 6);
	limited_close();
}

/* What waited for room waits for nothing once the listener is closed: its number may be another
 * descriptor's by then. */
static void test_a_closed_listener_does_not_come_back(void **state)
{
	const char *const arguments[] = {
		"--max-connections", "1", "--requests-per-connection", "1M", NULL};
	limited_open(arguments);
	struct listener *l = &limited.worker->listener;
	limited_client(GET);
	limited_client(GET);
	assert_true(l->is_held);
	listener_drain(l);
	client_leave(0);
	assert_int_equal(limited.worker->connections.count, 0);
	assert_false(l->is_held);
	assert_false(event_pending(&l->acceptable, EV_READ, NULL));
	limited_close();
}

/* accept4(2) fails with EMFILE before it looks at the queue: where no connection waits, none may be
 * evicted. */
static void test_without_a_descriptor_a_lingering_one_makes_room(void **state)
{
	struct rlimit limit, low;
	const char *const none[] = {NULL};
	limited_open(none);
	limited_client(GET_CLOSE);
	limited_client(GET_CLOSE);
	getrlimit(RLIMIT_NOFILE, &limit);
	low = limit;
	int next = dup(0);
	low.rlim_cur = (rlim_t)next + 2;
	close(next);
	setrlimit(RLIMIT_NOFILE, &low);
	/* The client takes one of two descriptors, its connection the other. */
	limited_client(GET_CLOSE);
	assert_int_equal(limited.counts->opened, 3);
	assert_int_equal(limited.counts->evicted, 0);
	still_turn(&limited.still);
	assert_int_equal(limited.counts->evicted, 0);
	/* The next client takes the descriptor of an evicted connection. */
	assert_true(connection_evict(limited.worker));
	limited_client(GET_CLOSE);
	assert_int_equal(limited.counts->evicted, 2);
	assert_int_equal(limited.counts->opened, 4);
	assert_true(limited.worker->metrics.accept_errors[EMFILE] > 0);
	assert_int_equal(limited.counts->accept_pauses, 0);
	setrlimit(RLIMIT_NOFILE, &limit);
	limited_close();
}

static void test_discarded_input_is_capped(void **state)
{
	const char *const arguments[] = {"--max-drained", "1000", NULL};
	char text[1001];
	memset(text, 'x', sizeof(text));
	text[999] = '\0';
	limited_open(arguments);
	int client = limited_client(GET_CLOSE);
	const struct executor_counts *ends = &limited.worker->executor.counts;
	client_say(client, text);
	still_pass(&limited.still, TD_SECONDS(1), NULL, client);
	assert_int_equal(ends->drained_bytes, 999);
	client_say(client, "x");
	still_pass(&limited.still, TD_SECONDS(1), NULL, client);
	assert_int_equal(ends->drained_bytes, 1000);
	assert_int_equal(limited.worker->connections.lingering_count, 1);
	client_say(client, "x");
	still_pass(&limited.still, TD_SECONDS(1), NULL, client);
	assert_int_equal(limited.worker->connections.lingering_count, 0);
	assert_int_equal(ends->timed_out, 1);
	limited_close();
}

/* When the list looks at a connection that begins to linger so long after the one before. */
static uint64_t look_after(enum executor_state state, uint64_t gap_ns)
{
	struct connection_list list;
	struct connection first = {.teardown = {.state = state}}, second = first;
	connection_list_init(&list, CLIENTS, CLIENTS);
	connection_list_look_later(&list, &first, TD_SECONDS(1));
	assert_int_equal(first.due_ns, TD_SECONDS(1));
	connection_list_look_later(&list, &second, TD_SECONDS(1) + gap_ns);
	assert_ptr_equal(list.looks->later, &second);
	return second.due_ns - TD_SECONDS(1) - gap_ns;
}

/* Where connections linger in quick succession, the look at a FIN that follows ours may wait. */
static void test_a_busy_server_looks_later(void **state)
{
	assert_int_equal(look_after(EXECUTOR_HALF_CLOSED, TD_MILLISECONDS(1) - 1), 3000000);
	assert_int_equal(look_after(EXECUTOR_HALF_CLOSED, TD_MILLISECONDS(1)), 0);
	assert_int_equal(look_after(EXECUTOR_WAITING, 0), 0);
}

static void test_shares_add_up(void **state)
{
	for (uint64_t threads = 1; threads < 10; threads++)
		for (uint64_t most = threads; most < 100; most++) {
			uint64_t sum = 0;
			for (uint64_t i = 0; i < threads; i++) {
				assert_true(capacity_share(most, i, threads) > 0);
				sum += capacity_share(most, i, threads);
			}
			assert_int_equal(sum, most);
		}
}

static bool client_has_ended(int client)
{
	char text[4096];
	bool ended;
	client_read(client, text, sizeof(text), &ended);
	return ended;
}

/* A worker of /metrics alone has few places, and nobody may keep them all. */
static void test_for_metrics_the_oldest_open_one_makes_room(void **state)
{
	const char *const arguments[] = {"--max-connections", "3", "--max-lingering", "3", NULL};
	limited_open(arguments);
	limited.still.role.metrics_only = true;
	for (int i = 0; i < 3; i++)
		limited_client(i == 1 ? "" : "GET / HT");
	for (int i = 3; i < 6; i++) {
		limited_client("GET / HT");
		assert_int_equal(limited.counts->evicted, i - 2);
		assert_int_equal(limited.counts->states[EXECUTOR_OPEN], 3);
		assert_true(client_has_ended(limited.clients[i - 3]));
		assert_false(client_has_ended(limited.clients[i - 2]));
		assert_false(client_has_ended(limited.clients[i]));
	}
	/* One that lingers has had its answer, and goes before. */
	client_say(limited.clients[5], "TP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	still_turn(&limited.still);
	assert_int_equal(limited.counts->states[EXECUTOR_HALF_CLOSED], 1);
	limited_client("GET / HT");
	assert_int_equal(limited.counts->states[EXECUTOR_HALF_CLOSED], 0);
	assert_false(client_has_ended(limited.clients[3]));
	limited_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_oldest_lingering_makes_room),
		cmocka_unit_test(test_above_max_connections_the_next_waits),
		cmocka_unit_test(test_a_lingering_one_makes_room_for_the_next),
		cmocka_unit_test(test_a_closed_listener_does_not_come_back),
		cmocka_unit_test(test_without_a_descriptor_a_lingering_one_makes_room),
		cmocka_unit_test(test_for_metrics_the_oldest_open_one_makes_room),
		cmocka_unit_test(test_discarded_input_is_capped),
		cmocka_unit_test(test_a_busy_server_looks_later),
		cmocka_unit_test(test_shares_add_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
