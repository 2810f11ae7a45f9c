/* What a connection costs in user memory, all of it: the program's, libevent's, and what the
 * allocator rounds up; as jemalloc counts. Skips where another allocator is in its place. */
#include "server/memory.h"
#include "strategies/core/registry.h"

#include "tests/unit/server/still_worker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_connection_costs_little)};
	struct memory memory;
	if (memory_read(&memory) == -1) {
		printf("skipped: the allocator is not jemalloc\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
