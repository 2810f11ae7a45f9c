/* Orphaned sockets near their limit, or far from it. */
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
	return found_find(&made.host, "orphans");
}

static const struct diagnosed *find_of(uint64_t orphans, int64_t limit)
{
	made_up_host_init(&made);
	made.space.counters.gauge_orphans = orphans;
	made.space.settings.max_orphans = limit;
	return find();
}

static void test_levels(void **state)
{
	const struct diagnosed *found = find_of(250, 1000);
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_WARNING);
	assert_string_equal(found->headline, "orphaned sockets: 250 of 1,000 (tcp_max_orphans)");
	assert_true(found_number(found, "orphans") == 250);
	assert_int_equal(find_of(899, 1000)->level, LEVEL_WARNING);
	assert_int_equal(find_of(900, 1000)->level, LEVEL_CRITICAL);
}

static void test_where(void **state)
{
	find_of(300, 1000);
	made.space.orphans = 280;
	found_has(find(), "280 of them in host");
}

static void test_few_are_fine(void **state)
{
	assert_null(find_of(249, 1000));
	/* As many as above, of a host's usual limit. */
	assert_null(find_of(30000, 131072));
}

/* A container has the host's gauge, and no limit to hold it against. */
static void test_no_limit_is_known(void **state)
{
	assert_null(find_of(30000, -1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_where),
		cmocka_unit_test(test_few_are_fine),
		cmocka_unit_test(test_no_limit_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, found_finish);
}
