/* Who opens connections, by records that are made up: of processes that are gone, whose numbers no
 * process can have. */
#include "bench/doctor/openers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Beyond the most that pid_max can be (4,194,304). */
#define GONE 5000000

static struct openers *openers;
static struct doctor_host host;
static pid_t pids[] = {GONE + 900};
static uint64_t namespaces[] = {42};
static const struct process_list list = {.pids = pids, .namespaces = namespaces, .count = 1};

static int begin(void **state)
{
	(void)state;
	openers = openers_create(&list);
	host = (struct doctor_host){.cpu_ms = 0};
	return openers ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	free(host.openers);
	openers_destroy(openers);
	return 0;
}

static void add(enum connect_record_kind kind, uint32_t process, uint32_t parent, uint64_t space,
	const char *name)
{
	struct connect_record record = {.kind = kind,
		.process = process,
		.thread = process,
		.parent = parent,
		.space = space};
	snprintf(record.name, sizeof(record.name), "%s", name);
	openers_add(&record, openers);
}

static void call(uint32_t process, uint16_t port)
{
	const struct connect_record record = {
		.process = process, .thread = process, .destination.words = {7}, .port = port};
	openers_add(&record, openers);
}

static void take(uint64_t space)
{
	assert_int_equal(openers_take(openers, space, &host), 0);
}

/* A shell that is there all the time makes a process, which connects twice and ends. */
static void born(uint32_t process, uint64_t space, const char *name)
{
	add(CONNECT_RECORD_FORK, process, GONE + 900, 0, "");
	add(CONNECT_RECORD_SPACE, process, 0, space, "");
	add(CONNECT_RECORD_NAME, process, 0, 0, name);
}

static void test_gone(void **state)
{
	(void)state;
	born(GONE + 1, 43, "curl");
	call(GONE + 1, 80);
	call(GONE + 1, 80);
	/* It opens nothing. */
	born(GONE + 2, 43, "sleep");
	take(0);
	assert_int_equal(host.opener_count, 1);
	assert_string_equal(host.openers[0].process.name, "curl");
	assert_int_equal(host.openers[0].process.pid, GONE + 1);
	assert_int_equal(host.openers[0].opened, 2);
	assert_int_equal(host.openers[0].processes, 1);
	assert_int_equal(host.openers[0].space, 43);
}

/* A process has the number of one that has ended, and is elsewhere. */
static void test_same_number(void **state)
{
	(void)state;
	born(GONE + 1, 43, "curl");
	call(GONE + 1, 80);
	add(CONNECT_RECORD_FORK, GONE + 1, 0, 0, "");
	add(CONNECT_RECORD_SPACE, GONE + 1, 0, 44, "");
	call(GONE + 1, 80);
	/* It moves on. */
	add(CONNECT_RECORD_SPACE, GONE + 1, 0, 45, "");
	call(GONE + 1, 80);
	take(0);
	assert_int_equal(host.opener_count, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(host.openers[i].process.name,
			host.openers[i].space == 43 ? "curl" : "a process that is gone");
}

/* It may have moved on, or may be another, since. */
static void test_records_lost(void **state)
{
	(void)state;
	const struct connect_record lost = {.kind = CONNECT_RECORD_LOST, .lost = 3};
	born(GONE + 1, 43, "curl");
	call(GONE + 1, 80);
	openers_add(&lost, openers);
	call(GONE + 1, 80);
	openers_add(&lost, openers);
	take(0);
	assert_int_equal(host.records_lost, 6);
	assert_int_equal(host.openers_left_out, 0);
	assert_int_equal(host.opener_count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(host.openers[i].process.name,
			host.openers[i].space == 43 ? "curl" : "a process that is gone");
	assert_int_equal(host.openers[0].space + host.openers[1].space, 43);
}

/* Programs of one name are one, but not in two namespaces or to two places. */
static void test_together(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		born(GONE + i, i < 4 ? 43 : 44, i < 3 ? "curl" : "wget");
		call(GONE + i, 80);
	}
	call(GONE + 1, 80);
	call(GONE + 1, 81);
	take(0);
	assert_int_equal(host.opener_count, 4);
	assert_string_equal(host.openers[0].process.name, "curl");
	assert_int_equal(host.openers[0].processes, 3);
	assert_int_equal(host.openers[0].opened, 4);
	/* The one that has opened the most. */
	assert_int_equal(host.openers[0].process.pid, GONE + 1);

	struct doctor_namespace space = {.inode = 43};
	struct doctor_pair pair = {.destination.words = {7}, .port = 80};
	uint32_t all;
	assert_ptr_equal(doctor_opener_of(&host, &space, &pair, &all), &host.openers[0]);
	assert_int_equal(all, 5);
	pair.source.words[0] = 1;
	assert_null(doctor_opener_of(&host, &space, &pair, &all));
	pair.source.words[0] = 0;
	space.inode = 45;
	assert_null(doctor_opener_of(&host, &space, &pair, &all));
}

static void test_of_one_namespace(void **state)
{
	(void)state;
	born(GONE + 1, 43, "curl");
	born(GONE + 2, 44, "curl");
	call(GONE + 1, 80);
	call(GONE + 2, 80);
	take(44);
	assert_int_equal(host.opener_count, 1);
	assert_int_equal(host.openers[0].process.pid, GONE + 2);
}

/* What is there is looked at; what was there before has its namespace by the list. */
static void test_that_are_there(void **state)
{
	(void)state;
	add(CONNECT_RECORD_NAME, (uint32_t)getpid(), 0, 0, "another");
	call((uint32_t)getpid(), 80);
	call(GONE + 900, 81);
	take(0);
	assert_int_equal(host.opener_count, 2);
	for (size_t i = 0; i < 2; i++) {
		bool is_own = host.openers[i].process.pid == getpid();
		assert_string_equal(host.openers[i].process.name,
			is_own ? process_describe(getpid()).name : "a process that is gone");
		assert_true(is_own || host.openers[i].space == 42);
	}
}

/* More processes than are remembered: each call is counted. */
static void test_many(void **state)
{
	(void)state;
	uint32_t all = 0;
	for (uint32_t i = 0; i < 20000; i++) {
		born(GONE + i, 43, "curl");
		call(GONE + i, 80);
	}
	take(0);
	for (size_t i = 0; i < host.opener_count; i++)
		all += host.openers[i].opened;
	assert_int_equal(all + host.openers_left_out, 20000);
	assert_true(all >= 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_gone, begin, end),
		cmocka_unit_test_setup_teardown(test_same_number, begin, end),
		cmocka_unit_test_setup_teardown(test_records_lost, begin, end),
		cmocka_unit_test_setup_teardown(test_together, begin, end),
		cmocka_unit_test_setup_teardown(test_of_one_namespace, begin, end),
		cmocka_unit_test_setup_teardown(test_that_are_there, begin, end),
		cmocka_unit_test_setup_teardown(test_many, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
