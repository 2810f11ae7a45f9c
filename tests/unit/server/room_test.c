/* What is capped: connections, those of them that linger, and what those discard. Below the cap and
 * at it nothing happens; above it room is made, and whoever has lingered longest is the first. */
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

static struct room {
	struct still_worker still;
	struct worker *worker;
	struct metrics_counts *counts;
	int clients[CLIENTS];
	size_t client_count;
} room;

static void room_open(const char *const *arguments)
{
	memset(&room, 0, sizeof(room));
	still_start(&room.still, registry_strategies[0], arguments);
	room.worker = room.still.worker;
	room.counts = &room.worker->metrics.counts;
}

static int room_client(const char *text)
{
	int client = client_open(&room.still, text, 0);
	room.clients[room.client_count++] = client;
	return client;
}

static void room_close(void)
{
	for (size_t i = 0; i < room.client_count; i++)
		if (room.clients[i] != -1)
			close(room.clients[i]);
	still_turn(&room.still);
	still_stop(&room.still);
}

static void client_leave(size_t i)
{
	close(room.clients[i]);
	room.clients[i] = -1;
	/* A lingering one's FIN is looked for a little later. */
	still_pass(&room.still, TD_MILLISECONDS(10), NULL, -1);
}

static void test_the_oldest_lingering_makes_room(void **state)
{
	const char *const arguments[] = {"--max-lingering", "3", NULL};
	room_open(arguments);
	struct connection_list *list = &room.worker->connections;
	for (size_t count = 1; count <= 3; count++) {
		room_client(GET_CLOSE);
		assert_int_equal(list->lingering_count, count);
		assert_int_equal(room.counts->evicted, 0);
	}
	struct connection *second = list->lingering.first->next;
	room_client(GET_CLOSE);
	assert_int_equal(room.counts->evicted, 1);
	assert_int_equal(list->lingering_count, 3);
	assert_ptr_equal(list->lingering.first, second);
	/* One in the middle ends by itself: the order of the others stays. */
	client_leave(2);
	assert_int_equal(list->lingering_count, 2);
	room_client(GET_CLOSE);
	assert_int_equal(room.counts->evicted, 1);
	room_client(GET_CLOSE);
	assert_int_equal(room.counts->evicted, 2);
	assert_true(list->lingering.first != second);
	room_close();
}

static void test_above_max_connections_the_next_waits(void **state)
{
	const char *const arguments[] = {
		"--max-connections", "3", "--requests-per-connection", "1M", NULL};
	room_open(arguments);
	for (size_t count = 1; count <= 3; count++) {
		room_client(GET);
		assert_int_equal(room.counts->states[EXECUTOR_OPEN], count);
		assert_false(room.worker->listener.is_held);
	}
	room_client(GET);
	assert_int_equal(room.counts->opened, 3);
	assert_true(room.worker->listener.is_held);
	assert_int_equal(room.counts->accept_pauses, 1);
	client_leave(0);
	assert_int_equal(room.counts->opened, 4);
	assert_int_equal(room.counts->states[EXECUTOR_OPEN], 3);
	assert_int_equal(room.counts->exchanges, 4);
	room_close();
}

static void test_a_lingering_one_makes_room_for_the_next(void **state)
{
	const char *const arguments[] = {"--max-connections", "3", "--max-lingering", "3",
		"--requests-per-connection", "1M", NULL};
	room_open(arguments);
	room_client(GET);
	room_client(GET_CLOSE);
	room_client(GET_CLOSE);
	/* At the cap, and nobody waits: nobody is let go. */
	still_turn(&room.still);
	assert_int_equal(room.counts->evicted, 0);
	room_client(GET);
	room_client(GET);
	assert_int_equal(room.counts->evicted, 2);
	assert_int_equal(room.counts->opened, 5);
	assert_int_equal(room.counts->states[EXECUTOR_OPEN], 3);
	room_client(GET);
	assert_true(room.worker->listener.is_held);
	/* Whoever begins to linger makes room as well. */
	client_say(room.clients[0], GET_CLOSE);
	still_turn(&room.still);
	assert_int_equal(room.counts->evicted, 3);
	assert_int_equal(room.counts->opened, 6);
	room_close();
}

/* What waited for room waits for nothing once the listener is closed: its number may be another
 * descriptor's by then. */
static void test_a_closed_listener_does_not_come_back(void **state)
{
	const char *const arguments[] = {
		"--max-connections", "1", "--requests-per-connection", "1M", NULL};
	room_open(arguments);
	struct listener *l = &room.worker->listener;
	room_client(GET);
	room_client(GET);
	assert_true(l->is_held);
	listener_drain(l);
	client_leave(0);
	assert_int_equal(room.worker->connections.count, 0);
	assert_false(l->is_held);
	assert_false(event_pending(&l->acceptable, EV_READ, NULL));
	room_close();
}

/* accept(2) says EMFILE before it looks whether somebody waits: then nobody may be let go. */
static void test_without_a_descriptor_a_lingering_one_makes_room(void **state)
{
	struct rlimit limit, low;
	const char *const none[] = {NULL};
	room_open(none);
	room_client(GET_CLOSE);
	room_client(GET_CLOSE);
	getrlimit(RLIMIT_NOFILE, &limit);
	low = limit;
	int next = dup(0);
	low.rlim_cur = (rlim_t)next + 2;
	close(next);
	setrlimit(RLIMIT_NOFILE, &low);
	/* The client takes one of two descriptors, its connection the other. */
	room_client(GET_CLOSE);
	assert_int_equal(room.counts->opened, 3);
	assert_int_equal(room.counts->evicted, 0);
	still_turn(&room.still);
	assert_int_equal(room.counts->evicted, 0);
	/* The next client takes the descriptor of one that was let go. */
	assert_true(connection_evict(room.worker));
	room_client(GET_CLOSE);
	assert_int_equal(room.counts->evicted, 2);
	assert_int_equal(room.counts->opened, 4);
	assert_true(room.worker->metrics.accept_errors[EMFILE] > 0);
	assert_int_equal(room.counts->accept_pauses, 0);
	setrlimit(RLIMIT_NOFILE, &limit);
	room_close();
}

static void test_discarded_input_is_capped(void **state)
{
	const char *const arguments[] = {"--max-drained", "1000", NULL};
	char text[1001];
	memset(text, 'x', sizeof(text));
	text[999] = '\0';
	room_open(arguments);
	int client = room_client(GET_CLOSE);
	const struct executor_counts *ends = &room.worker->executor.counts;
	client_say(client, text);
	still_pass(&room.still, TD_SECONDS(1), NULL, client);
	assert_int_equal(ends->drained_bytes, 999);
	client_say(client, "x");
	still_pass(&room.still, TD_SECONDS(1), NULL, client);
	assert_int_equal(ends->drained_bytes, 1000);
	assert_int_equal(room.worker->connections.lingering_count, 1);
	client_say(client, "x");
	still_pass(&room.still, TD_SECONDS(1), NULL, client);
	assert_int_equal(room.worker->connections.lingering_count, 0);
	assert_int_equal(ends->timed_out, 1);
	room_close();
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_oldest_lingering_makes_room),
		cmocka_unit_test(test_above_max_connections_the_next_waits),
		cmocka_unit_test(test_a_lingering_one_makes_room_for_the_next),
		cmocka_unit_test(test_a_closed_listener_does_not_come_back),
		cmocka_unit_test(test_without_a_descriptor_a_lingering_one_makes_room),
		cmocka_unit_test(test_discarded_input_is_capped),
		cmocka_unit_test(test_shares_add_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
