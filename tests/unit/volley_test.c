/* When requests are sent. The slots that send are the test's own. */
#include "bench/load/slot.h"
#include "bench/load/volley.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SLOTS (2 * VOLLEY_MAX)

static struct lane lane;
static struct slot slots[SLOTS];
static size_t sent[SLOTS], sent_count;

void slot_ask(struct lane *l, struct slot *slot)
{
	sent[sent_count++] = (size_t)(slot - slots);
}

static int set_up(void **state)
{
	memset(&lane.volley, 0, sizeof(lane.volley));
	sent_count = 0;
	return 0;
}

static void a_full_one_is_sent_in_order(void **state)
{
	for (size_t i = 0; i < VOLLEY_MAX; i++) {
		assert_int_equal(sent_count, 0);
		volley_add(&lane, &slots[i]);
	}
	assert_int_equal(sent_count, VOLLEY_MAX);
	for (size_t i = 0; i < VOLLEY_MAX; i++)
		assert_int_equal(sent[i], i);
	volley_send(&lane);
	assert_int_equal(sent_count, VOLLEY_MAX);
}

static void the_rest_is_sent_when_told_and_once(void **state)
{
	for (size_t i = 0; i < VOLLEY_MAX + 3; i++)
		volley_add(&lane, &slots[i]);
	assert_int_equal(sent_count, VOLLEY_MAX);
	volley_send(&lane);
	assert_int_equal(sent_count, VOLLEY_MAX + 3);
	assert_int_equal(sent[VOLLEY_MAX + 2], VOLLEY_MAX + 2);
	volley_send(&lane);
	assert_int_equal(sent_count, VOLLEY_MAX + 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_full_one_is_sent_in_order, set_up),
		cmocka_unit_test_setup(the_rest_is_sent_when_told_and_once, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
