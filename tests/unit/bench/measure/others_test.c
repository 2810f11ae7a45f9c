/* Connections beside the load's, in the same two namespaces: over the server's loopback, by IPv4
 * and IPv6, to itself, to another port. Exits 77 where namespaces are impossible. */
#include "bench/measure/sampler.h"
#include "bench/network/netns.h"
#include "common/clock.h"

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

int main(void)
{
	if (netns_prepare(&error) == -1 || network_create(&network, &plain, &error) == -1) {
		fprintf(stderr, "skipped: %s\n", error.text);
		return error.status == STATUS_HOST_CANNOT ? 77 : 1;
	}
	network_destroy(&network);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_census_has_the_load_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
