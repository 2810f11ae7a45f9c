/* Pairs of connected sockets on a network of either family, and what the packet tap says of them:
 * which end closed first. Exits 77 where namespaces are impossible. */
#include "bench/check/tcp_pair.h"

#include "bench/measure/packet_tap.h"
#include "bench/network/netns.h"
#include "common/clock.h"
#include "strategies/core/registry.h"
#include "tests/unit/bench/network/namespaces.h"
#include "tests/unit/bench/network/network_of_family.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#define CHECK(call)                                                                                \
	do {                                                                                       \
		if ((call) == -1)                                                                  \
			fail_msg("%s: %s", #call, error.text);                                     \
	} while (0)

static const int families[] = {AF_INET, AF_INET6};

static void pair_make(struct tcp_pair *pair, const struct network *network)
{
	struct error error = {.text = ""};
	const struct td_strategy *strategy = registry_strategies[0];
	CHECK(tcp_pair_open(pair, network, strategy, TD_SERVER, &error));
	CHECK(tcp_pair_connect(pair, &error));
}

static void end_of_stream(int fd)
{
	char byte;
	assert_int_equal(read(fd, &byte, 1), 0);
}

/* Closes both ends; the second when the first one's FIN has come. */
static void pair_close(struct tcp_pair *pair, bool server_first)
{
	int first = server_first ? pair->server_fd : pair->client_fd;
	int second = server_first ? pair->client_fd : pair->server_fd;
	shutdown(first, SHUT_WR);
	end_of_stream(second);
	shutdown(second, SHUT_WR);
	end_of_stream(first);
	close(first);
	close(second);
	close(pair->listener_fd);
}

static void the_tap_tells_who_closed_first(void **state)
{
	for (size_t i = 0; i < 2; i++) {
		struct error error = {.text = ""};
		struct network network;
		struct packet_tap_report report;
		network_of_family_create(&network, families[i]);
		struct packet_tap *tap =
			packet_tap_create(&(struct load_flow){&network, TCP_PAIR_PORT}, 1, &error);
		if (!tap)
			fail_msg("%s", error.text);
		for (int connection = 0; connection < 7; connection++) {
			struct tcp_pair pair;
			pair_make(&pair, &network);
			assert_int_equal(address_family(&pair.address), families[i]);
			pair_close(&pair, connection < 5);
		}
		packet_tap_finish(tap, clock_now_ns(), &report);
		packet_tap_destroy(tap);
		network_destroy(&network);
		assert_int_equal(report.counts.connections, 7);
		assert_int_equal(report.counts.server, 5);
		assert_int_equal(report.counts.client, 2);
		assert_int_equal(report.counts.undecided, 0);
		/* A SYN, a SYN-ACK and two FINs each. */
		assert_int_equal(report.segments, 28);
	}
}

/* What is sent to a host whose link is down is not received; with IPv4 it arrives when the link is
 * up again. */
static void a_link_goes_down_and_up(void **state)
{
	for (size_t i = 0; i < 2; i++) {
		struct error error = {.text = ""};
		struct network network;
		struct tcp_pair pair;
		char byte;
		network_of_family_create(&network, families[i]);
		pair_make(&pair, &network);
		CHECK(tcp_pair_link_set(&network, TD_SERVER, false, &error));
		assert_int_equal(write(pair.client_fd, "x", 1), 1);
		assert_int_equal(recv(pair.server_fd, &byte, 1, MSG_DONTWAIT), -1);
		assert_int_equal(errno, EAGAIN);
		CHECK(tcp_pair_link_set(&network, TD_SERVER, true, &error));
		if (families[i] == AF_INET) {
			assert_int_equal(read(pair.server_fd, &byte, 1), 1);
			assert_int_equal(byte, 'x');
		}
		tcp_pair_close(&pair);
		network_destroy(&network);
	}
}

int main(void)
{
	int missing = namespaces_missing();
	if (missing)
		return missing;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tap_tells_who_closed_first),
		cmocka_unit_test(a_link_goes_down_and_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
