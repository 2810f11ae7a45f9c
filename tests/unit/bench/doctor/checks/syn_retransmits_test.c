/* Handshakes that are not answered, and ones that look like it. */
#include "tests/unit/bench/doctor/found.h"
#include "tests/unit/bench/doctor/made_up_host.h"

#include <math.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct made_up_host made;

static const struct diagnosed *find(void)
{
	return found_find(&made.host, "syn-retransmits");
}

static struct doctor_group *begin(uint32_t waiting)
{
	made_up_host_init(&made);
	made.space.seconds = 10;
	struct doctor_group *group = made_up_host_groups(&made, TCP_SYN_SENT, waiting, 0);
	group->most_retries = 3;
	return group;
}

static const struct diagnosed *find_of(uint64_t again, uint64_t active, uint64_t passive)
{
	begin(0);
	made.space.added.syn_retrans = again;
	made.space.added.active_opens = active;
	made.space.added.passive_opens = passive;
	return find();
}

static void test_silent_destination(void **state)
{
	begin(16)->holder = (struct doctor_process){.pid = 9, .name = "cart"};
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_WARNING);
	found_has(found, "16 connections are not answered");
	found_has(found, "cart (pid 9): to 10.9.3.8:9200, up to 3 times");
	assert_true(found_number(found, "waiting") == 16);
	begin(4);
	found = find();
	assert_int_equal(found->level, LEVEL_NOTICE);
	assert_true(isnan(found_number(found, "pid")));
}

static void test_by_the_counter(void **state)
{
	const struct diagnosed *found = find_of(50, 900, 100);
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_WARNING);
	assert_string_equal(found->headline, "handshakes are sent again: 5/s");
	found_has(found, "beside 100/s connections");
	assert_int_equal(find_of(49, 900, 100)->level, LEVEL_NOTICE);
	/* None got through. */
	assert_int_equal(find_of(10, 0, 0)->level, LEVEL_WARNING);
}

/* Where the destination is known the counter says nothing more. */
static void test_told_once(void **state)
{
	find_of(50, 100, 0);
	made.groups[0].count = 20;
	found_has(find(), "not answered");
	assert_int_equal(found_count("syn-retransmits"), 1);
}

static void test_few_are_fine(void **state)
{
	begin(3);
	assert_null(find());
	assert_null(find_of(9, 100, 0));
	assert_null(find_of(10, 1000, 1));
}

/* Between the looks there were none; with one look nobody knows. */
static void test_of_old_is_fine(void **state)
{
	find_of(0, 100, 0);
	made.space.counters.syn_retrans = 100000;
	assert_null(find());
	find_of(500, 100, 0);
	made.space.seconds = 0;
	assert_null(find());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_silent_destination),
		cmocka_unit_test(test_by_the_counter),
		cmocka_unit_test(test_told_once),
		cmocka_unit_test(test_few_are_fine),
		cmocka_unit_test(test_of_old_is_fine),
	};
	return cmocka_run_group_tests(tests, NULL, found_finish);
}
