/* The cap of TIME_WAITs, reached or not. */
#include "tests/unit/bench/doctor/found.h"
#include "tests/unit/bench/doctor/made_up_host.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct made_up_host made;

static const struct diagnosed *find(void)
{
	return found_find(&made.host, "tw-cap");
}

static void begin(uint64_t held, uint64_t skipped, uint64_t made_more, uint64_t skipped_more)
{
	made_up_host_init(&made);
	made.space.seconds = 10;
	made.space.settings.max_tw_buckets = 1000;
	made.space.counters.gauge_tw = held;
	made.space.counters.tw_overflow = skipped;
	made.space.added.tw = made_more;
	made.space.added.tw_overflow = skipped_more;
}

static void test_at_the_cap(void **state)
{
	begin(1000, 7000, 150, 350);
	made.space.fin_wait2_orphans = 20;
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_WARNING);
	assert_string_equal(found->headline, "TIME_WAITs are at their cap: 35/s skipped");
	found_has(
		found, "1,000 of 1,000 (tcp_max_tw_buckets), 20 of them FIN_WAIT_2; 7,000 skipped");
	/* 50/s x 62.048 s */
	found_has(found, "tcp_max_tw_buckets=3,103 holds the 50/s of now");
	assert_true(found_number(found, "skipped_per_s") == 35);
	assert_true(found_number(found, "cap") == 1000);
}

static void test_near_the_cap(void **state)
{
	begin(900, 0, 10, 0);
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_WARNING);
	found_has(found, "near their cap");
	found_has(found, "256 to 512 bytes");
}

static void test_has_been_at_the_cap(void **state)
{
	begin(10, 4, 10, 0);
	made.space.seconds = 0;
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_NOTICE);
	assert_true(isnan(found_number(found, "skipped_per_s")));
}

static void test_below_is_fine(void **state)
{
	begin(899, 0, 5000, 0);
	assert_null(find());
}

/* 100,000 of them, under the default cap of this machine. */
static void test_many_are_fine(void **state)
{
	begin(100000, 0, 16000, 0);
	made.space.settings.max_tw_buckets = 131072;
	assert_null(find());
}

static void test_unknown_cap(void **state)
{
	begin(5000, 0, 0, 0);
	made.space.settings.max_tw_buckets = -1;
	assert_null(find());
	/* The kernel has counted those that it skipped. */
	begin(1000, 7000, 150, 350);
	made.space.settings.max_tw_buckets = -1;
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_string_equal(found->headline, "TIME_WAITs are at their cap: 35/s skipped");
	found_has(found, "1,000 of an unknown number (tcp_max_tw_buckets)");
	found_has(found, "raise net.ipv4.tcp_max_tw_buckets");
	assert_true(isnan(found_number(found, "cap")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_at_the_cap),
		cmocka_unit_test(test_near_the_cap),
		cmocka_unit_test(test_has_been_at_the_cap),
		cmocka_unit_test(test_below_is_fine),
		cmocka_unit_test(test_many_are_fine),
		cmocka_unit_test(test_unknown_cap),
	};
	return cmocka_run_group_tests(tests, NULL, found_finish);
}
