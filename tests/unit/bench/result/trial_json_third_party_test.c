/* What is written of a trial whose load, or whose server, is a third party's. */
#include "bench/result/trial_json.h"

#include "bench/result/json_path.h"
#include "json_expected.h"
#include "recorded_trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_what_wrk_says(void **state)
{
	static const struct number wanted[] = {{"exit_status", 2}, {"ran_s", 2.4},
		{"requests", 801}, {"requests_per_s", 351.5}, {"non_success", 25},
		{"errors.connect", 21}, {"errors.read", 22}, {"errors.write", 23},
		{"errors.timeout", 24}, {"errors.other", 20}, {"latency_us.mean", 901},
		{"latency_us.stdev", 902}, {"latency_us.max", 903}, {"latency_us.p50", 904},
		{"latency_us.p75", 905}, {"latency_us.p90", 906}, {"latency_us.p95", 907},
		{"latency_us.p99", 908}};
	struct trial trial;
	recorded_wrk(&trial);
	json_t *json = trial_json(&trial);
	all_numbers(
		json_object_get(json, "third_party"), wanted, sizeof(wanted) / sizeof(wanted[0]));
	text_is(json, "third_party.command", "wrk -t1");
	text_is(json, "third_party.kind", "wrk");
	text_is(json, "third_party.output", "two\nlines");
	text_is(json, "third_party.end", "exited with status 2");
	assert_true(json_is_true(json_path_at(json, "third_party.stopped")));
	assert_true(json_is_false(json_path_at(json, "third_party.killed")));
	json_decref(json);
	load_totals_finish(&trial.totals);
}

/* A third-party loader counts no outcomes; a third party's server declares nothing. */
static void test_third_parties(void **state)
{
	static const char *const unknown[] = {"connections.completed", "connections.short",
		"connections.reset", "connections.timed_out", "connections.resets_seen",
		"connections.connect_errors", "bytes", "claim", "holder.declared",
		"first_closer.declared"};
	struct trial trial;
	recorded_wrk(&trial);
	json_t *json = trial_json(&trial);
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		if (!json_is_null(json_path_at(json, unknown[i])))
			fail_msg("%s is not null", unknown[i]);
	text_is(json, "loader", "wrk");
	text_is(json, "server", "server-command");
	text_is(json, "source_port", "loader");
	text_is(json, "client_close", "loader");
	/* 415 of the client's kernel, and of 21 that wrk reports those 16 that are not among them;
	 * 400 of the server's kernel. */
	assert_int_equal(json_integer_value(json_path_at(json, "connections.attempted")), 431);
	assert_int_equal(json_integer_value(json_path_at(json, "connections.established")), 400);
	assert_int_equal(json_integer_value(json_path_at(json, "exchanges")), 801);
	assert_null(json_object_get(json_array_get(json_path_at(json, "samples"), 0), "completed"));
	trial.third_party.kind = NULL;
	json_decref(json);
	json = trial_json(&trial);
	assert_true(json_is_null(json_path_at(json, "exchanges")));
	keys_are(json_object_get(json, "third_party"),
		"stopped killed command output end exit_status ran_s ");
	json_decref(json);
	load_totals_finish(&trial.totals);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_wrk_says),
		cmocka_unit_test(test_third_parties),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
