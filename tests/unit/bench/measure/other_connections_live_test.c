/* Connections beside the load's, in the same two namespaces: over the server's loopback, by IPv4
 * and IPv6, to itself, to another port. Exits 77 where namespaces are impossible. */
#include "bench/measure/packet_tap.h"
#include "bench/measure/sampler.h"
#include "bench/network/netns.h"
#include "common/clock.h"
#include "tests/unit/bench/network/namespaces.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define PORT 8080
#define BACKLOG 64
#define DEADLINE_NS (60 * NS_PER_S)

static const struct network_spec plain = {
	.client_addresses = 3, .port_low = 32768, .port_high = 60999};

#define CHECK(call)                                                                                \
	do {                                                                                       \
		if ((call) == -1)                                                                  \
			fail_msg("%s: %s", #call, error.text[0] ? error.text : strerror(errno));   \
	} while (0)

static struct network network;
static struct error error;

struct making {
	int family, fd;
};

static int socket_make(void *argument, struct error *failure)
{
	struct making *making = argument;
	making->fd = socket(making->family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return making->fd == -1 ? error_set_errno(failure, STATUS_FAILED, "socket") : 0;
}

static int socket_in(int netns_fd, int family)
{
	struct making making = {.family = family};
	CHECK(netns_run(netns_fd, socket_make, &making, &error));
	return making.fd;
}

static struct address address_of(const char *text)
{
	struct address address;
	assert_int_equal(address_parse(text, &address), 0);
	return address;
}

static int listener_at(const char *text)
{
	struct address address = address_of(text);
	int fd = socket_in(network.server_netns, address_family(&address));
	CHECK(bind(fd, address_sockaddr(&address), address.length));
	CHECK(listen(fd, BACKLOG));
	return fd;
}

struct pair {
	int opener, acceptor;
};

static struct pair pair_open(int netns_fd, const struct address *from, const char *to, int listener)
{
	struct address address = address_of(to);
	struct pair pair = {.opener = socket_in(netns_fd, address_family(&address))};
	if (from)
		CHECK(bind(pair.opener, address_sockaddr(from), from->length));
	CHECK(connect(pair.opener, address_sockaddr(&address), address.length));
	pair.acceptor = accept(listener, NULL, NULL);
	CHECK(pair.acceptor);
	return pair;
}

/* Who closes first is left with TIME_WAIT. */
static void pair_close(int first, int second)
{
	char byte;
	close(first);
	assert_int_equal(read(second, &byte, 1), 0);
	close(second);
}

static uint64_t closing(const struct diag_census *census)
{
	return census->states[TCP_FIN_WAIT1] + census->states[TCP_FIN_WAIT2] +
	       census->states[TCP_LAST_ACK] + census->states[TCP_CLOSING];
}

/* Until the closing of all is over. */
static struct sample settled(struct sampler *sampler)
{
	uint64_t due_ns = clock_now_ns() + DEADLINE_NS;
	const struct timespec pause = {.tv_nsec = 5000000};
	for (;;) {
		struct sample sample;
		CHECK(sampler_read(sampler, &sample, &error));
		if (closing(&sample.server.census) + closing(&sample.server.others) +
				closing(&sample.client.census) + closing(&sample.client.others) ==
			0)
			return sample;
		assert_true(clock_now_ns() < due_ns);
		nanosleep(&pause, NULL);
	}
}

static struct sampler *sampler_make(void)
{
	const struct sampler_spec spec = {.flow = {&network, PORT}, .period_ns = 100 * NS_PER_MS};
	struct sampler *sampler = sampler_create(&spec, &error);
	if (!sampler)
		fail_msg("%s", error.text);
	return sampler;
}

static void census_is(const struct diag_census *census, uint64_t established, uint64_t time_wait,
	uint64_t listening, uint64_t ports)
{
	assert_int_equal(census->states[TCP_ESTABLISHED], established);
	assert_int_equal(census->states[TCP_TIME_WAIT], time_wait);
	assert_int_equal(census->states[TCP_LISTEN], listening);
	assert_int_equal(census->ports_in_use, ports);
}

/* A listener of IPv6 that speaks IPv4 has the load's connections as IPv6 sockets. */
static void the_census_has_the_load_alone(void **state)
{
	CHECK(network_create(&network, &plain, &error));
	int load = listener_at("[::]:8080"), upstream = listener_at("127.0.0.1:9000");
	int upstream6 = listener_at("[::1]:9000"), admin = listener_at("198.18.0.1:9001");
	struct sampler *sampler = sampler_make();
	struct address extra = network_client_address(&network, 2);
	const char *server = "198.18.0.1:8080";
	int at_server = network.server_netns, at_client = network.client_netns;

	struct pair of_load[] = {pair_open(at_client, NULL, server, load),
		pair_open(at_client, &extra, server, load),
		pair_open(at_client, NULL, server, load)};
	struct pair others[] = {pair_open(at_server, NULL, "127.0.0.1:9000", upstream),
		pair_open(at_server, NULL, "[::1]:9000", upstream6),
		pair_open(at_server, NULL, server, load), /* to itself: no client */
		pair_open(at_client, NULL, "198.18.0.1:9001", admin)};
	pair_close(of_load[0].acceptor, of_load[0].opener);
	pair_close(of_load[1].acceptor, of_load[1].opener);
	pair_close(others[0].opener, others[0].acceptor);
	pair_close(others[2].acceptor, others[2].opener);
	struct sample sample = settled(sampler);
	census_is(&sample.server.census, 1, 2, 4, 1);
	census_is(&sample.client.census, 1, 0, 0, 1);
	/* Over loopback both ends of a connection are here. */
	census_is(&sample.server.others, 3, 2, 0, 5);
	census_is(&sample.client.others, 1, 0, 0, 1);
	assert_int_equal(sample.server.counters.gauge_tw, 4);
	sampler_destroy(sampler);
	network_destroy(&network);
}

static void end_is(const struct other_end *end, const struct other_end *expected)
{
	assert_int_equal(end->attempted, expected->attempted);
	assert_int_equal(end->opened, expected->opened);
	assert_int_equal(end->accepted, expected->accepted);
	assert_int_equal(end->time_wait, expected->time_wait);
	assert_int_equal(end->resets, expected->resets);
	assert_int_equal(end->closed_by_opener, expected->closed_by_opener);
	assert_int_equal(end->closed_by_acceptor, expected->closed_by_acceptor);
	assert_int_equal(end->closed_by_both, expected->closed_by_both);
	assert_int_equal(end->closed_by_reset, expected->closed_by_reset);
	assert_int_equal(end->still_open, expected->still_open);
	assert_int_equal(end->began_before, expected->began_before);
}

/* The data crosses loopback as segments that are larger than any on the wire. */
static void much_is_sent(const struct pair *pair)
{
	static char bytes[1 << 20];
	size_t sent = 0, received = 0;
	while (received < sizeof(bytes)) {
		if (sent < sizeof(bytes)) {
			ssize_t n = send(pair->opener, bytes, sizeof(bytes) - sent, MSG_DONTWAIT);
			sent += n > 0 ? (size_t)n : 0;
		}
		ssize_t n = recv(pair->acceptor, bytes, sizeof(bytes), MSG_DONTWAIT);
		received += n > 0 ? (size_t)n : 0;
	}
}

/* By all their segments; what is the load's and what is the others' adds up to the kernel's. */
static void the_tap_tells_others_from_the_load(void **state)
{
	CHECK(network_create(&network, &plain, &error));
	const char *server = "198.18.0.1:8080";
	int at_server = network.server_netns, at_client = network.client_netns;
	int load = listener_at("[::]:8080"), upstream = listener_at("127.0.0.1:9000");
	int upstream6 = listener_at("[::1]:9000"), admin = listener_at("198.18.0.1:9001");
	struct packet_tap *tap = packet_tap_create(&(struct load_flow){&network, PORT}, 1, &error);
	struct sampler *sampler = sampler_make();
	if (!tap)
		fail_msg("%s", error.text);
	struct pair kept = pair_open(at_server, NULL, "127.0.0.1:9000", upstream);
	packet_tap_poll(tap);
	struct sample before = settled(sampler);
	packet_tap_begin(tap, before.at_ns);

	struct pair one = pair_open(at_client, NULL, server, load);
	struct pair others[] = {pair_open(at_server, NULL, "127.0.0.1:9000", upstream),
		pair_open(at_server, NULL, "[::1]:9000", upstream6),
		pair_open(at_server, NULL, server, load),
		pair_open(at_client, NULL, "198.18.0.1:9001", admin)};
	much_is_sent(&kept);
	much_is_sent(&others[1]);
	pair_close(one.acceptor, one.opener);
	pair_close(others[0].opener, others[0].acceptor);
	pair_close(others[2].acceptor, others[2].opener);
	pair_close(others[3].opener, others[3].acceptor);
	struct address nowhere = address_of("127.0.0.1:9999");
	int refused = socket_in(at_server, AF_INET);
	assert_int_equal(connect(refused, address_sockaddr(&nowhere), nowhere.length), -1);
	struct sample after = settled(sampler);
	struct packet_tap_report report;
	packet_tap_finish(tap, after.at_ns, &report);

	end_is(&report.others.server, &(struct other_end){.attempted = 4,
					      .opened = 3,
					      .accepted = 4,
					      .time_wait = 2,
					      .resets = 1,
					      .closed_by_opener = 1,
					      .closed_by_acceptor = 1,
					      .still_open = 1,
					      .began_before = 1});
	end_is(&report.others.client,
		&(struct other_end){
			.attempted = 1, .opened = 1, .time_wait = 1, .closed_by_opener = 1});
	struct counters at = counters_difference(&after.server.counters, &before.server.counters);
	struct counters of_client =
		counters_difference(&after.client.counters, &before.client.counters);
	assert_int_equal(at.active_opens, report.others.server.attempted);
	assert_int_equal(at.passive_opens, report.others.server.accepted + 1);
	/* Of the load: SYN-ACK, FIN, the last ACK; SYN, ACK, FIN, and before that perhaps the ACK
	 * of the server's. */
	assert_int_equal(at.out_segs + at.retrans_segs, report.others.server.segments + 3);
	assert_in_range(of_client.out_segs + of_client.retrans_segs,
		report.others.client.segments + 3, report.others.client.segments + 4);
	assert_int_equal(report.lost, 0);
	assert_int_equal(report.counts.connections, 1);
	assert_int_equal(packet_tap_others_accepted_by(tap, before.at_ns), 0);
	assert_int_equal(packet_tap_others_accepted_by(tap, after.at_ns + 2 * NS_PER_MS), 4);
	packet_tap_destroy(tap);
	sampler_destroy(sampler);
	network_destroy(&network);
}

int main(void)
{
	int missing = namespaces_missing();
	if (missing)
		return missing;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_census_has_the_load_alone),
		cmocka_unit_test(the_tap_tells_others_from_the_load),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
