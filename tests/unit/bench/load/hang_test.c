/* A thread hangs that stays in one call of a hook, or does not end when it is due; one that is slow
 * does not, nor does one that was stopped together with who looks. */
#include "bench/load/hang.h"
#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define LOOK_NS (20 * NS_PER_MS)
#define LOOKS_TO_HANG (HANG_AFTER_S * NS_PER_S / LOOK_NS)

static unsigned looks_until_hang(struct hang *hang, const struct hook_mark *mark, bool is_due)
{
	unsigned looks = 0;
	while (looks < 10 * LOOKS_TO_HANG && !hang_look(hang, mark, LOOK_NS, is_due))
		looks++;
	return looks;
}

static void one_call_for_long(void **state)
{
	struct hook_mark mark = {0};
	struct hang hang = {0};
	hook_mark_set(&mark, HOOK_PEER_FIN);
	/* The first look sees a call that is new; the one that finds out is not counted. */
	assert_int_equal(looks_until_hang(&hang, &mark, false), LOOKS_TO_HANG);
	/* A verdict stays: what was under way was counted already. */
	hook_mark_clear(&mark);
	assert_true(hang_look(&hang, &mark, LOOK_NS, false));
}

static void slow_calls_one_after_the_other(void **state)
{
	struct hook_mark mark = {0};
	struct hang hang = {0};
	for (int calls = 0; calls < 10; calls++) {
		hook_mark_set(&mark, HOOK_EXCHANGE_DONE);
		for (unsigned i = 0; i < LOOKS_TO_HANG; i++)
			assert_false(hang_look(&hang, &mark, LOOK_NS, true));
		hook_mark_clear(&mark);
	}
}

static void no_call_and_not_due(void **state)
{
	struct hook_mark mark = {0};
	struct hang hang = {0};
	assert_int_equal(looks_until_hang(&hang, &mark, false), 10 * LOOKS_TO_HANG);
	/* What it did before it was due is not held against it. */
	assert_int_equal(looks_until_hang(&hang, &mark, true), LOOKS_TO_HANG - 1);
}

static void stopped_for_an_hour(void **state)
{
	struct hook_mark mark = {0};
	struct hang hang = {0};
	hook_mark_set(&mark, HOOK_ACKED);
	for (int hours = 0; hours < 20; hours++)
		assert_false(hang_look(&hang, &mark, 3600 * NS_PER_S, true));
}

static void hooks_that_are_called_are_named(void **state)
{
	struct hook_mark marks[3] = {{0}};
	char text[100];
	assert_false(hook_marks_describe(marks, 3, "client", text, sizeof(text)));
	assert_string_equal(text, "");
	hook_mark_set(&marks[2], HOOK_ERROR);
	assert_true(hook_marks_describe(marks, 3, "client", text, sizeof(text)));
	assert_string_equal(text, "hook client.error");
	hook_mark_set(&marks[0], HOOK_CONFIGURE);
	hook_mark_set(&marks[1], HOOK_CONFIGURE);
	assert_true(hook_marks_describe(marks, 3, "server", text, sizeof(text)));
	assert_string_equal(text, "hook server.configure, server.error");
	for (int i = 0; i < 3; i++)
		hook_mark_clear(&marks[i]);
	assert_false(hook_marks_describe(marks, 3, "server", text, sizeof(text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(one_call_for_long),
		cmocka_unit_test(slow_calls_one_after_the_other),
		cmocka_unit_test(no_call_and_not_due), cmocka_unit_test(stopped_for_an_hour),
		cmocka_unit_test(hooks_that_are_called_are_named)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
