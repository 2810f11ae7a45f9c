/* Figures that are not known, since what they are made of is not there. */
#include "bench/judge/figures.h"

#include "eventful_trial.h"

#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void without_a_connection_nothing_is_known_of_one(void **state)
{
	struct trial trial;
	eventful(&trial);
	CAME(&trial, server, passive_opens, 0);
	struct figures f = figures_of(&trial);
	assert_int_equal(f.opened, 0);
	assert_true(isnan(f.server.tw_per_connection));
	assert_true(isnan(f.client.tw_per_connection));
	assert_true(isnan(f.segments_per_connection));
	assert_true(isnan(f.resets_per_connection));
	assert_true(isnan(f.server_cpu_us));
	assert_true(isnan(f.claim_share));
	assert_string_equal(f.holder, "unknown");
	/* Figures that are not divided by the connections opened are known. */
	CLOSE_TO(f.client_cpu_us, 80);
	CLOSE_TO(f.rate_per_s, 120);
	CLOSE_TO(f.server_bytes_per_connection, 15000);
}

static void each_unknown_has_its_base(void **state)
{
	static const enum td_who holders[] = {TD_SERVER, TD_CLIENT, TD_BOTH, TD_NONE};
	struct trial trial;
	eventful(&trial);
	trial.totals.attempted = 0;
	assert_true(isnan(figures_of(&trial).client_cpu_us));
	assert_false(isnan(figures_of(&trial).server_cpu_us));
	trial.window_ns = 0;
	assert_true(isnan(figures_of(&trial).rate_per_s));
	assert_true(isnan(figures_of(&trial).exchanges_per_s));
	trial.totals.connections_peak = 0;
	assert_true(isnan(figures_of(&trial).server_bytes_per_connection));
	for (size_t i = 0; i < 4; i++) {
		struct td_strategy own = {.holder = holders[i]};
		trial.strategy = &own;
		assert_false(isnan(figures_of(&trial).claim_share));
		trial.server.is_third_party = true;
		assert_true(isnan(figures_of(&trial).claim_share));
		trial.server.is_third_party = false;
	}
}

static void memory_that_was_not_read_is_unknown(void **state)
{
	struct trial trial;
	eventful(&trial);
	trial.server_end.rss_before = 0;
	assert_true(isnan(figures_of(&trial).server_bytes_per_connection));
	eventful(&trial);
	trial.server_end.rss_peak = 0;
	assert_true(isnan(figures_of(&trial).server_bytes_per_connection));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_connection_nothing_is_known_of_one),
		cmocka_unit_test(each_unknown_has_its_base),
		cmocka_unit_test(memory_that_was_not_read_is_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
