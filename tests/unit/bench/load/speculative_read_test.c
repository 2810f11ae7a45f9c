/* Which connections wait to be looked at, in which order, and when they are due. */
#include "bench/load/connection.h"
#include "bench/load/speculative_read.h"
#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define CONNECTIONS 3
#define NOW_NS (1000 * NS_PER_S)
#define ANSWERED_NS (100 * NS_PER_US)

static struct speculative_reads reads;
static struct connection connections[CONNECTIONS];

static int set_up(void **state)
{
	memset(connections, 0, sizeof(connections));
	speculative_reads_init(&reads);
	return 0;
}

static bool add(size_t i, uint64_t age_ns)
{
	connections[i].exchange.begun_ns = NOW_NS - age_ns;
	return speculative_reads_add(&reads, &connections[i]);
}

static void due_once_a_server_has_had_its_time(void **state)
{
	assert_null(speculative_reads_take_due(&reads, NOW_NS));
	assert_true(add(0, ANSWERED_NS));
	assert_true(add(1, ANSWERED_NS - 1));
	assert_ptr_equal(speculative_reads_take_due(&reads, NOW_NS), &connections[0]);
	assert_null(speculative_reads_take_due(&reads, NOW_NS));
	assert_ptr_equal(speculative_reads_take_due(&reads, NOW_NS + 1), &connections[1]);
	assert_null(speculative_reads_take_due(&reads, NOW_NS + 1));
}

static void taken_in_order_whatever_their_age(void **state)
{
	for (size_t round = 0; round < 2; round++) {
		for (size_t i = 0; i < CONNECTIONS; i++)
			assert_true(add(i, 0));
		for (size_t i = 0; i < CONNECTIONS; i++)
			assert_ptr_equal(speculative_reads_take(&reads), &connections[i]);
		assert_null(speculative_reads_take(&reads));
	}
}

static void after_a_look_too_early_some_are_declined(void **state)
{
	speculative_reads_too_early(&reads);
	unsigned declined = 0;
	while (!add(1, 0))
		declined++;
	assert_int_equal(declined, 32);
	assert_true(add(2, 0));
	assert_ptr_equal(speculative_reads_take(&reads), &connections[1]);
	assert_ptr_equal(speculative_reads_take(&reads), &connections[2]);
	assert_null(speculative_reads_take(&reads));
}

static void one_that_is_begun_anew_is_there_once(void **state)
{
	assert_true(add(0, 0));
	assert_true(add(1, 0));
	assert_true(add(0, 0));
	assert_ptr_equal(speculative_reads_take(&reads), &connections[0]);
	assert_ptr_equal(speculative_reads_take(&reads), &connections[1]);
	assert_null(speculative_reads_take(&reads));
	assert_true(add(0, 0));
	assert_ptr_equal(speculative_reads_take(&reads), &connections[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(due_once_a_server_has_had_its_time, set_up),
		cmocka_unit_test_setup(taken_in_order_whatever_their_age, set_up),
		cmocka_unit_test_setup(after_a_look_too_early_some_are_declined, set_up),
		cmocka_unit_test_setup(one_that_is_begun_anew_is_there_once, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
