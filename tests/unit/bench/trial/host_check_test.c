/* What of a run can be carried out, by what a host answers. */
#include "bench/trial/host_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct td_strategy needs_nothing = {.name = "needs-nothing"};
static const struct td_strategy needs_one = {
	.name = "needs-one", .requirements = {{TD_CLIENT, "net.ipv4.made_up", "1", "why"}}};

/* Stands for a kernel that has none of the settings. */
static int kernel_of_old(
	const struct run_options *options, const struct td_strategy *strategy, struct error *error)
{
	return strategy->requirements[0].sysctl ? error_set(error, STATUS_HOST_CANNOT, "no %s",
							  strategy->requirements[0].sysctl)
						: 0;
}

static void test_a_kernel_that_lacks_a_setting(void **state)
{
	static const struct run_options options = {
		.chosen = {&needs_one, &needs_nothing, &needs_one}, .chosen_count = 3};
	struct host_check check;
	host_check_all(&check, &options, kernel_of_old);
	assert_int_equal(check.able, 1);
	assert_true(check.cannot[0] && !check.cannot[1] && check.cannot[2]);
	assert_string_equal(check.because[0].text, "no net.ipv4.made_up");
	assert_int_equal(check.because[2].status, STATUS_HOST_CANNOT);
	assert_string_equal(check.because[1].text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_kernel_that_lacks_a_setting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
