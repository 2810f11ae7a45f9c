/* Connections that the other end does not close, and ones that look like it. */
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
	return found_find(&made.host, "fin-wait-2-pile");
}

/* `orphans` of the sockets have no process. */
static struct doctor_group *begin(uint32_t count, double oldest_s, uint32_t orphans)
{
	made_up_host_init(&made);
	struct doctor_group *group = made_up_host_groups(&made, TCP_FIN_WAIT2, count, oldest_s);
	group->orphans = orphans;
	group->holder = (struct doctor_process){.pid = 77, .name = "relay", .nofile = 1024};
	made.space.fin_wait2_orphans = orphans;
	return group;
}

static void test_held(void **state)
{
	begin(340, 600, 40);
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_WARNING);
	assert_string_equal(
		found->headline, "FIN_WAIT_2: 300 connections are shut down and not closed");
	found_has(found, "relay (pid 77): 300 to 10.9.3.8:9200, oldest 10 min, +30/min on average");
	found_has(found, "shutdown()");
	assert_true(found_number(found, "held") == 300);
	assert_int_equal(found_count("fin-wait-2-pile"), 1);
}

/* Orphans come and go: what a program holds has not grown by them. */
static void test_grown_between_looks(void **state)
{
	struct doctor_group *group = begin(340, 600, 40);
	made.space.seconds = 10;
	group->count_before = 310;
	group->orphans_before = 10;
	found_lacks(find(), "in the last");
	group->orphans_before = 13;
	found_has(find(), "+3 in the last 10 s");
	/* As many in all. */
	group->count_before = 340;
	group->orphans_before = 45;
	found_has(find(), "+5 in the last 10 s");
}

static void test_orphans(void **state)
{
	begin(1200, 0, 1200);
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_NOTICE);
	found_has(found, "FIN_WAIT_2: 1,200 connections wait for the other end's close");
	found_has(found, "1,200 of them to 10.9.3.8:9200");
	found_has(found, "each lasts 60 s (tcp_fin_timeout) and counts under tcp_max_tw_buckets "
			 "(131,072)");
	assert_true(found_number(found, "orphans") == 1200);
}

static void test_orphans_fill_the_cap(void **state)
{
	begin(60, 0, 60);
	made.space.settings.max_tw_buckets = 100;
	assert_int_equal(find()->level, LEVEL_WARNING);
	made.space.settings.max_tw_buckets = 500;
	assert_int_equal(find()->level, LEVEL_NOTICE);
}

/* The place with the most is named, not the first. */
static void test_most(void **state)
{
	begin(400, 0, 400);
	struct doctor_group *more = made_up_host_groups(&made, TCP_FIN_WAIT2, 700, 0);
	more->orphans = 700;
	more->place.port = 9300;
	made.space.fin_wait2_orphans = 1100;
	found_has(find(), "700 of them to 10.9.3.8:9300");
}

/* Servers that drain wait for the client's close, with a deadline. */
static void test_draining_is_fine(void **state)
{
	begin(2000, 29, 0);
	assert_null(find());
}

/* Few of many that a cap allows: they go by themselves. */
static void test_few_orphans_are_fine(void **state)
{
	begin(300, 0, 300);
	assert_null(find());
	made.space.settings.max_tw_buckets = -1;
	assert_null(find());
}

static void test_close_wait_is_another(void **state)
{
	begin(340, 600, 0)->state = TCP_CLOSE_WAIT;
	assert_null(find());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_grown_between_looks),
		cmocka_unit_test(test_orphans),
		cmocka_unit_test(test_orphans_fill_the_cap),
		cmocka_unit_test(test_most),
		cmocka_unit_test(test_draining_is_fine),
		cmocka_unit_test(test_few_orphans_are_fine),
		cmocka_unit_test(test_close_wait_is_another),
	};
	return cmocka_run_group_tests(tests, NULL, found_finish);
}
