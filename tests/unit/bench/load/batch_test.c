/* When requests are sent. The slots that send are the test's own. */
#include "bench/load/batch.h"
#include "bench/load/slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SIZE 16
#define SLOTS (2 * SIZE)

static struct lane lane;
static struct slot slots[SLOTS];
static size_t sent[SLOTS], sent_count;

void slot_ask(struct lane *l, struct slot *slot)
{
	sent[sent_count++] = (size_t)(slot - slots);
}

static int set_up(void **state)
{
	lane.batch = (struct batch){.size = SIZE};
	sent_count = 0;
	return 0;
}

static void a_full_one_is_sent_in_order(void **state)
{
	for (size_t i = 0; i < SIZE; i++) {
		assert_int_equal(sent_count, 0);
		batch_add(&lane, &slots[i]);
	}
	assert_int_equal(sent_count, SIZE);
	for (size_t i = 0; i < SIZE; i++)
		assert_int_equal(sent[i], i);
	batch_send(&lane);
	assert_int_equal(sent_count, SIZE);
}

static void the_rest_is_sent_when_told_and_once(void **state)
{
	for (size_t i = 0; i < SIZE + 3; i++)
		batch_add(&lane, &slots[i]);
	assert_int_equal(sent_count, SIZE);
	batch_send(&lane);
	assert_int_equal(sent_count, SIZE + 3);
	assert_int_equal(sent[SIZE + 2], SIZE + 2);
	batch_send(&lane);
	assert_int_equal(sent_count, SIZE + 3);
}

static void one_of_one_is_sent_at_once(void **state)
{
	lane.batch.size = 1;
	batch_add(&lane, &slots[7]);
	assert_int_equal(sent_count, 1);
	assert_int_equal(sent[0], 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_full_one_is_sent_in_order, set_up),
		cmocka_unit_test_setup(the_rest_is_sent_when_told_and_once, set_up),
		cmocka_unit_test_setup(one_of_one_is_sent_at_once, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
