/* Segments of each strategy, as counted by both kernels (Linux 6.18, --rtt 30ms); lingering and
 * listen queues, worked out by hand. */
#include "bench/plan/plan_costs.h"

#include "made_up_plan.h"
#include "strategies/core/registry.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct plan_costs costs_of(const struct plan_asked *asked, const char *name, double rate)
{
	struct plan_terms terms = plan_terms_of(asked, registry_find(name, NULL));
	return plan_costs_of(asked, &terms, rate);
}

static void test_segments(void **state)
{
	static const struct {
		const char *strategy;
		double bytes, server, client;
	} rows[] = {
		{"server-close", 128, 5, 5},
		{"graceful", 128, 5, 5},
		{"short-fin-wait2", 128, 5, 5},
		{"fin-then-reset", 128, 5, 5},
		{"delayed-close", 128, 5, 5},
		{"adaptive-drain", 128, 5, 5},
		{"reset-on-timeout", 128, 5, 5},
		{"tw-cap", 128, 5, 5},
		{"fin-on-data", 128, 4, 4},
		{"reset-after-ack", 128, 4, 4},
		{"reset", 128, 5, 4},
		{"client-reset", 128, 3, 5},
		{"client-close", 128, 4, 6},
		{"half-close", 128, 4, 6},
		{"tw-reuse", 128, 4, 6},
		{"bind-reuse", 128, 4, 6},
		{"wide-ports", 128, 4, 6},
		/* The FIN rides on the last data from two flights on. */
		{"graceful", 10000, 11, 11},
		{"graceful", 20000, 17, 17},
		{"server-close", 20000, 17, 17},
		{"graceful", 200000, 142, 142},
		{"client-close", 20000, 17, 19},
		/* Ten segments hold a head of 124 bytes and a body of 14,356. */
		{"client-close", 14356, 13, 15},
		{"client-close", 14357, 14, 16},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_asked asked = made_up_asked(10, 40001, 42000);
		asked.response_bytes = rows[i].bytes;
		struct plan_costs costs = costs_of(&asked, rows[i].strategy, 10);
		if (costs.server_segments_per_s != 10 * rows[i].server ||
			costs.client_segments_per_s != 10 * rows[i].client)
			fail_msg("%s: %g, %g", rows[i].strategy, costs.server_segments_per_s,
				costs.client_segments_per_s);
	}
}

/* Of all hosts at the server, of one at the client; requests on a connection share its handshake.
 */
static void test_hosts_and_requests(void **state)
{
	struct plan_asked asked = made_up_asked(10, 40001, 42000);
	asked.hosts = 3;
	struct plan_costs costs = costs_of(&asked, "graceful", 2);
	assert_near(costs.server_segments_per_s, 30);
	assert_near(costs.client_segments_per_s, 10);
	asked.requests_per_connection = 10;
	costs = costs_of(&asked, "graceful", 2);
	assert_near(costs.server_segments_per_s, 6 * 14);
	assert_near(costs.client_segments_per_s, 2 * 14);
}

static void test_lingering(void **state)
{
	struct plan_asked asked = made_up_asked(10, 40001, 42000);
	asked.round_trip_s = 0.1;
	/* 5 s without a byte; of all hosts. */
	struct plan_costs costs = costs_of(&asked, "graceful", 200);
	assert_near(costs.server_lingering, 20);
	assert_near(costs.server_lingering_most, 1020);
	assert_near(costs_of(&asked, "delayed-close", 200).server_lingering_most, 220);
	assert_near(costs_of(&asked, "server-close", 200).server_lingering_most, 0);
	/* It waits for the client that closes first, too. */
	assert_near(costs_of(&asked, "client-close", 200).server_lingering, 20);
	asked.hosts = 2;
	asked.response_bytes = 20000;
	costs = costs_of(&asked, "graceful", 200);
	assert_near(costs.server_lingering, 80);
	assert_near(costs.open_s, 0.4);
	assert_near(costs_of(&asked, "reset", 200).open_s, 0.3);
}

static void test_listen_queue(void **state)
{
	struct plan_asked asked = made_up_asked(10, 40001, 42000);
	struct plan_costs costs = costs_of(&asked, "graceful", 600);
	assert_true(isnan(costs.backlog_needed));
	assert_near(costs.pause_lasts_s, 4096.0 / 600);
	asked.pause_s = 0.5;
	assert_near(costs_of(&asked, "graceful", 601).backlog_needed, 301);
	assert_near(costs_of(&asked, "graceful", 0.1).backlog_needed, 1);
	asked.hosts = 4;
	asked.destinations = 8;
	assert_near(costs_of(&asked, "graceful", 600).backlog_needed, 150);
	assert_true(isnan(costs_of(&asked, "graceful", NAN).backlog_needed));
	assert_true(isnan(costs_of(&asked, "graceful", NAN).server_segments_per_s));
}

/* The hooks of a plug-in are not called here. */
static enum td_verdict never(const struct td_view *view)
{
	fail_msg("a hook of a plug-in was called");
	return TD_KEEP;
}

static void test_plugin(void **state)
{
	const struct td_strategy plugin = {.name = "graceful",
		.holder = TD_SERVER,
		.first_closer = TD_SERVER,
		.server = {.exchange_done = never},
		.client = {.exchange_done = never}};
	struct plan_asked asked = made_up_asked(10, 40001, 42000);
	struct plan_terms terms = plan_terms_of(&asked, &plugin);
	struct plan_costs costs = plan_costs_of(&asked, &terms, 10);
	assert_true(isnan(costs.server_segments_per_s) && isnan(costs.server_lingering));
	assert_true(isnan(costs.client_segments_per_s) && isnan(costs.server_lingering_most));
	assert_near(costs.pause_lasts_s, 409.6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_hosts_and_requests),
		cmocka_unit_test(test_lingering),
		cmocka_unit_test(test_listen_queue),
		cmocka_unit_test(test_plugin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
