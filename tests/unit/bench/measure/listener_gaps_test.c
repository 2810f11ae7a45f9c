/* When nothing listened, as looks tell. */
#include "bench/measure/listener_gaps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define LOOK_NS 10

/* A look that begins at `at_ns`, and finds these sockets; the inodes end with 0. */
static bool look(struct listener_gaps *gaps, uint64_t at_ns, const uint32_t *inodes)
{
	struct accept_queues queues = {.count = 0};
	for (; inodes[queues.count] != 0; queues.count++)
		queues.list[queues.count] = (struct accept_queue){.inode = inodes[queues.count]};
	return listener_gaps_see(gaps, &queues, at_ns, at_ns + LOOK_NS);
}

#define FINDS(...) ((const uint32_t[]){__VA_ARGS__ __VA_OPT__(, ) 0})

static void gap_equals(const struct listener_gap *gap, uint64_t from_ns, uint64_t gone_ns,
	uint64_t last_ns, uint64_t until_ns)
{
	assert_int_equal(gap->from_ns, from_ns);
	assert_int_equal(gap->gone_ns, gone_ns);
	assert_int_equal(gap->last_ns, last_ns);
	assert_int_equal(gap->until_ns, until_ns);
}

static void one_is_gone_and_comes_back(void **state)
{
	struct listener_gaps gaps = {.count = 0};
	assert_false(look(&gaps, 100, FINDS(7)));
	assert_false(look(&gaps, 200, FINDS(7)));
	assert_true(look(&gaps, 300, FINDS()));
	assert_int_equal(listener_gap_end_ns(&gaps.list[0], 5000), 5000);
	assert_false(look(&gaps, 400, FINDS()));
	assert_false(look(&gaps, 500, FINDS(8)));
	assert_false(look(&gaps, 600, FINDS(8)));
	assert_int_equal(gaps.count, 1);
	gap_equals(&gaps.list[0], 200, 300, 400, 500 + LOOK_NS);
	assert_int_equal(gaps.list[0].inode, 7);
	assert_int_equal(listener_gap_end_ns(&gaps.list[0], 5000), 500 + LOOK_NS);
}

static void no_look_finds_none_and_all_are_others(void **state)
{
	struct listener_gaps gaps = {.count = 0};
	look(&gaps, 100, FINDS(7, 8));
	assert_true(look(&gaps, 200, FINDS(9)));
	gap_equals(&gaps.list[0], 100, 0, 0, 200 + LOOK_NS);
	assert_false(look(&gaps, 300, FINDS(9)));
	assert_true(look(&gaps, 400, FINDS()));
	assert_int_equal(gaps.count, 2);
	gap_equals(&gaps.list[1], 300, 400, 400, 0);
}

static void one_of_them_stays(void **state)
{
	struct listener_gaps gaps = {.count = 0};
	look(&gaps, 100, FINDS(7));
	assert_false(look(&gaps, 200, FINDS(7, 8)));
	assert_false(look(&gaps, 300, FINDS(8)));
	assert_int_equal(gaps.count, 0);
}

static void there_was_none_yet(void **state)
{
	struct listener_gaps gaps = {.count = 0};
	assert_false(look(&gaps, 100, FINDS()));
	assert_false(look(&gaps, 200, FINDS(7)));
	assert_int_equal(gaps.count, 0);
}

static void behind_the_load(void **state)
{
	struct listener_gaps gaps = {.count = 0};
	look(&gaps, 100, FINDS(7));
	look(&gaps, 200, FINDS());
	listener_gaps_load_is_over(&gaps);
	assert_false(look(&gaps, 300, FINDS()));
	assert_false(look(&gaps, 400, FINDS(8)));
	assert_false(look(&gaps, 500, FINDS()));
	assert_int_equal(gaps.count, 1);
	gap_equals(&gaps.list[0], 100, 200, 200, 0);
}

static void more_than_are_kept(void **state)
{
	struct listener_gaps gaps = {.count = 0};
	look(&gaps, 1, FINDS(1));
	for (uint32_t i = 0; i < LISTENER_GAPS_MAX + 2; i++) {
		assert_true(look(&gaps, 1000 * i + 1000, FINDS()) == (i < LISTENER_GAPS_MAX));
		look(&gaps, 1000 * i + 1500, FINDS(i + 2));
	}
	assert_int_equal(gaps.count, LISTENER_GAPS_MAX);
	gap_equals(&gaps.list[LISTENER_GAPS_MAX - 1], 63500, 64000, 64000, 64500 + LOOK_NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_is_gone_and_comes_back),
		cmocka_unit_test(no_look_finds_none_and_all_are_others),
		cmocka_unit_test(one_of_them_stays),
		cmocka_unit_test(there_was_none_yet),
		cmocka_unit_test(behind_the_load),
		cmocka_unit_test(more_than_are_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
