/* What a strategy requires of its hosts, verified on this one. */
#include "strategies/core/requirement.h"

#include "common/sysctl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SYSCTL "net.ipv4.tcp_fin_timeout"

static struct td_strategy requiring(enum td_who end, const char *sysctl, const char *value)
{
	return (struct td_strategy){
		.name = "sound", .requirements = {{end, sysctl, value, "the test says so"}}};
}

static void test_a_requirement_that_holds(void **state)
{
	struct error error;
	char value[128];
	assert_int_equal(sysctl_read(SYSCTL, value, sizeof(value)), 0);
	struct td_strategy strategy = requiring(TD_CLIENT, SYSCTL, value);
	if (requirement_verify(&strategy, TD_CLIENT, &error) == -1)
		fail_msg("%s", error.text);
}

static void test_a_requirement_that_cannot_hold(void **state)
{
	struct error error;
	char value[128], expected[300];
	assert_int_equal(sysctl_read(SYSCTL, value, sizeof(value)), 0);
	struct td_strategy strategy = requiring(TD_SERVER, SYSCTL, "never");
	snprintf(expected, sizeof(expected),
		"strategy sound needs " SYSCTL " = never here, because the test says so; it is %s",
		value);
	assert_int_equal(requirement_verify(&strategy, TD_SERVER, &error), -1);
	assert_string_equal(error.text, expected);
	assert_int_equal(error.status, STATUS_HOST_CANNOT);
	/* A requirement of one end is not checked on the other end's host. */
	assert_int_equal(requirement_verify(&strategy, TD_CLIENT, &error), 0);
}

static void test_a_requirement_of_another_kernel(void **state)
{
	struct error error;
	struct td_strategy strategy = requiring(TD_SERVER, "net.ipv4.of_another_kernel", "1");
	assert_int_equal(requirement_verify(&strategy, TD_SERVER, &error), -1);
	assert_non_null(strstr(error.text, "it cannot be read: No such file or directory"));
	assert_int_equal(error.status, STATUS_HOST_CANNOT);
}

static void test_values_that_meet_it(void **state)
{
	static const struct {
		struct td_requirement need;
		const char *value;
		bool met;
	} rows[] = {
		{{TD_CLIENT, "net.ipv4.tcp_timestamps", "1", "why"}, "1", true},
		{{TD_CLIENT, "net.ipv4.tcp_timestamps", "1", "why"}, "2", true},
		{{TD_CLIENT, "net.ipv4.tcp_timestamps", "1", "why"}, "0", false},
		{{TD_CLIENT, "net.ipv4.tcp_timestamps", "1", "why"}, "", false},
		{{TD_CLIENT, "net.ipv4.tcp_timestamps", "0", "why"}, "2", false},
		{{TD_CLIENT, "net.ipv4.tcp_timestamps", "2", "why"}, "1", false},
		{{TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1", "why"}, "2", false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (requirement_is_met(&rows[i].need, rows[i].value) != rows[i].met)
			fail_msg("row %zu: \"%s\" %s it", i, rows[i].value,
				rows[i].met ? "does not meet" : "meets");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_requirement_that_holds),
		cmocka_unit_test(test_a_requirement_that_cannot_hold),
		cmocka_unit_test(test_a_requirement_of_another_kernel),
		cmocka_unit_test(test_values_that_meet_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
