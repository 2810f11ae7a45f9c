/* What is written of a made-up trial besides its numbers: words, the verdict, and what is unknown.
 */
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

static void test_words(void **state)
{
	struct trial trial;
	recorded_trial(&trial);
	json_t *json = trial_json(&trial);
	text_is(json, "strategy", "made-up");
	text_is(json, "loader", "builtin");
	text_is(json, "server", "teardown-server");
	text_is(json, "source_port", "kernel");
	text_is(json, "client_close", "plain");
	text_is(json, "loop.kind", "closed");
	text_is(json, "holder.declared", "server");
	text_is(json, "holder.measured", "mixed");
	text_is(json, "time_wait.server.created_by", "estimate");
	text_is(json, "first_closer.declared", "server");
	text_is(json, "other_connections.server.to", "127.0.0.1:9000");
	text_is(json, "other_connections.client.to", "several");
	text_is(json, "first_closer.measured", "server");
	const json_t *server = json_path_at(json, "sysctls.server");
	const json_t *client = json_path_at(json, "sysctls.client");
	assert_string_equal(
		json_path_string(json_object_get(server, "net.ipv4.tcp_tw_reuse")), "0");
	assert_string_equal(
		json_path_string(json_object_get(client, "net.ipv4.tcp_tw_reuse")), "2");
	assert_int_equal(json_object_size(client), 1);
	assert_true(json_is_false(json_path_at(json, "claim.is_race")));
	assert_null(json_object_get(json, "third_party"));
	keys_are(json_object_get(json, "loop"), "kind ");
	json_decref(json);
	load_totals_finish(&trial.totals);
}

static json_t *finding_of(const json_t *json, const char *id)
{
	size_t i;
	json_t *finding;
	json_array_foreach(json_object_get(json, "findings"), i, finding)
	{
		if (strcmp(json_string_value(json_object_get(finding, "id")), id) == 0)
			return finding;
	}
	fail_msg("no finding %s", id);
	return NULL;
}

static bool has_reason(const json_t *json, const char *text)
{
	size_t i;
	json_t *reason;
	json_array_foreach(json_object_get(json, "invalid_because"), i, reason)
	{
		if (strcmp(json_string_value(reason), text) == 0)
			return true;
	}
	return false;
}

static void test_verdict(void **state)
{
	struct trial trial;
	recorded_trial(&trial);
	/* Its losses would be what the event did. */
	trial.event_count = 0;
	/* Its TIME_WAITs would be what close_notify ended. */
	trial.totals.tls.handshakes = 0;
	json_t *json = trial_json(&trial);
	assert_true(json_is_false(json_object_get(json, "valid")));
	/* What was lost comes before the claims that may fail for it. */
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(json, "invalid_because"), 0)),
		"1 times an unknown error from connect()");
	assert_true(has_reason(json, "holder is mixed, declared server"));
	const json_t *finding = finding_of(json, "ports-exhausted");
	text_is(finding, "held_by", "TIME_WAIT");
	assert_true(json_is_integer(json_object_get(finding, "refused")));
	assert_int_equal(json_integer_value(json_object_get(finding, "refused")), 7);
	assert_true(json_is_real(json_object_get(finding, "t_s")));
	assert_true(fabs(json_real_value(json_object_get(finding, "t_s")) - 0.5) < 1e-9);
	json_decref(json);
	load_totals_finish(&trial.totals);
}

/* Nothing happened that would make it invalid; and one thing did. */
static void test_one_reason_is_enough(void **state)
{
	struct trial trial = {.strategy = &recorded_strategy,
		.repeat = 1,
		.order = 1,
		.server = {.name = "teardown-server"},
		.load = {.name = "builtin",
			.source_port = "range",
			.client_close = "reset",
			.loop = "closed"},
		.packet_tap = {.counts = {.connections = 1, .server = 1}, .share = 1}};
	load_totals_init(&trial.totals);
	trial.totals.attempted = trial.totals.outcomes[OUTCOME_COMPLETED] = 1;
	trial.after.server.counters.passive_opens = trial.after.server.counters.tw = 1;
	json_t *json = trial_json(&trial);
	assert_true(json_is_true(json_object_get(json, "valid")));
	assert_int_equal(json_array_size(json_object_get(json, "invalid_because")), 0);
	json_decref(json);
	trial.totals.refused = 1;
	json = trial_json(&trial);
	assert_true(json_is_false(json_object_get(json, "valid")));
	assert_int_equal(json_array_size(json_object_get(json, "invalid_because")), 1);
	json_decref(json);
	load_totals_finish(&trial.totals);
}

/* Where no connection was opened, nothing is known of one: null, not 0. */
static void test_unknown_is_null(void **state)
{
	static const char *const unknown[] = {"claim.share", "rate_per_s", "exchanges_per_s",
		"time_wait.server.per_connection", "time_wait.client.per_connection",
		"segments_per_connection", "resets_per_connection", "cpu_us_per_connection.server",
		"cpu_us_per_connection.client", "server_memory.bytes_per_connection"};
	struct trial trial = {.strategy = &recorded_strategy,
		.server = {.name = "teardown-server"},
		.load = {.name = "builtin",
			.source_port = "range",
			.client_close = "reset",
			.loop = "closed"}};
	load_totals_init(&trial.totals);
	json_t *json = trial_json(&trial);
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		if (!json_is_null(json_path_at(json, unknown[i])))
			fail_msg("%s is not null", unknown[i]);
	text_is(json, "holder.measured", "unknown");
	text_is(json, "source_port", "range");
	text_is(json, "client_close", "reset");
	keys_are(json_path_at(json, "latency_us"), "");
	keys_are(json_path_at(json, "connections.connect_errors"), "");
	json_decref(json);
	load_totals_finish(&trial.totals);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_verdict),
		cmocka_unit_test(test_one_reason_is_enough),
		cmocka_unit_test(test_unknown_is_null),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
