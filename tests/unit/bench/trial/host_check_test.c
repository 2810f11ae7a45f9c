/* What of a run can be carried out, by what a host answers. */
#include "bench/trial/host_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct td_strategy needs_nothing = {
	.name = "needs-nothing", .first_closer = TD_SERVER};
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

/* Where strategies are not named one by one, those that the loader cannot follow are left out. */
static void test_a_loader_that_keeps_its_connections_alive(void **state)
{
	static const struct td_strategy of_client = {
		.name = "of-client", .first_closer = TD_CLIENT};
	static const struct run_options wrk = {.loader = "wrk", .path = "/"},
					closing = {.loader_command = "ab -n 5 {url}", .path = "/"},
					builtin = {.loader = "builtin", .path = "/"};
	struct error error = {.text = ""};
	assert_int_equal(host_check_strategy(&wrk, &of_client, &error), -1);
	assert_string_equal(error.text,
		"of-client leaves the close to its client, and --loader wrk keeps its connections "
		"alive: have it send Connection: close (-H)");
	assert_int_equal(host_check_strategy(&wrk, &needs_nothing, &error), 0);
	assert_int_equal(host_check_strategy(&closing, &of_client, &error), 0);
	assert_int_equal(host_check_strategy(&builtin, &of_client, &error), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_kernel_that_lacks_a_setting),
		cmocka_unit_test(test_a_loader_that_keeps_its_connections_alive),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
