/* A wire at full load for long: each frame that an end's kernel sent reaches the other one, by the
 * counters of both kernels. For two seconds, or as many as WIRE_LOAD_S says. */
#include "bench/network/netns.h"
#include "bench/wire/wire.h"
#include "common/clock.h"
#include "tests/unit/bench/network/namespaces.h"
#include "tests/unit/bench/wire/line.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* Two each way. What they can have on their way at most (tcp_rmem: 6 MB each, 2,730 frames) has
 * room in the relay's ring. */
#define STREAMS 4

struct load {
	const struct line *line;
	int listener;
	uint64_t connections;
};

static atomic_bool is_over;

/* Client, server. */
static void load_connect(const struct load *load, int pair[2])
{
	const struct address at = server_at(load->line);
	pair[0] = socket_in(load->line, load->line->network.client_netns, SOCK_STREAM);
	assert_int_equal(connect(pair[0], address_sockaddr(&at), at.length), 0);
	pair[1] = accept(load->listener, NULL, NULL);
	assert_int_not_equal(pair[1], -1);
}

static void *stream_send(void *argument)
{
	static const char chunk[65536];
	int fd = *(const int *)argument;
	while (!atomic_load(&is_over))
		if (send(fd, chunk, sizeof(chunk), MSG_NOSIGNAL) == -1)
			break;
	shutdown(fd, SHUT_WR);
	return NULL;
}

static void *stream_read(void *argument)
{
	char chunk[65536];
	int fd = *(const int *)argument;
	while (recv(fd, chunk, sizeof(chunk), 0) > 0)
		;
	return NULL;
}

/* Connections that carry nothing: small frames beside the large ones. */
static void *connections_make(void *argument)
{
	struct load *load = argument;
	const struct linger reset = {1, 0};
	for (; !atomic_load(&is_over); load->connections++) {
		int pair[2];
		load_connect(load, pair);
		shutdown(pair[1], SHUT_WR);
		stream_read(&pair[0]);
		/* Ports are not to run out. */
		setsockopt(pair[0], SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(pair[0]);
		close(pair[1]);
	}
	return NULL;
}

struct link_frames {
	uint64_t sent, got;
};

/* Of all links of a namespace but its loopback. */
static int link_frames_read(void *argument, struct error *error)
{
	struct link_frames *frames = argument;
	char line[512], name[32];
	uint64_t got, sent;
	FILE *file = fopen("/proc/thread-self/net/dev", "r");
	if (!file)
		return error_set_errno(error, STATUS_FAILED, "net/dev");
	*frames = (struct link_frames){0};
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, " %31[^:]: %*u %ju %*u %*u %*u %*u %*u %*u %*u %ju", name, &got,
			    &sent) == 3 &&
			strcmp(name, "lo") != 0) {
			frames->got += got;
			frames->sent += sent;
		}
	fclose(file);
	return 0;
}

static struct link_frames link_frames_of(int netns)
{
	struct link_frames frames;
	assert_int_equal(netns_run(netns, link_frames_read, &frames, NULL), 0);
	return frames;
}

/* Whether each end's kernel has sent what arrived here, and got what was sent here. */
static bool is_conserved(const struct line *line, struct wire_report *report)
{
	const int netns[RELAY_ENDS] = {
		[RELAY_SERVER] = line->network.server_netns,
		[RELAY_CLIENT] = line->network.client_netns,
	};
	bool conserved = true;
	*report = wire_look(line->wire);
	for (unsigned end = 0; end < RELAY_ENDS; end++) {
		struct link_frames frames = link_frames_of(netns[end]);
		conserved &= frames.sent == report->counts[end].arrived &&
			     frames.got == report->counts[!end].sent;
	}
	return conserved;
}

static unsigned seconds_wanted(void)
{
	const char *text = getenv("WIRE_LOAD_S");
	return text ? (unsigned)strtoul(text, NULL, 10) : 2;
}

static uint64_t load_play(const struct line *line, unsigned seconds)
{
	int pairs[STREAMS][2];
	pthread_t senders[STREAMS], readers[STREAMS], connector;
	struct load load = {.line = line, .listener = served(line, SOCK_STREAM)};
	assert_int_equal(listen(load.listener, 16), 0);
	atomic_store(&is_over, false);
	for (unsigned i = 0; i < STREAMS; i++) {
		load_connect(&load, pairs[i]);
		pthread_create(&readers[i], NULL, stream_read, &pairs[i][i % 2]);
		pthread_create(&senders[i], NULL, stream_send, &pairs[i][!(i % 2)]);
	}
	pthread_create(&connector, NULL, connections_make, &load);
	sleep(seconds);
	atomic_store(&is_over, true);
	for (unsigned i = 0; i < STREAMS; i++) {
		pthread_join(senders[i], NULL);
		pthread_join(readers[i], NULL);
		close(pairs[i][0]);
		close(pairs[i][1]);
	}
	pthread_join(connector, NULL);
	close(load.listener);
	return load.connections;
}

static void frames_are_conserved_at_full_load(void **state)
{
	struct line line = {.wire = NULL};
	struct error error = {0};
	struct wire_report report;
	const struct wire_spec plain = {.keeps_record = false};
	assert_int_equal(network_create(&line.network, &wired, &error), 0);
	line.wire = wire_create(&line.network, &plain, &error);
	assert_non_null(line.wire);
	uint64_t from_ns = clock_now_ns();
	uint64_t connections = load_play(&line, seconds_wanted());
	double seconds = (double)(clock_now_ns() - from_ns) / 1e9;
	uint64_t give_up_ns = clock_now_ns() + GIVE_UP_S * NS_PER_S;
	while (!is_conserved(&line, &report) && clock_now_ns() < give_up_ns)
		usleep(1000);

	uint64_t frames = report.counts[RELAY_SERVER].sent + report.counts[RELAY_CLIENT].sent,
		 bytes = report.counts[RELAY_SERVER].bytes + report.counts[RELAY_CLIENT].bytes,
		 lost = relay_own_losses(report.counts);
	printf("wire: %.0f s, %ju frames (%.0f/s, %.2f Gbit/s), %ju connections, thread busy "
	       "%.0f%%; lost %ju\n",
		seconds, (uintmax_t)frames, (double)frames / seconds,
		(double)bytes * 8 / 1e9 / seconds, (uintmax_t)connections,
		100 * (double)report.cpu_ns / (double)report.ran_ns, (uintmax_t)lost);
	assert_books_balance(&report);
	assert_int_equal(lost, 0);
	assert_true(is_conserved(&line, &report));
	assert_true(frames > 1000 && connections > 0);
	line_clear(&line);
}

int main(void)
{
	int missing = namespaces_missing();
	if (missing)
		return missing;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_conserved_at_full_load),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
