/* Programs that do not close, and programs that look like it. */
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
	return found_find(&made.host, "close-wait-leak");
}

static struct doctor_group *begin(uint32_t count, double oldest_s)
{
	made_up_host_init(&made);
	struct doctor_group *group = made_up_host_groups(&made, TCP_CLOSE_WAIT, count, oldest_s);
	group->holder = (struct doctor_process){
		.pid = 2290, .name = "java", .unit = "billing.service", .nofile = 4096};
	return group;
}

static void test_leak(void **state)
{
	begin(1412, 18720);
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_WARNING);
	assert_string_equal(found->headline, "CLOSE_WAIT: 1,412 connections are not closed");
	found_has(found, "java (pid 2290, billing.service): 1,412 to 10.9.3.8:9200, oldest 5 h 12 "
			 "min, +4.5/min on average");
	/* (4096 - 1412) / 1412 x 18720 s */
	found_has(found,
		"it may have 4,096 descriptors (nofile): at this rate none is left in 9 h 53 "
		"min");
	found_has(found, "that program does not close()");
	assert_true(fabs(found_number(found, "full_in_s") - 35584) < 1);
	assert_true(found_number(found, "pid") == 2290);
	assert_int_equal(found_count("close-wait-leak"), 1);
}

static void test_descriptors_end_soon(void **state)
{
	begin(3800, 3600);
	assert_int_equal(find()->level, LEVEL_CRITICAL);
	/* Few, but a minute is enough for the others. */
	begin(3600, 60);
	assert_int_equal(find()->level, LEVEL_CRITICAL);
	begin(4096, 1e6);
	const struct diagnosed *found = find();
	assert_int_equal(found->level, LEVEL_CRITICAL);
	found_has(found, "these are all 4,096 descriptors");
	assert_true(found_number(found, "full_in_s") == 0);
}

/* A pool whose server began anew: all came at once, and nothing says that more will. */
static void test_at_once(void **state)
{
	begin(1200, 113)->youngest_ms = 98000;
	const struct diagnosed *found = find();
	assert_int_equal(found->level, LEVEL_WARNING);
	found_has(found, "1,200 to 10.9.3.8:9200, oldest 113 s, youngest 98 s: all at one time");
	found_lacks(found, "on average");
	found_lacks(found, "at this rate");
	assert_true(isnan(found_number(found, "grown_per_s")));
	assert_true(isnan(found_number(found, "full_in_s")));
	/* They are nearly all descriptors whenever they came. */
	begin(3800, 113)->youngest_ms = 98000;
	assert_int_equal(find()->level, LEVEL_CRITICAL);
	/* At two times, a minute apart. */
	begin(1200, 113)->youngest_ms = 53000;
	assert_int_equal(find()->level, LEVEL_CRITICAL);
	found_has(find(), "+637/min on average");
}

static void test_grown_between_looks(void **state)
{
	struct doctor_group *group = begin(120, 1200);
	group->count_before = 118;
	made.space.seconds = 10;
	found_has(find(), "+6/min on average, +2 in the last 10 s");
}

static void test_holder_unknown(void **state)
{
	begin(70, 100)->holder = (struct doctor_process){.pid = 0};
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_WARNING);
	found_has(found, "a process that is not seen: 70 to 10.9.3.8:9200");
	assert_true(isnan(found_number(found, "full_in_s")));
	assert_true(isnan(found_number(found, "pid")));
	found_lacks(found, "descriptors");
}

static void test_few_and_old_are_a_notice(void **state)
{
	begin(8, 7200);
	assert_int_equal(find()->level, LEVEL_NOTICE);
}

static void test_accepted_and_of_many_places(void **state)
{
	begin(20, 100)->is_accepted = true;
	found_has(find(), "20 accepted at 10.9.3.8:9200");
	begin(20, 100)->is_rest = true;
	found_has(find(), "20 at many places");
}

/* Clients gave up while they waited: another cause, with another cure. */
static void test_never_accepted(void **state)
{
	struct doctor_group *group = begin(100, 90);
	group->is_accepted = true;
	group->not_accepted = 98;
	group->holder.pid = 0;
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_WARNING);
	found_has(found, "98 connections were closed by their clients before they were accepted");
	found_has(found, "does not call accept()");
	found_lacks(found, "does not close()");
}

/* A server's clients shut down after their requests: it answers, then closes. */
static void test_busy_server_is_fine(void **state)
{
	begin(3000, 0.8)->is_accepted = true;
	assert_null(find());
}

/* A pool sees that a connection was closed when it takes that the next time. */
static void test_pool_is_fine(void **state)
{
	begin(7, 86400);
	assert_null(find());
}

static void test_other_states_are_fine(void **state)
{
	begin(1412, 18720)->state = TCP_FIN_WAIT2;
	assert_null(find());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leak),
		cmocka_unit_test(test_descriptors_end_soon),
		cmocka_unit_test(test_at_once),
		cmocka_unit_test(test_grown_between_looks),
		cmocka_unit_test(test_holder_unknown),
		cmocka_unit_test(test_few_and_old_are_a_notice),
		cmocka_unit_test(test_accepted_and_of_many_places),
		cmocka_unit_test(test_never_accepted),
		cmocka_unit_test(test_busy_server_is_fine),
		cmocka_unit_test(test_pool_is_fine),
		cmocka_unit_test(test_other_states_are_fine),
	};
	return cmocka_run_group_tests(tests, NULL, found_finish);
}
