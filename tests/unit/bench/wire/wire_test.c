/* The wire between two namespaces, held against what arrives: bytes, delays, shares of loss, and
 * the conservation of frames. */
#include "bench/wire/wire.h"

#include "bench/network/netns.h"
#include "common/clock.h"
#include "tests/unit/bench/network/namespaces.h"
#include "tests/unit/bench/wire/line.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct stream {
	int fd;
	size_t bytes;
};

static uint8_t byte_at(size_t at)
{
	return (uint8_t)(at * 2654435761u >> 13);
}

static void *stream_send(void *argument)
{
	const struct stream *stream = argument;
	uint8_t chunk[8192];
	for (size_t sent = 0; sent < stream->bytes;) {
		for (size_t i = 0; i < sizeof(chunk); i++)
			chunk[i] = byte_at(sent + i);
		size_t left = stream->bytes - sent;
		ssize_t now = send(stream->fd, chunk, left < sizeof(chunk) ? left : sizeof(chunk),
			MSG_NOSIGNAL);
		if (now <= 0)
			break;
		sent += (size_t)now;
	}
	shutdown(stream->fd, SHUT_WR);
	return NULL;
}

/* Reads to the end of the stream; each byte is the one that was sent. `pause_us` between reads. */
static size_t stream_read(int fd, useconds_t pause_us)
{
	uint8_t chunk[65536];
	size_t got = 0;
	for (;;) {
		ssize_t now = recv(fd, chunk, sizeof(chunk), 0);
		if (now <= 0)
			return now == 0 ? got : 0;
		for (ssize_t i = 0; i < now; i++)
			assert_int_equal(chunk[i], byte_at(got + (size_t)i));
		got += (size_t)now;
		if (pause_us)
			usleep(pause_us);
	}
}

/* The receiver is slow: what it has not read lies in its queue for long, and is what was sent. */
static void a_stream_arrives_whole(void **state)
{
	struct line line;
	struct wire_report report;
	struct stream stream = {.bytes = 20 << 20};
	pthread_t sender;
	int pair[2];
	line_make(&line, (struct impairment){0});
	connect_pair(&line, pair);
	stream.fd = pair[1];
	assert_int_equal(pthread_create(&sender, NULL, stream_send, &stream), 0);
	assert_int_equal(stream_read(pair[0], 500), stream.bytes);
	pthread_join(sender, NULL);
	report = wire_look(line.wire);
	assert_books_balance(&report);
	assert_int_equal(relay_own_losses(report.counts), 0);
	assert_true(report.counts[RELAY_SERVER].bytes > stream.bytes);
	assert_true(report.counts[RELAY_SERVER].arrived >= stream.bytes / 1460);
	assert_int_equal(report.counts[RELAY_SERVER].waiting, 0);
	close(pair[0]);
	close(pair[1]);
	line_clear(&line);
}

static void nothing_passes_unless_it_is_relayed(void **state)
{
	struct line line = {.wire = NULL};
	struct error error = {0};
	assert_int_equal(network_create(&line.network, &wired, &error), 0);
	const struct address at = server_at(&line);
	const struct timeval soon = {.tv_usec = 200000};
	int server = served(&line, SOCK_DGRAM);
	int client = socket_in(&line, line.network.client_netns, SOCK_DGRAM);
	char byte;
	setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon));
	assert_int_equal(sendto(client, "x", 1, 0, address_sockaddr(&at), at.length), 1);
	assert_int_equal(recv(server, &byte, 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
	close(server);
	close(client);
	line_clear(&line);
}

/* The shortest of some round trips: what else the machine does makes them longer. */
static uint64_t round_trip_ns(const struct line *line)
{
	uint64_t shortest = UINT64_MAX;
	int pair[2];
	connect_pair(line, pair);
	for (int i = 0; i < 20; i++) {
		char byte = 0;
		uint64_t from_ns = clock_now_ns();
		assert_int_equal(write(pair[0], "x", 1), 1);
		assert_int_equal(read(pair[1], &byte, 1), 1);
		assert_int_equal(write(pair[1], "y", 1), 1);
		assert_int_equal(read(pair[0], &byte, 1), 1);
		uint64_t took_ns = clock_now_ns() - from_ns;
		if (took_ns < shortest)
			shortest = took_ns;
	}
	close(pair[0]);
	close(pair[1]);
	return shortest;
}

/* Packets that IP of the calling thread's namespace was given (RFC 4293, ipSystemStatsInReceives).
 */
static int ip_received_read(void *argument, struct error *error)
{
	char line[512];
	unsigned rows = 0;
	FILE *file = fopen("/proc/thread-self/net/snmp", "r");
	if (!file)
		return error_set_errno(error, STATUS_FAILED, "net/snmp");
	/* The first row has the names. */
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "Ip: %*u %*u %ju", (uintmax_t *)argument) == 1)
			rows++;
	fclose(file);
	return rows == 1 ? 0 : error_set(error, STATUS_FAILED, "net/snmp has no row of IP");
}

/* What the relay reads goes on to the middle's own IP, which is to drop it unread: to look for a
 * socket and a route costs a tenth of a frame's way. */
static void the_middle_has_no_use_for_frames(void **state)
{
	struct line line;
	uintmax_t in_the_middle = 1, at_the_server = 0;
	line_make(&line, (struct impairment){0});
	round_trip_ns(&line);
	assert_int_equal(
		netns_run(line.network.server_netns, ip_received_read, &at_the_server, NULL), 0);
	assert_int_equal(
		netns_run(line.network.middle_netns, ip_received_read, &in_the_middle, NULL), 0);
	assert_true(at_the_server > 20);
	assert_int_equal(in_the_middle, 0);
	line_clear(&line);
}

static void a_delay_is_waited_each_way(void **state)
{
	static const uint64_t delays_ns[] = {0, NS_PER_MS, 10 * NS_PER_MS};
	for (size_t i = 0; i < sizeof(delays_ns) / sizeof(delays_ns[0]); i++) {
		struct line line;
		line_make(&line, (struct impairment){.delay_ns = delays_ns[i]});
		uint64_t took_ns = round_trip_ns(&line);
		print_message("delay %.1f ms each way: round trip of %.3f ms\n",
			(double)delays_ns[i] / 1e6, (double)took_ns / 1e6);
		assert_true(took_ns >= 2 * delays_ns[i]);
		line_clear(&line);
	}
}

/* The thread stands still for so long while a frame waits for it. */
#define STILL_NS (20 * NS_PER_MS)
/* Both ways it is less than a SYN waits until it is sent again. */
#define LONG_DELAY_NS (300 * NS_PER_MS)

static bool still_stand(struct relay *relay, void *argument)
{
	clock_pause(STILL_NS);
	return true;
}

static bool byte_send(struct relay *relay, void *argument)
{
	return write(*(const int *)argument, "x", 1) == 1 && still_stand(relay, NULL);
}

/* Of the wire's connection, while its thread stands still behind a byte that came. */
static struct wire_report stillness_of(uint64_t delay_ns)
{
	struct line line;
	int pair[2];
	char byte;
	line_make(&line, (struct impairment){.delay_ns = delay_ns});
	connect_pair(&line, pair);
	const struct wire_report before = wire_look(line.wire);
	wire_call(line.wire, still_stand, NULL, UINT64_MAX);
	assert_int_equal(wire_look(line.wire).waited_ns, before.waited_ns);
	wire_call(line.wire, byte_send, &pair[0], UINT64_MAX);
	assert_int_equal(read(pair[1], &byte, 1), 1);
	struct wire_report report = wire_look(line.wire);
	report.waited_ns -= before.waited_ns;
	print_message("delay %.0f ms: waited for %.3f ms, lived for %.3f ms\n",
		(double)delay_ns / 1e6, (double)report.waited_ns / 1e6,
		(double)report.lived_ns / 1e6);
	assert_true(report.lived_ns >= report.waited_ns);
	close(pair[0]);
	close(pair[1]);
	line_clear(&line);
	return report;
}

/* A connection waits for the thread from a frame's arrival on, or from the end of its delay: not
 * before. One that has nothing to be carried does not wait, however long the thread stands still.
 */
static void a_connection_waits_for_the_thread(void **state)
{
	struct wire_report at_once = stillness_of(0), later = stillness_of(STILL_NS / 2),
			   much_later = stillness_of(LONG_DELAY_NS);
	/* Less the time in which a thread wakes up. */
	assert_true(at_once.waited_ns >= STILL_NS - NS_PER_MS);
	assert_true(later.waited_ns >= STILL_NS / 2 - NS_PER_MS);
	/* The SYN-ACK and the byte were delayed. */
	assert_true(much_later.lived_ns >= 2 * LONG_DELAY_NS);
	assert_true(much_later.waited_ns < LONG_DELAY_NS);
}

#define DATAGRAMS 5000

/* Datagrams, each behind the arrival of the last: nothing sends them again. */
static void frames_are_lost_in_their_share(void **state)
{
	struct line line;
	struct wire_report report;
	line_make(&line, (struct impairment){.loss = 0.02, .duplicate = 0.03});
	const struct address at = server_at(&line);
	int server = served(&line, SOCK_DGRAM);
	int client = socket_in(&line, line.network.client_netns, SOCK_DGRAM);
	uint64_t arrived = 0;
	uint32_t number, wanted;
	for (wanted = 0; wanted < DATAGRAMS; wanted++) {
		assert_int_equal(sendto(client, &wanted, sizeof(wanted), 0, address_sockaddr(&at),
					 at.length),
			sizeof(wanted));
		uint64_t give_up_ns = clock_now_ns() + GIVE_UP_S * NS_PER_S;
		do {
			report = wire_look(line.wire);
			assert_true(clock_now_ns() < give_up_ns);
		} while (report.counts[RELAY_CLIENT].arrived <= wanted);
		for (; arrived < report.counts[RELAY_CLIENT].sent; arrived++) {
			assert_int_equal(recv(server, &number, sizeof(number), 0), sizeof(number));
			assert_int_equal(number, wanted);
		}
	}
	const struct relay_counts *c = &report.counts[RELAY_CLIENT];
	assert_books_balance(&report);
	assert_int_equal(c->arrived, DATAGRAMS);
	assert_int_equal(c->waiting, 0);
	assert_int_equal(recv(server, &number, sizeof(number), MSG_DONTWAIT), -1);
	double spread = 4 * sqrt(DATAGRAMS * 0.02 * 0.98);
	assert_true(fabs((double)c->lost - DATAGRAMS * 0.02 * 0.97) <= spread);
	spread = 4 * sqrt(DATAGRAMS * 0.03 * 0.97);
	assert_true(fabs((double)c->duplicated - DATAGRAMS * 0.03 * 0.98) <= spread);
	assert_int_equal(relay_own_losses(report.counts), 0);
	close(server);
	close(client);
	line_clear(&line);
}

/* TCP mends what is lost, late and out of order. */
static void a_stream_survives_a_bad_wire(void **state)
{
	struct line line;
	struct wire_report report;
	struct stream stream = {.bytes = 2 << 20};
	pthread_t sender;
	int pair[2];
	line_make(&line, (struct impairment){.delay_ns = NS_PER_MS,
				 .jitter_ns = NS_PER_MS / 2,
				 .loss = 0.005,
				 .duplicate = 0.01,
				 .reorder = 0.01});
	connect_pair(&line, pair);
	stream.fd = pair[0];
	assert_int_equal(pthread_create(&sender, NULL, stream_send, &stream), 0);
	assert_int_equal(stream_read(pair[1], 0), stream.bytes);
	pthread_join(sender, NULL);
	report = wire_look(line.wire);
	assert_books_balance(&report);
	assert_int_equal(relay_own_losses(report.counts), 0);
	assert_true(report.counts[RELAY_CLIENT].lost > 0);
	close(pair[0]);
	close(pair[1]);
	line_clear(&line);
}

int main(void)
{
	int missing = namespaces_missing();
	if (missing)
		return missing;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_arrives_whole),
		cmocka_unit_test(the_middle_has_no_use_for_frames),
		cmocka_unit_test(nothing_passes_unless_it_is_relayed),
		cmocka_unit_test(a_delay_is_waited_each_way),
		cmocka_unit_test(a_connection_waits_for_the_thread),
		cmocka_unit_test(frames_are_lost_in_their_share),
		cmocka_unit_test(a_stream_survives_a_bad_wire),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
