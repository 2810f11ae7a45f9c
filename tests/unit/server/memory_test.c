/* What a connection costs in user memory, all of it: the program's, libevent's, and what the
 * allocator rounds up; as jemalloc counts. Skips where another allocator is in its place. */
#include "server/memory.h"
#include "strategies/core/registry.h"

#include "tests/unit/server/still_worker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define GET "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
#define GET_CLOSE "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
#define CONNECTIONS_MAX 4000
/* Both ends of a connection are ours. */
#define OTHER_FDS 100
#define IDLE_BYTES 4096
#define LINGERING_BYTES 512

/* A function of jemalloc, where the test is linked with it. */
extern int mallctl(const char *name, void *old, size_t *old_size, void *new, size_t new_size)
	__attribute__((weak));

#define UNREAD_CLIENTS 16
/* docs/bounds.md. The least that was seen is above half of it: the test does fill both buffers. */
#define UNREAD_MOST (224 << 10)
#define UNREAD_LEAST (64 << 10)

static int clients[CONNECTIONS_MAX];

static size_t connections_most(void)
{
	struct rlimit limit;
	getrlimit(RLIMIT_NOFILE, &limit);
	size_t most = (size_t)(limit.rlim_max - OTHER_FDS) / 2;
	return most < CONNECTIONS_MAX ? most : CONNECTIONS_MAX;
}

/* jemalloc counts what its thread cache holds as allocated (jemalloc(3), "stats.allocated"), which
 * is nothing of a connection's: half a megabyte on arm64, where Debian builds it for pages of 64
 * KiB, so that 4000 connections seemed to cost 572 bytes each, and 416 without it, as on x86-64. */
static uint64_t allocated_bytes(void)
{
	struct memory memory;
	assert_int_equal(mallctl("thread.tcache.flush", NULL, NULL, NULL, 0), 0);
	assert_int_equal(memory_read(&memory), 0);
	return memory.allocated_bytes;
}

static double bytes_each(uint64_t before, size_t count)
{
	return ((double)allocated_bytes() - (double)before) / (double)count;
}

static void clients_say(struct still_worker *s, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++) {
		client_say(clients[i], text);
		if (i % 32 == 31)
			still_turn(s);
	}
	still_turn(s);
}

static void test_a_connection_costs_little(void **state)
{
	struct still_worker s;
	size_t count = connections_most();
	const char *const arguments[] = {
		"--requests-per-connection", "1M", "--max-lingering", "10k", NULL};
	still_start(&s, registry_strategies[0], arguments);
	struct connection_list *list = &s.worker->connections;
	uint64_t before = allocated_bytes();
	for (size_t i = 0; i < count; i++)
		clients[i] = client_open(&s, GET, 0);
	assert_int_equal(s.worker->metrics.counts.states[EXECUTOR_OPEN], count);
	double idle = bytes_each(before, count);
	clients_say(&s, count, GET_CLOSE);
	/* The second look has been taken, and each is registered with the loop. */
	still_pass(&s, TD_SECONDS(1), NULL, -1);
	assert_int_equal(list->lingering_count, count);
	for (const struct connection *c = list->lingering.first; c; c = c->next)
		assert_int_equal(c->interest, EV_READ);
	double lingering = bytes_each(before, count);
	printf("%zu connections: %.0f bytes for an idle one, %.0f for one that lingers\n", count,
		idle, lingering);
	fflush(stdout);
	assert_true(idle > sizeof(struct connection) && idle <= IDLE_BYTES);
	assert_true(lingering > sizeof(struct connection) && lingering <= LINGERING_BYTES);
	for (size_t i = 0; i < count; i++)
		close(clients[i]);
	still_stop(&s);
	/* What libevent keeps for a descriptor's number is released with its loop. */
	assert_true(allocated_bytes() <= before);
}

/* Sends what the worker and the kernel take, and no more. */
static void client_say_all(struct still_worker *s, int client, const char *text, size_t length)
{
	for (unsigned idle = 0; idle < 3; idle++) {
		while (send(client, text, length, MSG_DONTWAIT | MSG_NOSIGNAL) > 0)
			idle = 0;
		still_turn(s);
	}
}

/* Requests of one size, over and over, of clients that read nothing. The pipelined requests are
 * responded to by turns that may end anywhere in both buffers. */
static double unread_bytes_each(unsigned response_bytes)
{
	static char text[1 << 18];
	struct still_worker s;
	char request[64];
	const char *const arguments[] = {"--requests-per-connection", "1G", "--pipeline", "1M",
		"--send-buffer", "16384", NULL};
	int length = snprintf(request, sizeof(request), "GET /bytes/%u HTTP/1.1\r\nHost: x\r\n\r\n",
		response_bytes);
	size_t filled = 0;
	while (filled + (size_t)length <= sizeof(text)) {
		memcpy(text + filled, request, (size_t)length);
		filled += (size_t)length;
	}
	still_start(&s, registry_strategies[0], arguments);
	for (size_t i = 0; i < UNREAD_CLIENTS; i++)
		clients[i] = client_open(&s, GET, 4096);
	uint64_t before = allocated_bytes();
	for (size_t i = 0; i < UNREAD_CLIENTS; i++)
		client_say_all(&s, clients[i], text, filled);
	double each = bytes_each(before, UNREAD_CLIENTS);
	for (size_t i = 0; i < UNREAD_CLIENTS; i++)
		close(clients[i]);
	still_stop(&s);
	return each;
}

/* What the socket does not take is copied to the connection: of each of the worker's two buffers
 * once, whatever the client asks for. */
static void test_a_client_that_does_not_read_costs_two_buffers(void **state)
{
	double most = 0;
	for (unsigned bytes = 0; bytes <= 16384; bytes = bytes ? 2 * bytes : 64) {
		double each = unread_bytes_each(bytes);
		most = each > most ? each : most;
	}
	printf("a client that does not read: up to %.0f bytes\n", most);
	fflush(stdout);
	assert_true(most > UNREAD_LEAST && most <= UNREAD_MOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_connection_costs_little),
		cmocka_unit_test(test_a_client_that_does_not_read_costs_two_buffers),
	};
	struct memory memory;
	if (memory_read(&memory) == -1) {
		printf("skipped: the allocator is not jemalloc\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
