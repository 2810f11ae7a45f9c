/* When nothing is on its way between two ends, in both families: not while a frame waits in the
 * wire, nor while one that was sent on has not been taken as a segment. */
#include "bench/lab/rest.h"

#include "bench/network/netns.h"
#include "common/clock.h"
#include "tests/unit/bench/network/namespaces.h"
#include "tests/unit/bench/wire/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static int source_open(void *argument, struct error *error)
{
	return rest_open(argument, error);
}

static void sources_open(const struct line *line, struct rest_source sources[RELAY_ENDS])
{
	assert_int_equal(
		netns_run(line->network.server_netns, source_open, &sources[RELAY_SERVER], NULL),
		0);
	assert_int_equal(
		netns_run(line->network.client_netns, source_open, &sources[RELAY_CLIENT], NULL),
		0);
}

static void sources_close(struct rest_source sources[RELAY_ENDS])
{
	for (unsigned end = 0; end < RELAY_ENDS; end++)
		rest_close(&sources[end]);
}

/* Returns the place in the record. */
static uint64_t rest_await(const struct line *line, const struct rest_source sources[RELAY_ENDS])
{
	uint64_t mark, give_up_ns = clock_now_ns() + GIVE_UP_S * NS_PER_S;
	while (!rest_reached(sources, line->wire, &mark)) {
		assert_true(clock_now_ns() < give_up_ns);
		usleep(1000);
	}
	return mark;
}

static uint64_t frames_seen(const struct line *line, unsigned end)
{
	return wire_look(line->wire).counts[end].arrived;
}

static void what_waits_in_the_wire_is_on_its_way(void **state)
{
	struct rest_source sources[RELAY_ENDS];
	struct line line;
	uint64_t mark;
	/* As good as for ever. */
	line_make_of(&line, *(int *)*state, (struct impairment){.delay_ns = 100 * NS_PER_S});
	sources_open(&line, sources);
	assert_int_equal(rest_await(&line, sources), 0);
	const struct address at = server_at(&line);
	int client = socket_in(&line, line.network.client_netns, SOCK_STREAM | SOCK_NONBLOCK);
	assert_int_equal(connect(client, address_sockaddr(&at), at.length), -1);
	uint64_t give_up_ns = clock_now_ns() + GIVE_UP_S * NS_PER_S;
	while (frames_seen(&line, RELAY_CLIENT) == 0)
		assert_true(clock_now_ns() < give_up_ns);
	assert_false(rest_reached(sources, line.wire, &mark));
	close(client);
	sources_close(sources);
	line_clear(&line);
}

static void a_connection_comes_to_rest(void **state)
{
	struct rest_source sources[RELAY_ENDS];
	struct line line;
	int pair[2];
	line_make_of(&line, *(int *)*state, (struct impairment){.delay_ns = NS_PER_MS});
	sources_open(&line, sources);
	connect_pair(&line, pair);
	assert_int_equal(rest_await(&line, sources), 3);
	assert_int_equal(write(pair[0], "x", 1), 1);
	/* And its ACK. */
	while (rest_await(&line, sources) < 5)
		;
	close(pair[0]);
	close(pair[1]);
	sources_close(sources);
	line_clear(&line);
}

/* A datagram is no segment: the client's kernel never counts it as one. */
static void what_was_sent_on_has_to_be_taken(void **state)
{
	struct rest_source sources[RELAY_ENDS];
	struct line line;
	uint64_t mark;
	line_make_of(&line, *(int *)*state, (struct impairment){0});
	sources_open(&line, sources);
	const struct address at = server_at(&line);
	int server = served(&line, SOCK_DGRAM);
	int client = socket_in(&line, line.network.client_netns, SOCK_DGRAM);
	char byte;
	assert_int_equal(sendto(client, "x", 1, 0, address_sockaddr(&at), at.length), 1);
	assert_int_equal(recv(server, &byte, 1, 0), 1);
	assert_int_equal(frames_seen(&line, RELAY_CLIENT), 1);
	assert_false(rest_reached(sources, line.wire, &mark));
	close(client);
	close(server);
	sources_close(sources);
	line_clear(&line);
}

int main(void)
{
	int missing = namespaces_missing();
	if (missing)
		return missing;
	static int families[] = {AF_INET, AF_INET6};
	int failed = 0;
	for (size_t i = 0; i < 2; i++) {
		const struct CMUnitTest tests[] = {
			cmocka_unit_test_prestate(
				what_waits_in_the_wire_is_on_its_way, &families[i]),
			cmocka_unit_test_prestate(a_connection_comes_to_rest, &families[i]),
			cmocka_unit_test_prestate(what_was_sent_on_has_to_be_taken, &families[i]),
		};
		failed += cmocka_run_group_tests(tests, NULL, NULL);
	}
	return failed;
}
