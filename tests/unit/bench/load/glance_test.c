/* Which connections wait to be looked at, in which order, and when they are due. */
#include "bench/load/connection.h"
#include "bench/load/glance.h"
#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define CONNECTIONS 3
#define NOW_NS (1000 * NS_PER_S)
#define ANSWERED_NS (100 * NS_PER_US)

static struct glances glances;
static struct connection connections[CONNECTIONS];

static int set_up(void **state)
{
	memset(connections, 0, sizeof(connections));
	glances_init(&glances);
	return 0;
}

static bool add(size_t i, uint64_t age_ns)
{
	connections[i].exchange.begun_ns = NOW_NS - age_ns;
	return glances_add(&glances, &connections[i]);
}

static void due_once_a_server_has_had_its_time(void **state)
{
	assert_null(glances_take_due(&glances, NOW_NS));
	assert_true(add(0, ANSWERED_NS));
	assert_true(add(1, ANSWERED_NS - 1));
	assert_ptr_equal(glances_take_due(&glances, NOW_NS), &connections[0]);
	assert_null(glances_take_due(&glances, NOW_NS));
	assert_ptr_equal(glances_take_due(&glances, NOW_NS + 1), &connections[1]);
	assert_null(glances_take_due(&glances, NOW_NS + 1));
}

static void taken_in_order_whatever_their_age(void **state)
{
	for (size_t round = 0; round < 2; round++) {
		for (size_t i = 0; i < CONNECTIONS; i++)
			assert_true(add(i, 0));
		for (size_t i = 0; i < CONNECTIONS; i++)
			assert_ptr_equal(glances_take(&glances), &connections[i]);
		assert_null(glances_take(&glances));
	}
}

static void after_a_look_too_early_some_are_declined(void **state)
{
	glances_too_early(&glances);
	unsigned declined = 0;
	while (!add(1, 0))
		declined++;
	assert_int_equal(declined, 32);
	assert_true(add(2, 0));
	assert_ptr_equal(glances_take(&glances), &connections[1]);
	assert_ptr_equal(glances_take(&glances), &connections[2]);
	assert_null(glances_take(&glances));
}

static void one_that_is_begun_anew_is_there_once(void **state)
{
	assert_true(add(0, 0));
	assert_true(add(1, 0));
	assert_true(add(0, 0));
	assert_ptr_equal(glances_take(&glances), &connections[0]);
	assert_ptr_equal(glances_take(&glances), &connections[1]);
	assert_null(glances_take(&glances));
	assert_true(add(0, 0));
	assert_ptr_equal(glances_take(&glances), &connections[0]);
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
