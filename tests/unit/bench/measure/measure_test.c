/* Real connections between two namespaces, closed in each way: the counters, the census, the
 * sampler and the packet tap must tell what happened. Exits 77 where namespaces are impossible. */
#include "bench/measure/census.h"
#include "bench/measure/packet_tap.h"
#include "bench/measure/port_set.h"
#include "bench/measure/sampler.h"
#include "bench/network/netns.h"
#include "common/clock.h"

#include <errno.h>
#include <linux/filter.h>
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
#define CONNECTIONS 200
#define ADDRESSES 4
/* packet_tap.c narrows once so many connections have ended. */
#define PLENTY 1000

static const struct network_spec plain = {
	.client_addresses = ADDRESSES, .port_low = 32768, .port_high = 60999};

struct sockets {
	int netns_fd, fds[CONNECTIONS];
};

struct stage {
	struct network network;
	struct sampler *sampler;
	struct packet_tap *packet_tap;
	struct sample before, after;
	struct packet_tap_report report;
	int listener;
	struct sockets client;
	int server[CONNECTIONS];
};

#define CHECK(call)                                                                                \
	do {                                                                                       \
		if ((call) == -1)                                                                  \
			fail_msg("%s: %s", #call, error.text[0] ? error.text : strerror(errno));   \
	} while (0)

static int listener_make(void *fd, struct error *error)
{
	*(int *)fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return *(int *)fd == -1 ? error_set_errno(error, STATUS_FAILED, "socket") : 0;
}

static int clients_make(void *argument, struct error *error)
{
	struct sockets *sockets = argument;
	for (int i = 0; i < CONNECTIONS; i++) {
		if (listener_make(&sockets->fds[i], error) == -1)
			return -1;
	}
	return 0;
}

static struct address server_address(const struct stage *stage)
{
	struct address address = stage->network.server_address;
	address_set_port(&address, PORT);
	return address;
}

static void stage_open(struct stage *stage, uint32_t share, uint64_t period_ns)
{
	struct error error = {.text = ""};
	struct listeners listeners;
	memset(stage, 0, sizeof(*stage));
	CHECK(network_create(&stage->network, &plain, &error));
	CHECK(netns_run(stage->network.server_netns, listener_make, &stage->listener, &error));
	struct address address = server_address(stage);
	CHECK(bind(stage->listener, address_sockaddr(&address), address.length));
	const struct sampler_spec spec = {{&stage->network, PORT}, period_ns};
	stage->sampler = sampler_create(&spec, &error);
	if (!stage->sampler)
		fail_msg("%s", error.text);
	CHECK(sampler_server_listeners(stage->sampler, &listeners, &error));
	assert_int_equal(listeners.count, 0);
	CHECK(listen(stage->listener, CONNECTIONS));
	CHECK(sampler_server_listeners(stage->sampler, &listeners, &error));
	assert_int_equal(listeners.count, 1);
	assert_true(address_equals(&listeners.list[0], &address));
	assert_int_equal(listeners.backlogs[0], CONNECTIONS);
	stage->packet_tap =
		packet_tap_create(&(struct load_flow){&stage->network, PORT}, share, &error);
	if (!stage->packet_tap)
		fail_msg("%s", error.text);
	CHECK(sampler_read(stage->sampler, &stage->before, &error));
}

/* Connections, spread over the client's addresses. */
static void stage_connect(struct stage *stage)
{
	struct error error = {.text = ""};
	struct address to = server_address(stage);
	CHECK(netns_run(stage->network.client_netns, clients_make, &stage->client, &error));
	for (int i = 0; i < CONNECTIONS; i++) {
		struct address from = network_client_address(&stage->network, i % ADDRESSES);
		CHECK(bind(stage->client.fds[i], address_sockaddr(&from), from.length));
		CHECK(connect(stage->client.fds[i], address_sockaddr(&to), to.length));
		stage->server[i] = accept(stage->listener, NULL, NULL);
		CHECK(stage->server[i]);
	}
	packet_tap_poll(stage->packet_tap);
}

#define DEADLINE_NS (60 * NS_PER_S)
#define SAMPLES 45

/* Between two looks at what a test waits for. */
static void look_again(uint64_t due_ns)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	assert_true(clock_now_ns() < due_ns);
	nanosleep(&pause, NULL);
}

/* How many sockets are in a state that a segment on its way will end. */
static uint64_t in_motion(const struct diag_census *census)
{
	return census->states[TCP_ESTABLISHED] + census->states[TCP_SYN_SENT] +
	       census->states[TCP_SYN_RECV] + census->states[TCP_FIN_WAIT1] +
	       census->states[TCP_LAST_ACK] + census->states[TCP_CLOSING];
}

/* Until what is still on its way has arrived. The server alone may stay in FIN_WAIT_2. */
static void stage_settle(struct stage *stage)
{
	struct error error = {.text = ""};
	uint64_t due_ns = clock_now_ns() + DEADLINE_NS;
	for (;;) {
		CHECK(sampler_read(stage->sampler, &stage->after, &error));
		const struct diag_census *client = &stage->after.client.census;
		if (in_motion(&stage->after.server.census) + in_motion(client) +
				client->states[TCP_FIN_WAIT2] ==
			0)
			break;
		look_again(due_ns);
	}
	packet_tap_poll(stage->packet_tap);
}

static void stage_close(struct stage *stage)
{
	packet_tap_finish(stage->packet_tap, clock_now_ns(), &stage->report);
	packet_tap_destroy(stage->packet_tap);
	sampler_destroy(stage->sampler);
	close(stage->listener);
	network_destroy(&stage->network);
}

static void end_of_stream(int fd)
{
	char byte;
	assert_int_equal(read(fd, &byte, 1), 0);
}

static void reset_close(int fd)
{
	const struct linger now = {.l_onoff = 1};
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)), 0);
	close(fd);
}

static void close_server_first(int server, int client)
{
	close(server);
	end_of_stream(client);
	close(client);
}

static void close_client_first(int server, int client)
{
	close_server_first(client, server);
}

static void close_by_server_reset(int server, int client)
{
	char byte;
	reset_close(server);
	assert_int_equal(read(client, &byte, 1), -1);
	close(client);
}

/* The client's FIN, and the server's answer is a RST. */
static void close_reset_after_fin(int server, int client)
{
	close(client);
	end_of_stream(server);
	reset_close(server);
}

static void close_server_only(int server, int client)
{
	close(server);
	end_of_stream(client);
}

#define TIME_WAIT_OF(end) stage.after.end.census.states[TCP_TIME_WAIT]
#define FIN_WAIT2_OF(end) stage.after.end.census.states[TCP_FIN_WAIT2]

static const struct way {
	const char *name;
	void (*close)(int server, int client);
	struct first_closer_counts counts;
	unsigned server_tw, client_tw, server_fin_wait2;
	unsigned server_resets, client_ports;
} ways[] = {
	{"server first", close_server_first,
		{.connections = CONNECTIONS,
			.server = CONNECTIONS,
			.at_server = {.time_wait = CONNECTIONS}},
		.server_tw = CONNECTIONS},
	{"client first", close_client_first,
		{.connections = CONNECTIONS,
			.client = CONNECTIONS,
			.at_client = {.time_wait = CONNECTIONS}},
		.client_tw = CONNECTIONS, .client_ports = CONNECTIONS},
	{"reset by the server", close_by_server_reset,
		{.connections = CONNECTIONS,
			.server = CONNECTIONS,
			.by_reset = CONNECTIONS,
			.at_server = {.reset_without_fin = CONNECTIONS}},
		.server_resets = CONNECTIONS},
	{"reset after the client's FIN", close_reset_after_fin,
		{.connections = CONNECTIONS,
			.client = CONNECTIONS,
			.at_server = {.reset_without_fin = CONNECTIONS},
			.at_client = {.killed_by_reset = CONNECTIONS}},
		.server_resets = CONNECTIONS},
	{"the server only", close_server_only, {.connections = CONNECTIONS, .server = CONNECTIONS},
		.server_fin_wait2 = CONNECTIONS, .client_ports = CONNECTIONS},
};

static void way_check(const struct way *way)
{
	struct stage stage;
	stage_open(&stage, 1, 100 * NS_PER_MS);
	stage_connect(&stage);
	for (int i = 0; i < CONNECTIONS; i++)
		way->close(stage.server[i], stage.client.fds[i]);
	stage_settle(&stage);
	print_message("%s\n", way->name);
	struct counters server =
		counters_difference(&stage.after.server.counters, &stage.before.server.counters);
	struct counters client =
		counters_difference(&stage.after.client.counters, &stage.before.client.counters);
	assert_int_equal(server.passive_opens, CONNECTIONS);
	assert_int_equal(client.active_opens, CONNECTIONS);
	assert_int_equal(server.out_rsts, way->server_resets);
	assert_int_equal(server.abort_on_data, way->server_resets);
	assert_int_equal(TIME_WAIT_OF(server), way->server_tw);
	assert_int_equal(TIME_WAIT_OF(client), way->client_tw);
	assert_int_equal(FIN_WAIT2_OF(server), way->server_fin_wait2);
	assert_int_equal(FIN_WAIT2_OF(client), 0);
	assert_int_equal(stage.after.client.census.ports_in_use, way->client_ports);
	assert_int_equal(stage.after.server.census.states[TCP_LISTEN], 1);
	/* An orphan whose ACK comes while close(2) still has the socket stays a whole one, and is
	 * not counted (net/ipv4/tcp_input.c, TCP_FIN_WAIT1). */
	unsigned whole = way->close == close_server_only ? 3 : 0;
	unsigned counted = way->server_tw + way->server_fin_wait2;
	assert_in_range(server.tw, counted - whole, counted);
	/* The RST may come before or after the ACK of the client's FIN. After it, it ends an orphan
	 * in FIN_WAIT_2, which the kernel has counted as TW. */
	if (way->close != close_reset_after_fin)
		assert_int_equal(client.tw, way->client_tw);
	assert_in_range(server.gauge_tw, counted - whole, counted);
	assert_int_equal(client.gauge_tw, way->client_tw);
	stage_close(&stage);
	assert_memory_equal(&stage.report.counts, &way->counts, sizeof(way->counts));
	assert_int_equal(stage.report.lost, 0);
	assert_int_equal(stage.report.share, 1);
	/* The client's ends of close_server_only were left open. */
	for (int i = 0; way->close == close_server_only && i < CONNECTIONS; i++)
		close(stage.client.fds[i]);
}

static void every_way_of_closing_is_told(void **state)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		way_check(&ways[i]);
}

/* All connections are closed by the server; returns how many of them have a port in the share. */
static unsigned round_play(struct stage *stage, uint32_t share)
{
	unsigned in_share = 0;
	stage_connect(stage);
	for (int i = 0; i < CONNECTIONS; i++) {
		struct sockaddr_in from;
		socklen_t size = sizeof(from);
		assert_int_equal(
			getsockname(stage->client.fds[i], (struct sockaddr *)&from, &size), 0);
		in_share += ((ntohs(from.sin_port) >> 1) & (share - 1)) == 0;
		close_server_first(stage->server[i], stage->client.fds[i]);
	}
	stage_settle(stage);
	return in_share;
}

/* A few connections: the packet tap sees all of them. */
static void the_tap_begins_with_all(void **state)
{
	struct stage stage;
	stage_open(&stage, 4, 100 * NS_PER_MS);
	round_play(&stage, 4);
	stage_close(&stage);
	assert_int_equal(stage.report.counts.server, CONNECTIONS);
	assert_int_equal(stage.report.counts.connections, CONNECTIONS);
	assert_int_equal(stage.report.segments, 3 * CONNECTIONS);
	assert_int_equal(stage.report.share, 1);
	assert_int_equal(stage.report.narrowed_after, 0);
}

/* Plenty of them: from then on it sees a share, and what it says of that is right. */
static void the_tap_narrows_to_a_share(void **state)
{
	struct stage stage;
	unsigned all = 0;
	stage_open(&stage, 4, 100 * NS_PER_MS);
	for (int i = 0; i < PLENTY / CONNECTIONS; i++, all += CONNECTIONS)
		round_play(&stage, 4);
	uint64_t due_ns = clock_now_ns() + DEADLINE_NS;
	while (packet_tap_share(stage.packet_tap) == 1) {
		look_again(due_ns);
		packet_tap_poll(stage.packet_tap);
	}
	unsigned in_share = round_play(&stage, 4);
	stage_close(&stage);
	assert_true(in_share > 0 && in_share < CONNECTIONS);
	assert_int_equal(stage.report.share, 4);
	assert_int_equal(stage.report.narrowed_after, all);
	assert_int_equal(stage.report.counts.server, all + in_share);
	assert_int_equal(stage.report.counts.connections, all + in_share);
	assert_int_equal(stage.report.counts.undecided, 0);
	assert_int_equal(stage.report.segments, 3 * (all + in_share));
}

static void deaf_make(int fd)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	const struct sock_fprog filter = {1, &nothing};
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)), 0);
}

static void hearing_make(int fd)
{
	const int ignored = 0;
	assert_int_equal(
		setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &ignored, sizeof(ignored)), 0);
}

/* Until the kernel has nothing more to do for a socket: both FINs are acknowledged. */
static void end_await(int fd)
{
	uint64_t due_ns = clock_now_ns() + DEADLINE_NS;
	for (;;) {
		struct tcp_info info;
		socklen_t size = sizeof(info);
		assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
		if (info.tcpi_state == TCP_CLOSE)
			return;
		look_again(due_ns);
	}
}

/* Neither socket hears the other until both have sent their FIN, and again after 200 ms. */
static void crossed_fins_are_both(void **state)
{
	struct stage stage;
	stage_open(&stage, 1, 100 * NS_PER_MS);
	stage_connect(&stage);
	for (int i = 0; i < CONNECTIONS; i++) {
		deaf_make(stage.server[i]);
		deaf_make(stage.client.fds[i]);
		assert_int_equal(shutdown(stage.server[i], SHUT_WR), 0);
		assert_int_equal(shutdown(stage.client.fds[i], SHUT_WR), 0);
		hearing_make(stage.server[i]);
		hearing_make(stage.client.fds[i]);
	}
	for (int i = 0; i < CONNECTIONS; i++) {
		end_await(stage.server[i]);
		end_await(stage.client.fds[i]);
		close(stage.server[i]);
		close(stage.client.fds[i]);
	}
	stage_settle(&stage);
	assert_int_equal(TIME_WAIT_OF(server), CONNECTIONS);
	assert_int_equal(TIME_WAIT_OF(client), CONNECTIONS);
	stage_close(&stage);
	assert_int_equal(stage.report.counts.connections, CONNECTIONS);
	assert_int_equal(stage.report.counts.both, CONNECTIONS);
	assert_true(stage.report.segments > 3 * CONNECTIONS);
}

static void progress_tell(void *argument, struct sample_progress *progress)
{
	progress->completed = __atomic_add_fetch((uint64_t *)argument, 1, __ATOMIC_RELAXED);
	progress->connect_p50_ns = 7;
}

static void the_sampler_keeps_its_period(void **state)
{
	const uint64_t period_ns = 10 * NS_PER_MS;
	struct error error = {.text = ""};
	struct stage stage;
	uint64_t asked = 0;
	unsigned fresh = 0;
	stage_open(&stage, 1, period_ns);
	stage_connect(&stage);
	for (int i = 0; i < CONNECTIONS; i++)
		close_server_first(stage.server[i], stage.client.fds[i]);
	sampler_progress(stage.sampler, progress_tell, &asked);
	uint64_t began_ns = clock_now_ns();
	CHECK(sampler_start(stage.sampler, &error));
	while (__atomic_load_n(&asked, __ATOMIC_RELAXED) < SAMPLES)
		look_again(began_ns + DEADLINE_NS);
	CHECK(sampler_stop(stage.sampler, &error));
	uint64_t periods = (clock_now_ns() - began_ns) / period_ns;
	struct sampler_series series = sampler_series(stage.sampler);
	/* A busy machine misses some, but no sample comes before its period. */
	assert_true(series.count >= SAMPLES);
	assert_true(series.count + series.missed <= periods + 2);
	for (size_t i = 0; i < series.count; i++) {
		assert_int_equal(series.samples[i].progress.completed, i + 1);
		assert_int_equal(series.samples[i].progress.connect_p50_ns, 7);
		assert_int_equal(series.samples[i].server.counters.gauge_tw, CONNECTIONS);
		fresh += series.samples[i].census_fresh;
		assert_int_equal(series.samples[i].server.census.states[TCP_TIME_WAIT],
			fresh > 0 ? CONNECTIONS : 0);
		if (i > 0)
			assert_true(series.samples[i].at_ns > series.samples[i - 1].at_ns);
	}
	print_message("%u samples of both ends (%u with a census), %u us each\n",
		(unsigned)series.count, fresh,
		(unsigned)(series.cost_ns / series.count / NS_PER_US));
	stage_close(&stage);
}

/* On a thread of its own, which takes 1 % of a processor: where many sockets are, or other things
 * run, it takes its time. */
static void the_census_comes_by_itself(void **state)
{
	struct error error = {.text = ""};
	struct census_ends ends;
	struct stage stage;
	stage_open(&stage, 1, 3600 * NS_PER_S);
	stage_connect(&stage);
	for (int i = 0; i < CONNECTIONS; i++)
		close_server_first(stage.server[i], stage.client.fds[i]);
	struct census *census = census_create(&(struct load_flow){&stage.network, PORT}, &error);
	assert_non_null(census);
	CHECK(census_take(census, &ends, &error));
	CHECK(census_start(census, &error));
	uint64_t due_ns = clock_now_ns() + DEADLINE_NS;
	while (!census_latest(census, &ends))
		look_again(due_ns);
	CHECK(census_stop(census, &error));
	assert_int_equal(ends.server.sockets.states[TCP_TIME_WAIT], CONNECTIONS);
	assert_int_equal(ends.server.sockstat_low, CONNECTIONS);
	assert_int_equal(ends.server.sockstat_high, CONNECTIONS);
	census_destroy(census);
	stage_close(&stage);
}

/* The thread stops at once, not at its next period. */
static void the_sampler_stops_at_once(void **state)
{
	struct error error = {.text = ""};
	struct stage stage;
	stage_open(&stage, 1, 3600 * NS_PER_S);
	uint64_t began_ns = clock_now_ns();
	CHECK(sampler_start(stage.sampler, &error));
	CHECK(sampler_stop(stage.sampler, &error));
	assert_true(clock_now_ns() - began_ns < DEADLINE_NS);
	stage_close(&stage);
}

static void ports_are_distinct(void **state)
{
	struct port_set *set = port_set_create();
	assert_non_null(set);
	for (int round = 0; round < 2; round++) {
		port_set_clear(set);
		for (uint32_t i = 0; i < 3000; i++) {
			const uint32_t address[4] = {i % 300, 0, 0, 0};
			assert_int_equal(port_set_add(set, address, (uint16_t)(i / 600)), 0);
		}
		assert_int_equal(port_set_count(set), 1500);
	}
	port_set_destroy(set);
}

int main(void)
{
	struct error error;
	struct network network;
	if (netns_prepare(&error) == -1 || network_create(&network, &plain, &error) == -1) {
		fprintf(stderr, "skipped: %s\n", error.text);
		return error.status == STATUS_HOST_CANNOT ? 77 : 1;
	}
	network_destroy(&network);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_are_distinct),
		cmocka_unit_test(every_way_of_closing_is_told),
		cmocka_unit_test(the_tap_begins_with_all),
		cmocka_unit_test(the_tap_narrows_to_a_share),
		cmocka_unit_test(crossed_fins_are_both),
		cmocka_unit_test(the_sampler_keeps_its_period),
		cmocka_unit_test(the_census_comes_by_itself),
		cmocka_unit_test(the_sampler_stops_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
