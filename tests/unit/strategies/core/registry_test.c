/* Names of strategies: found, told apart, and understood with a slip of the finger. */
#include "strategies/core/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_names_are_found_and_differ(void **state)
{
	struct error error;
	assert_true(registry_count > 0);
	for (size_t i = 0; i < registry_count; i++) {
		assert_ptr_equal(registry_find(registry_strategies[i]->name, &error),
			registry_strategies[i]);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(
				registry_strategies[i]->name, registry_strategies[k]->name);
	}
}

static void test_a_slip_of_the_finger_is_understood(void **state)
{
	for (size_t i = 0; i < registry_count; i++) {
		const char *name = registry_strategies[i]->name;
		char slip[40], expected[120];
		struct error error = {0};
		snprintf(slip, sizeof(slip), "%s%c", name, name[strlen(name) - 1]);
		snprintf(expected, sizeof(expected), "unknown strategy \"%s\"; did you mean %s?",
			slip, name);
		assert_null(registry_find(slip, &error));
		assert_string_equal(error.text, expected);
		assert_int_equal(error.status, STATUS_USAGE);
	}
}

static void test_a_name_that_is_near_none(void **state)
{
	static const char *const names[] = {
		"", "zzzzzzzzzzzz", "Wqvx Wqvx Wqvx Wqvx Wqvx Wqvx Wqvx"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct error error = {0};
		assert_null(registry_find(names[i], &error));
		assert_non_null(strstr(error.text, "`teardown list` names them all"));
		assert_int_equal(error.status, STATUS_USAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_found_and_differ),
		cmocka_unit_test(test_a_slip_of_the_finger_is_understood),
		cmocka_unit_test(test_a_name_that_is_near_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
