/* A batch is full when it should be, and gives its connections back once and in order. */
#include "bench/load/batch.h"
#include "bench/load/connection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SIZE 16

static struct connection connections[2 * SIZE];

static void full_when_size_are_in(void **state)
{
	struct batch batch = {.size = SIZE};
	for (size_t i = 0; i < SIZE; i++)
		assert_int_equal(batch_add(&batch, &connections[i]), i == SIZE - 1);
	for (size_t i = 0; i < SIZE; i++)
		assert_ptr_equal(batch_take(&batch), &connections[i]);
	assert_null(batch_take(&batch));
	assert_null(batch_take(&batch));
}

static void what_is_left_is_taken_once(void **state)
{
	struct batch batch = {.size = SIZE};
	assert_null(batch_take(&batch));
	for (size_t round = 0; round < 3; round++) {
		for (size_t i = 0; i < 3; i++)
			assert_false(batch_add(&batch, &connections[SIZE + i]));
		for (size_t i = 0; i < 3; i++)
			assert_ptr_equal(batch_take(&batch), &connections[SIZE + i]);
		assert_null(batch_take(&batch));
	}
}

static void one_of_one_is_full_at_once(void **state)
{
	struct batch batch = {.size = 1};
	assert_true(batch_add(&batch, &connections[7]));
	assert_ptr_equal(batch_take(&batch), &connections[7]);
	assert_null(batch_take(&batch));
}

static void the_largest_has_room(void **state)
{
	static struct connection many[BATCH_MAX];
	struct batch batch = {.size = BATCH_MAX};
	for (size_t i = 0; i < BATCH_MAX; i++)
		assert_int_equal(batch_add(&batch, &many[i]), i == BATCH_MAX - 1);
	assert_ptr_equal(batch_take(&batch), &many[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full_when_size_are_in),
		cmocka_unit_test(what_is_left_is_taken_once),
		cmocka_unit_test(one_of_one_is_full_at_once),
		cmocka_unit_test(the_largest_has_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
