/* Samples of two ends as those of one load. */
#include "bench/ends/end_samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct sample here(uint64_t at_ns, bool is_fresh)
{
	return (struct sample){.at_ns = at_ns, .census_fresh = is_fresh};
}

static struct sample elsewhere(uint64_t at_ns, bool is_fresh, uint64_t number)
{
	struct sample sample = {.at_ns = at_ns, .census_fresh = is_fresh};
	sample.server.counters.passive_opens = number;
	sample.progress.server_cpu_ns = number + 100;
	return sample;
}

static void test_the_nearest_is_taken(void **state)
{
	struct sample samples[] = {here(100, true), here(200, true), here(300, true)};
	const struct sample there[] = {elsewhere(60, true, 1), elsewhere(190, true, 2),
		elsewhere(255, true, 3), elsewhere(900, true, 4)};
	end_samples_join(samples, 3, there, 4);
	assert_int_equal(samples[0].server.counters.passive_opens, 1);
	assert_int_equal(samples[1].server.counters.passive_opens, 2);
	assert_int_equal(samples[2].server.counters.passive_opens, 3);
	assert_int_equal(samples[2].progress.server_cpu_ns, 103);
	assert_int_equal(samples[2].at_ns, 300);
}

/* One that stands for two is fresh once; a census that only one end took is not. */
static void test_a_census_is_fresh_at_both_ends(void **state)
{
	struct sample samples[] = {
		here(100, true), here(110, true), here(200, false), here(210, true)};
	const struct sample there[] = {elsewhere(100, true, 1), elsewhere(205, true, 2)};
	end_samples_join(samples, 4, there, 2);
	assert_true(samples[0].census_fresh);
	assert_false(samples[1].census_fresh);
	assert_false(samples[2].census_fresh);
	assert_true(samples[3].census_fresh);
}

static void test_the_last_one_stands_for_all_behind_it(void **state)
{
	struct sample samples[] = {here(100, true), here(1000, true)};
	const struct sample there[] = {elsewhere(90, true, 1), elsewhere(110, false, 2)};
	end_samples_join(samples, 2, there, 2);
	assert_int_equal(samples[1].server.counters.passive_opens, 2);
	assert_false(samples[1].census_fresh);
}

static void test_without_any_nothing_changes(void **state)
{
	struct sample samples[] = {elsewhere(100, true, 7)};
	end_samples_join(samples, 1, NULL, 0);
	assert_int_equal(samples[0].server.counters.passive_opens, 7);
	assert_true(samples[0].census_fresh);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_nearest_is_taken),
		cmocka_unit_test(test_a_census_is_fresh_at_both_ends),
		cmocka_unit_test(test_the_last_one_stands_for_all_behind_it),
		cmocka_unit_test(test_without_any_nothing_changes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
