#include "bench/wire/backlog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void spans_are_summed(void **state)
{
	struct backlog backlog = {0};
	backlog_add(&backlog, 100, 130);
	backlog_add(&backlog, 200, 205);
	assert_int_equal(backlog.sum_ns, 35);
}

/* The frames of a turn came while the turn before it went on. */
static void what_is_counted_is_not_counted_again(void **state)
{
	struct backlog backlog = {0};
	backlog_add(&backlog, 100, 130);
	backlog_add(&backlog, 110, 150);
	assert_int_equal(backlog.sum_ns, 50);
	backlog_add(&backlog, 90, 140);
	assert_int_equal(backlog.sum_ns, 50);
	backlog_add(&backlog, 150, 160);
	assert_int_equal(backlog.sum_ns, 60);
}

/* Of a turn that found none, and of a frame that is due later. */
static void a_frame_of_later_does_not_wait(void **state)
{
	struct backlog backlog = {0};
	backlog_add(&backlog, UINT64_MAX, 100);
	backlog_add(&backlog, 101, 100);
	assert_int_equal(backlog.sum_ns, 0);
	backlog_add(&backlog, 90, 100);
	assert_int_equal(backlog.sum_ns, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_are_summed),
		cmocka_unit_test(what_is_counted_is_not_counted_again),
		cmocka_unit_test(a_frame_of_later_does_not_wait),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
