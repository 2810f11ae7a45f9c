/* Memory of TCP near its limits, or far from them. */
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
	return found_find(&made.host, "tcp-memory");
}

static const struct diagnosed *find_of(uint64_t pages, uint64_t aborted)
{
	made_up_host_init(&made);
	made.space.seconds = 10;
	made.space.counters.gauge_memory_pages = pages;
	made.space.added.abort_on_memory = aborted;
	made.space.settings.memory_pressure_pages = 2000;
	made.space.settings.memory_most_pages = 3000;
	return find();
}

static void test_levels(void **state)
{
	const struct diagnosed *found = find_of(2000, 0);
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_WARNING);
	assert_string_equal(found->headline, "TCP is under memory pressure");
	assert_true(found_number(found, "pages") == 2000);
	found = find_of(3000, 0);
	assert_int_equal(found->level, LEVEL_CRITICAL);
	assert_string_equal(found->headline, "TCP has all the memory that it may have");
	found = find_of(3000, 50);
	assert_int_equal(found->level, LEVEL_CRITICAL);
	assert_string_equal(found->headline, "connections are reset for lack of memory: 5/s");
}

static void test_below_pressure_is_fine(void **state)
{
	assert_null(find_of(1999, 0));
}

/* The kernel counts the reset of one orphan too many as TCPAbortOnMemory, too. */
static void test_too_many_orphans_are_another(void **state)
{
	assert_null(find_of(10, 50));
	const struct diagnosed *found = find_of(2500, 50);
	assert_int_equal(found->level, LEVEL_WARNING);
	found_lacks(found, "reset");
}

/* Resets of long ago; a container does not know the limit. */
static void test_look_alikes_are_fine(void **state)
{
	find_of(1999, 0);
	made.space.counters.abort_on_memory = 900;
	assert_null(find());
	find_of(5000, 0);
	made.space.settings.memory_pressure_pages = made.space.settings.memory_most_pages = -1;
	assert_null(find());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_below_pressure_is_fine),
		cmocka_unit_test(test_too_many_orphans_are_another),
		cmocka_unit_test(test_look_alikes_are_fine),
	};
	return cmocka_run_group_tests(tests, NULL, found_finish);
}
