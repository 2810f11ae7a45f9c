/* Real sockets in each state, as many as this test has made: the census must tell them apart, and
 * ss must agree where it is installed. Exits 77 where namespaces are impossible. */
#include "bench/measure/census.h"
#include "bench/network/netns.h"
#include "common/clock.h"
#include "tests/unit/bench/network/namespaces.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define PORT 8080
#define DEADLINE_NS (60 * NS_PER_S)
#define PAUSE_MS 60

static const struct network_spec plain = {
	.client_addresses = 1, .port_low = 32768, .port_high = 60999};

static struct network network;
static const struct load_flow flow = {&network, PORT}, other = {&network, PORT + 1};
static struct census *census;
static struct error error;
static int listener;
static struct held_sockets held; /* of the server */

#define CHECK(call)                                                                                \
	do {                                                                                       \
		if ((call) == -1)                                                                  \
			fail_msg("%s: %s", #call, error.text[0] ? error.text : strerror(errno));   \
	} while (0)

/* What is done with so many connections, and the states that both ends are then in. */
enum { SERVER, CLIENT };
struct pair {
	int server, client; /* server: -1 where it is not accepted */
};

static int socket_make(void *fd, struct error *reason)
{
	*(int *)fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return *(int *)fd == -1 ? error_set_errno(reason, STATUS_FAILED, "socket") : 0;
}

static struct pair pair_open(void)
{
	struct pair pair = {.server = -1};
	struct address to = network.server_address;
	address_set_port(&to, PORT);
	CHECK(netns_run(network.client_netns, socket_make, &pair.client, &error));
	CHECK(connect(pair.client, address_sockaddr(&to), to.length));
	return pair;
}

static struct pair pair_accept(void)
{
	struct pair pair = pair_open();
	pair.server = accept(listener, NULL, NULL);
	CHECK(pair.server);
	return pair;
}

static void deaf_make(int fd)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	const struct sock_fprog filter = {1, &nothing};
	CHECK(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)));
}

static int state_of(int fd)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);
	CHECK(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size));
	return info.tcpi_state;
}

static void state_await(int fd, int state)
{
	uint64_t due_ns = clock_now_ns() + DEADLINE_NS;
	while (state_of(fd) != state) {
		assert_true(clock_now_ns() < due_ns);
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
}

static void nobody_closes(struct pair *pair)
{
}

/* Before the first FIN nothing is sent for a while: the age is the FIN's, not the connection's. */
static uint64_t first_fin_ns;

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * (long)NS_PER_MS}, NULL);
}

static void client_shuts_down(struct pair *pair)
{
	if (first_fin_ns == 0) {
		pause_ms(PAUSE_MS);
		first_fin_ns = clock_now_ns();
	}
	CHECK(shutdown(pair->client, SHUT_WR));
	state_await(pair->client, TCP_FIN_WAIT2);
}

static void client_closes(struct pair *pair)
{
	client_shuts_down(pair);
	CHECK(close(pair->client));
	pair->client = -1;
}

static void server_shuts_down(struct pair *pair)
{
	CHECK(shutdown(pair->server, SHUT_WR));
	state_await(pair->client, TCP_CLOSE_WAIT);
	state_await(pair->server, TCP_FIN_WAIT2);
}

/* The client's FIN is not heard. */
static void client_shuts_down_unheard(struct pair *pair)
{
	deaf_make(pair->server);
	CHECK(shutdown(pair->client, SHUT_WR));
}

static void client_closes_unheard(struct pair *pair)
{
	client_shuts_down_unheard(pair);
	CHECK(close(pair->client));
	pair->client = -1;
}

/* Both send a FIN, and only the client hears the other's. */
static void fins_cross(struct pair *pair)
{
	client_shuts_down_unheard(pair);
	CHECK(shutdown(pair->server, SHUT_WR));
	state_await(pair->client, TCP_CLOSING);
}

/* The last acknowledgement of the server's FIN comes to nobody. */
static void last_ack_is_unheard(struct pair *pair)
{
	client_shuts_down(pair);
	deaf_make(pair->server);
	CHECK(shutdown(pair->server, SHUT_WR));
	state_await(pair->client, TCP_CLOSE);
}

static const struct situation {
	const char *name;
	void (*happens)(struct pair *pair);
	unsigned count;
	bool not_accepted;
	/* Where each end is then; SOCKET_STATES: nowhere. */
	enum socket_state states[2];
	unsigned orphans[2];
} situations[] = {
	{"established", nobody_closes, 2, false, {SOCKET_ESTABLISHED, SOCKET_ESTABLISHED}, {0, 0}},
	{"the client has shut down", client_shuts_down, 3, false,
		{SOCKET_CLOSE_WAIT_OWNED, SOCKET_FIN_WAIT_2_OWNED}, {0, 0}},
	{"the client has closed", client_closes, 4, false,
		{SOCKET_CLOSE_WAIT_OWNED, SOCKET_FIN_WAIT_2_ORPHANED}, {0, 4}},
	{"the server has shut down", server_shuts_down, 5, false,
		{SOCKET_FIN_WAIT_2_OWNED, SOCKET_CLOSE_WAIT_OWNED}, {0, 0}},
	{"an unheard FIN", client_shuts_down_unheard, 6, false,
		{SOCKET_ESTABLISHED, SOCKET_FIN_WAIT_1}, {0, 0}},
	{"an unheard FIN of a socket that is closed", client_closes_unheard, 7, false,
		{SOCKET_ESTABLISHED, SOCKET_FIN_WAIT_1}, {0, 7}},
	{"crossed FINs", fins_cross, 8, false, {SOCKET_FIN_WAIT_1, SOCKET_CLOSING}, {0, 0}},
	{"a last acknowledgement", last_ack_is_unheard, 9, false, {SOCKET_LAST_ACK, SOCKET_STATES},
		{0, 0}},
	/* Connections that stay in the listener's queue: later ones could not be accepted. */
	{"not accepted", nobody_closes, 10, true,
		{SOCKET_ESTABLISHED_UNACCEPTED, SOCKET_ESTABLISHED}, {0, 0}},
	{"not accepted, and the client has closed", client_closes, 11, true,
		{SOCKET_CLOSE_WAIT_UNACCEPTED, SOCKET_FIN_WAIT_2_ORPHANED}, {0, 11}},
};
#define SITUATIONS (sizeof(situations) / sizeof(situations[0]))
#define MADE 65

static struct pair made[MADE];
static uint64_t wanted[2][SOCKET_STATES];

static void all_make(void)
{
	size_t next = 0;
	for (size_t s = 0; s < SITUATIONS; s++)
		for (unsigned i = 0; i < situations[s].count; i++) {
			const struct situation *situation = &situations[s];
			struct pair *pair = &made[next++];
			*pair = situation->not_accepted ? pair_open() : pair_accept();
			situation->happens(pair);
			for (int end = SERVER; end <= CLIENT; end++)
				if (situation->states[end] < SOCKET_STATES)
					wanted[end][situation->states[end]]++;
			if (i > 0)
				continue;
			wanted[SERVER][SOCKET_ORPHANED] += situation->orphans[SERVER];
			wanted[CLIENT][SOCKET_ORPHANED] += situation->orphans[CLIENT];
		}
	assert_int_equal(next, MADE);
}

static void end_check(const char *end, const struct diag_census *seen, const uint64_t *counts)
{
	for (int s = 0; s < SOCKET_STATES; s++)
		if (seen->by_owner[s] != counts[s])
			fail_msg("%s: %llu %s, not %llu", end,
				(unsigned long long)seen->by_owner[s], socket_state_words[s],
				(unsigned long long)counts[s]);
}

static void each_state_has_its_count(void **state)
{
	struct census_ends ends;
	CHECK(census_take(census, &ends, &error));
	end_check("server", &ends.server.sockets, wanted[SERVER]);
	end_check("client", &ends.client.sockets, wanted[CLIENT]);
}

/* sockstat's tw is the kernel's own count of these. */
static void orphans_in_fin_wait_2_are_in_sockstats_tw(void **state)
{
	struct census_ends ends;
	CHECK(census_take(census, &ends, &error));
	const struct diag_census *client = &ends.client.sockets;
	assert_int_equal(
		client->states[TCP_TIME_WAIT] + client->fin_wait2_in_tw, ends.client.sockstat_low);
	assert_int_equal(ends.client.sockstat_low, ends.client.sockstat_high);
	/* One whose ACK comes while close(2) still has the socket is not counted (tcp_input.c). */
	assert_true(client->fin_wait2_in_tw > 0);
	assert_int_equal(ends.server.sockets.fin_wait2_in_tw, 0);
}

struct ss {
	const char *state;
	unsigned long count;
};

static int ss_ask(void *argument, struct error *reason)
{
	struct ss *ss = argument;
	char command[120], line[40] = "";
	snprintf(command, sizeof(command), "ss -Htan state %s | wc -l", ss->state);
	/* NOLINTNEXTLINE(cert-env33-c): the shell counts lines, and the text is ours. */
	FILE *pipe = popen(command, "re");
	if (!pipe || !fgets(line, sizeof(line), pipe))
		error_set(reason, STATUS_FAILED, "ss says nothing");
	ss->count = strtoul(line, NULL, 10);
	return !pipe || pclose(pipe) != 0 || !line[0] ? -1 : 0;
}

static void ss_agrees(void **state)
{
	static const struct {
		const char *state;
		enum socket_state sum[2];
	} rows[] = {
		{"established", {SOCKET_ESTABLISHED, SOCKET_ESTABLISHED_UNACCEPTED}},
		{"fin-wait-1", {SOCKET_FIN_WAIT_1, SOCKET_STATES}},
		{"fin-wait-2", {SOCKET_FIN_WAIT_2_OWNED, SOCKET_FIN_WAIT_2_ORPHANED}},
		{"close-wait", {SOCKET_CLOSE_WAIT_OWNED, SOCKET_CLOSE_WAIT_UNACCEPTED}},
		{"closing", {SOCKET_CLOSING, SOCKET_STATES}},
		{"last-ack", {SOCKET_LAST_ACK, SOCKET_STATES}},
	};
	/* NOLINTNEXTLINE(cert-env33-c): the shell looks for a program, and the text is ours. */
	if (system("command -v ss >/dev/null") != 0)
		skip();
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++)
		for (int end = SERVER; end <= CLIENT; end++) {
			struct ss ss = {.state = rows[r].state};
			uint64_t sum = 0;
			for (int i = 0; i < 2; i++)
				if (rows[r].sum[i] < SOCKET_STATES)
					sum += wanted[end][rows[r].sum[i]];
			CHECK(netns_run(end == SERVER ? network.server_netns : network.client_netns,
				ss_ask, &ss, &error));
			if (ss.count != sum)
				fail_msg("%s at the %s: ss has %lu, not %llu", ss.state,
					end ? "client" : "server", ss.count,
					(unsigned long long)sum);
		}
}

/* Of the server's sockets those that this test has, each by the inode of its descriptor. */
static void held_sockets_have_their_inodes(void **state)
{
	struct census_open open;
	uint64_t counts[SOCKET_STATES] = {0};
	CHECK(census_open(census, &open, &held, &error));
	for (size_t i = 0; i < held.count; i++) {
		counts[held.states[i]]++;
		size_t owner = 0;
		for (struct stat status; owner < MADE; owner++)
			if (made[owner].server != -1 && fstat(made[owner].server, &status) == 0 &&
				status.st_ino == held.inodes[i])
				break;
		assert_true(owner < MADE);
	}
	for (int s = 0; s < SOCKET_ORPHANED; s++)
		assert_int_equal(counts[s],
			s == SOCKET_ESTABLISHED_UNACCEPTED || s == SOCKET_CLOSE_WAIT_UNACCEPTED
				? 0
				: wanted[SERVER][s]);
}

/* Both ends of a connection are one; of a load to another port there are none. */
static void open_connections_are_counted_once(void **state)
{
	struct census_open open;
	CHECK(census_open(census, &open, &held, &error));
	assert_int_equal(open.connections, MADE);
	struct census *of_other = census_create(&other, CENSUS_SHARE, &error);
	assert_non_null(of_other);
	CHECK(census_open(of_other, &open, &held, &error));
	assert_int_equal(open.connections, 0);
	assert_int_equal(held.count, 0);
	assert_int_equal(open.server_close_wait_ms + open.client_close_wait_ms, 0);
	census_destroy(of_other);
}

/* What waits in CLOSE_WAIT gets older; there is a lower bound on its age, and one above: all that
 * this test has taken. */
static void the_oldest_fin_has_its_age(void **state)
{
	struct census_open first, open;
	uint64_t began_ns = clock_now_ns();
	CHECK(census_open(census, &first, &held, &error));
	pause_ms(PAUSE_MS);
	CHECK(census_open(census, &open, &held, &error));
	uint64_t passed_ms = (clock_now_ns() - began_ns) / NS_PER_MS;
	/* The kernel's milliseconds are jiffies, which may be 10 ms long. */
	assert_in_range(open.server_close_wait_ms - first.server_close_wait_ms, PAUSE_MS - 10,
		passed_ms + 10);
	assert_in_range(open.server_close_wait_ms, PAUSE_MS - 10,
		(clock_now_ns() - first_fin_ns) / NS_PER_MS + 10);
	assert_in_range(open.client_close_wait_ms - first.client_close_wait_ms, PAUSE_MS - 10,
		passed_ms + 10);
}

static int setup(void **state)
{
	struct address address = network.server_address;
	address_set_port(&address, PORT);
	CHECK(netns_run(network.server_netns, socket_make, &listener, &error));
	CHECK(bind(listener, address_sockaddr(&address), address.length));
	CHECK(listen(listener, 64));
	census = census_create(&flow, CENSUS_SHARE, &error);
	assert_non_null(census);
	all_make();
	return 0;
}

static int teardown(void **state)
{
	census_destroy(census);
	for (size_t i = 0; i < MADE; i++) {
		if (made[i].server != -1)
			close(made[i].server);
		if (made[i].client != -1)
			close(made[i].client);
	}
	close(listener);
	network_destroy(&network);
	return 0;
}

int main(void)
{
	int missing = namespaces_missing();
	if (missing)
		return missing;
	if (network_create(&network, &plain, &error) == -1)
		return 1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_state_has_its_count),
		cmocka_unit_test(orphans_in_fin_wait_2_are_in_sockstats_tw),
		cmocka_unit_test(ss_agrees),
		cmocka_unit_test(held_sockets_have_their_inodes),
		cmocka_unit_test(open_connections_are_counted_once),
		cmocka_unit_test(the_oldest_fin_has_its_age),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
