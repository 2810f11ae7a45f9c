/* What the trial of a plan is asked for, with all that a plan can say at once; and the body that is
 * sent is the body that was planned. */
#include "bench/plan/plan_trial.h"

#include "made_up_plan.h"
#include "strategies/core/registry.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct plan_trial_options options;

static void options_make(const struct plan_asked *asked, const char *strategy)
{
	struct error error = {.text = ""};
	memset(&options, 0, sizeof(options));
	if (plan_trial_options_make(&options, asked, registry_find(strategy, &error),
		    3 * (uint64_t)1000000000, &error) == -1)
		fail_msg("%s", error.text);
}

static void test_all_at_once(void **state)
{
	struct plan_asked asked = made_up_asked(300, 40001, 42000);
	asked.addresses = 2;
	asked.requests_per_connection = 2;
	asked.response_bytes = 14480;
	asked.round_trip_s = 0.03;
	asked.time_wait_most = 1500;
	asked.reuses = true;
	asked.reuse_delay_s = 0.05;
	options_make(&asked, "client-close");
	const struct run_options *run = &options.run;
	assert_true(run->duration_ns == 3 * (uint64_t)1000000000);
	assert_true(run->client_addresses == 2 && run->request_rate == 300);
	assert_true(run->requests_per_connection == 2 && run->response_bytes == 14480);
	assert_string_equal(run->rtt, "30000us");
	assert_int_equal(run->sysctls.count, 4);
	assert_string_equal(run->sysctls.items[0], "server:net.ipv4.tcp_max_tw_buckets=1500");
	assert_string_equal(run->sysctls.items[1], "client:net.ipv4.tcp_max_tw_buckets=1500");
	assert_string_equal(run->sysctls.items[2], "client:net.ipv4.tcp_tw_reuse=1");
	assert_string_equal(run->sysctls.items[3], "client:net.ipv4.tcp_tw_reuse_delay=50");
}

/* What the strategy itself requires is not asked for again. */
static void test_what_the_strategy_sets(void **state)
{
	struct plan_asked asked = made_up_asked(300, 40001, 42000);
	asked.reuses = true;
	options_make(&asked, "tw-reuse");
	assert_int_equal(options.run.sysctls.count, 0);
	assert_true(options.run.rate == 300 && options.run.response_bytes == 128);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_at_once),
		cmocka_unit_test(test_what_the_strategy_sets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
