/* Results of several hosts as one: bins add up to those of the whole, each field goes by the rule
 * of its row, and what was not measured alike is refused. */
#include "bench/fleet/merge.h"

#include "bench/fleet/merge_options.h"
#include "bench/options/options.h"
#include "bench/result/json_path.h"
#include "bench/result/result.h"
#include "bench/statistics/histogram_text.h"
#include "made_up_results.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define AT UINT64_C(1795000000000000)
#define TRIAL "trials[]."

static const struct made_up web1 = {.host = "web1", AT, 7, 3000};
static const struct made_up web2 = {.host = "web2", AT + 50000, 9, 1000};

/* Takes both over. */
static json_t *merged(json_t *a, json_t *b, struct error *error)
{
	struct merge *merge = merge_create();
	json_t *result = NULL;
	*error = (struct error){0};
	if (merge_add(merge, a, "a.json", error) == 0) {
		if (merge_add(merge, b, "b.json", error) == 0)
			result = merge_finish(merge, error);
	} else {
		json_decref(b);
	}
	merge_destroy(merge);
	return result;
}

static json_t *both(void)
{
	struct error error;
	json_t *result = merged(made_up_result(&web1), made_up_result(&web2), &error);
	if (!result)
		fail_msg("%s", error.text);
	return result;
}

static double number(const json_t *result, const char *path)
{
	const json_t *value = made_up_at(result, path);
	if (!json_is_number(value))
		fail_msg("%s: no number", path);
	return json_number_value(value);
}

static void test_bins_of_halves_are_those_of_the_whole(void **state)
{
	struct histogram *whole = histogram_create();
	struct made_up a = web1, b = web2;
	struct error error;
	uint64_t count = 0, *bins = calloc(HISTOGRAM_BINS, sizeof(*bins));
	a.both = b.both = whole;
	json_t *result = merged(made_up_result(&a), made_up_result(&b), &error);
	const json_t *text = made_up_at(result, TRIAL "latency_us.total.histogram");
	assert_int_equal(histogram_text_add(json_string_value(text), bins, &count), 0);
	assert_memory_equal(bins, histogram_bins(whole), HISTOGRAM_BINS * sizeof(*bins));
	static const struct {
		const char *path;
		double quantile;
	} quantiles[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}, {"max", 1}};
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		char path[100];
		snprintf(path, sizeof(path), TRIAL "latency_us.total.%s", quantiles[i].path);
		assert_float_equal(number(result, path),
			(double)histogram_quantile(whole, quantiles[i].quantile) / 1e3, 1e-6);
	}
	assert_float_equal(
		number(result, TRIAL "latency_us.total.mean"), histogram_mean(whole) / 1e3, 1e-6);
	assert_int_equal(number(result, TRIAL "latency_us.total.count"), 4000);
	assert_int_equal(number(result, TRIAL "latency_us.total.unfinished"), 6);
	json_decref(result);
	histogram_destroy(whole);
	free(bins);
}

/* Worked out by hand: 3000 connections of web1, 1000 of web2. */
static void test_each_field_goes_by_its_rule(void **state)
{
	struct error error;
	json_t *a = made_up_result(&web1), *b = made_up_result(&web2);
	made_up_set(b, TRIAL "segments_per_connection", json_real(10.5));
	made_up_set(b, TRIAL "ports.peak_in_use", json_integer(300));
	made_up_set(b, TRIAL "ports.held_share", json_real(300.0 / 28232));
	made_up_set(b, TRIAL "loss.exhausted_s", json_null());
	made_up_set(b, TRIAL "connections.connect_errors.ETIMEDOUT", json_integer(5));
	made_up_set(a, TRIAL "runway",
		json_pack("{s:f, s:f, s:f, s:f}", "ports", 1e4, "rate_per_s", 300.0, "held_after_s",
			30.0, "lasts_per_s", 900.0));
	made_up_set(b, TRIAL "runway",
		json_pack("{s:f, s:f, s:f, s:f}", "ports", 1e4, "rate_per_s", 100.0, "held_after_s",
			20.0, "lasts_per_s", 200.0));
	json_t *result = merged(a, b, &error);
	assert_non_null(result);
	assert_int_equal(number(result, TRIAL "connections.attempted"), 4000);
	assert_int_equal(number(result, TRIAL "connections.connect_errors.ECONNREFUSED"), 4);
	assert_int_equal(number(result, TRIAL "connections.connect_errors.ETIMEDOUT"), 5);
	assert_float_equal(number(result, TRIAL "rate_per_s"), 2000, 1e-9);
	assert_int_equal(number(result, TRIAL "counters.client.OutSegs"), 20000);
	/* (3000 × 8.5 + 1000 × 10.5) / 4000 */
	assert_float_equal(number(result, TRIAL "segments_per_connection"), 9, 1e-9);
	assert_int_equal(number(result, TRIAL "ports.available"), 56464);
	assert_int_equal(number(result, TRIAL "ports.peak_in_use"), 400);
	assert_float_equal(number(result, TRIAL "ports.held_share"), 400.0 / 56464, 1e-12);
	assert_int_equal(number(result, TRIAL "time_wait.server.peak"), 2000);
	assert_float_equal(number(result, TRIAL "time_wait.server.per_connection"), 1, 1e-12);
	/* On web2 each connect() found a port. */
	assert_float_equal(number(result, TRIAL "loss.exhausted_s"), 1.5, 1e-12);
	assert_float_equal(number(result, TRIAL "runway.held_after_s"), 20, 1e-12);
	/* web2 can have twice its part, web1 three times: the fleet twice of 400. */
	assert_float_equal(number(result, TRIAL "runway.lasts_per_s"), 800, 1e-9);
	assert_int_equal(number(result, "options.connections"), 128);
	assert_int_equal(number(result, "network.client_addresses"), 2);
	assert_int_equal(number(result, "host.cpus"), 8);
	assert_string_equal(
		json_string_value(made_up_at(result, "host.name")), "2 hosts: web1, web2");
	/* The windows of 2 s begin 50 ms apart. */
	assert_float_equal(number(result, TRIAL "overlap_share"), 0.975, 1e-9);
	assert_true(json_is_true(made_up_at(result, TRIAL "valid")));
	assert_float_equal(number(result, "summary[].rate_per_s.median"), 2000, 1e-9);
	json_decref(result);
}

/* At 0.5 s of web1, web2 has been at it for 0.45 s: its sample of 0.4 s is the last. */
static void test_samples_are_added_at_the_first_ones_instants(void **state)
{
	json_t *result = both();
	const json_t *samples = made_up_at(result, TRIAL "samples");
	assert_int_equal(json_array_size(samples), MADE_UP_SAMPLES);
	const json_t *sample = json_array_get(samples, 4);
	assert_int_equal(json_integer_value(json_object_get(sample, "opened")), 750 + 200);
	assert_null(json_object_get(sample, "connect_us_p50"));
	/* The first one of web1 is before any of web2. */
	sample = json_array_get(samples, 0);
	assert_int_equal(json_integer_value(json_object_get(sample, "opened")), 150);
	sample = json_array_get(samples, MADE_UP_SAMPLES - 1);
	assert_int_equal(json_integer_value(json_object_get(sample, "opened")), 4000);
	json_decref(result);
}

static void test_reasons_and_findings_name_their_hosts(void **state)
{
	struct error error;
	json_t *a = made_up_result(&web1), *b = made_up_result(&web2);
	const char *text = "its thread had no time";
	made_up_set(a, TRIAL "findings",
		json_pack("[{s:s, s:s, s:i}]", "id", "loader-bound", "text", text, "share", 1));
	made_up_set(b, TRIAL "findings",
		json_pack("[{s:s, s:s}, {s:s, s:s}]", "id", "loader-bound", "text", text, "id",
			"ports-exhausted", "text", "no port"));
	made_up_set(b, TRIAL "valid", json_false());
	made_up_set(b, TRIAL "invalid_because", json_pack("[s]", "samples were missed"));
	json_t *result = merged(a, b, &error);
	const json_t *findings = made_up_at(result, TRIAL "findings");
	assert_int_equal(json_array_size(findings), 2);
	assert_string_equal(json_path_text(json_array_get(findings, 0), "text"),
		"web1 (and web2): its thread had no time");
	assert_string_equal(json_path_text(json_array_get(findings, 1), "text"), "web2: no port");
	assert_int_equal(number(result, TRIAL "findings[].hosts"), 2);
	assert_true(json_is_false(made_up_at(result, TRIAL "valid")));
	assert_string_equal(
		json_string_value(json_array_get(made_up_at(result, TRIAL "invalid_because"), 0)),
		"web2: samples were missed");
	assert_true(json_is_true(made_up_at(result, TRIAL "hosts[].valid")));
	json_decref(result);
}

/* What a host does not know the fleet does not know, either; unless that host has no part in it. */
static void test_what_one_does_not_know_is_not_known(void **state)
{
	struct error error;
	json_t *a = made_up_result(&web1), *b = made_up_result(&web2);
	made_up_set(b, TRIAL "time_wait.server.created", json_null());
	made_up_set(b, TRIAL "time_wait.server.per_connection", json_null());
	made_up_set(b, TRIAL "loss", NULL);
	made_up_set(b, TRIAL "holder.measured", json_string("client"));
	json_t *result = merged(a, b, &error);
	assert_true(json_is_null(made_up_at(result, TRIAL "time_wait.server.created")));
	assert_true(json_is_null(made_up_at(result, TRIAL "time_wait.server.per_connection")));
	assert_null(made_up_at(result, TRIAL "loss"));
	assert_string_equal(
		json_string_value(made_up_at(result, TRIAL "holder.measured")), "mixed");
	json_decref(result);

	struct made_up none = web2;
	none.connections = 0;
	b = made_up_result(&none);
	made_up_set(b, TRIAL "segments_per_connection", json_null());
	result = merged(made_up_result(&web1), b, &error);
	assert_float_equal(number(result, TRIAL "segments_per_connection"), 8.5, 1e-12);
	json_decref(result);
}

/* Changes b.json, and looks at what is said of it. */
static void refused(const char *path, json_t *value, const char *says)
{
	struct error error;
	json_t *b = made_up_result(&web2);
	made_up_set(b, path, value);
	json_t *result = merged(made_up_result(&web1), b, &error);
	assert_null(result);
	if (!strstr(error.text, says) || strchr(error.text, '\n'))
		fail_msg("\"%s\" does not say \"%s\"", error.text, says);
	assert_non_null(strstr(error.text, "b.json"));
}

static void test_what_was_not_measured_alike_is_refused(void **state)
{
	refused("version", json_string("0.2.0"), "version is not the same");
	refused("strategies", json_pack("[s,s]", "graceful", "reset"),
		"strategies is not the same");
	refused("options.duration", json_string("3s"), "--duration is not the same");
	refused("options.seed", json_integer(2), "--seed is not the same");
	refused("options.seed", NULL, "--seed is not the same");
	refused("options.connections", json_string("64"), "--connections is not the same");
	refused("network.kind", json_string("wire"), "network.kind is not the same");
	refused(TRIAL "sysctls", json_pack("{s:{s:s}, s:{}}", "server", "a", "1", "client"),
		"sysctls is not the same");
	refused(TRIAL "loader", json_string("wrk"), "loader is not the same");
	refused(TRIAL "started_unix_us", json_integer((json_int_t)(AT + 2000000)), "ran 0 s after");
	refused(TRIAL "started_unix_us", json_integer((json_int_t)(AT - 125000000)),
		"ran 123 s before");
	refused(TRIAL "started_unix_us", NULL, "does not say when it began");
	refused(TRIAL "latency_us.total.histogram", NULL, "an older teardown");
	refused(TRIAL "latency_us.total.histogram", json_string("HISTFAAA"), "is damaged");
	refused(TRIAL "latency_us.total.count", json_integer(999), "is damaged");
	refused("hosts", json_array(), "is merged already");
	refused("trials", json_array(), "has no trial");
}

/* Of hosts that agreed on an instant, one was so late that its window began behind the other's. */
static void test_windows_apart_of_one_fleet_are_invalid(void **state)
{
	struct error error;
	json_t *parts[2] = {made_up_result(&web1), made_up_result(&web2)};
	for (int i = 0; i < 2; i++)
		made_up_set(parts[i], TRIAL "start", json_pack("{s:i}", "late_us", 10 * i));
	made_up_set(parts[1], TRIAL "started_unix_us", json_integer((json_int_t)(AT + 2500000)));
	json_t *result = merged(parts[0], parts[1], &error);
	assert_non_null(result);
	assert_float_equal(number(result, TRIAL "overlap_share"), 0, 1e-9);
	assert_true(json_is_false(made_up_at(result, TRIAL "valid")));
	assert_string_equal(
		json_string_value(json_array_get(made_up_at(result, TRIAL "invalid_because"), 0)),
		"the hosts' windows have 0 % of their time in common: the sum of their rates was "
		"not there at once");
	json_decref(result);
}

/* Where a file goes, and how it is shown, decides nothing. */
static void test_what_decides_nothing_may_differ(void **state)
{
	struct error error;
	json_t *b = made_up_result(&web2);
	made_up_set(b, "options.json", NULL);
	made_up_set(b, "options.quiet", json_true());
	made_up_set(b, "options.connections", json_integer(32));
	made_up_set(b, "host.kernel", json_string("6.12"));
	made_up_set(b, TRIAL "a_key_of_later", json_integer(1));
	json_t *result = merged(made_up_result(&web1), b, &error);
	assert_int_equal(number(result, "options.connections"), 96);
	assert_string_equal(json_string_value(made_up_at(result, "host.kernel")), "several");
	json_decref(result);
}

static void test_the_same_result_counts_once(void **state)
{
	struct error error;
	assert_null(merged(made_up_result(&web1), made_up_result(&web1), &error));
	assert_non_null(strstr(error.text, "a.json and b.json are the same result"));
	/* Two hosts of one name are two hosts. */
	struct made_up other = web2;
	other.host = "web1";
	json_t *result = merged(made_up_result(&web1), made_up_result(&other), &error);
	assert_string_equal(
		json_string_value(made_up_at(result, "host.name")), "2 hosts: web1, web1 #2");
	json_decref(result);
}

static void test_windows_with_little_in_common_are_invalid(void **state)
{
	struct error error;
	struct made_up late = web2;
	late.started_unix_us = AT + 150000;
	json_t *result = merged(made_up_result(&web1), made_up_result(&late), &error);
	assert_true(json_is_true(made_up_at(result, TRIAL "valid")));
	json_decref(result);
	late.started_unix_us = AT + 250000;
	result = merged(made_up_result(&web1), made_up_result(&late), &error);
	assert_true(json_is_false(made_up_at(result, TRIAL "valid")));
	assert_non_null(strstr(
		json_string_value(json_array_get(made_up_at(result, TRIAL "invalid_because"), 0)),
		"88 % of their time in common"));
	json_decref(result);
}

static void test_a_trial_that_one_lacks_is_kept_and_marked(void **state)
{
	struct error error;
	json_t *b = made_up_result(&web2);
	made_up_set(b, TRIAL "repeat", json_integer(2));
	json_t *result = merged(made_up_result(&web1), b, &error);
	const json_t *trials = made_up_at(result, "trials");
	assert_int_equal(json_array_size(trials), 2);
	for (size_t i = 0; i < 2; i++) {
		const json_t *trial = json_array_get(trials, i);
		assert_true(json_is_false(json_object_get(trial, "valid")));
		assert_string_equal(json_string_value(json_array_get(
					    json_object_get(trial, "invalid_because"), 0)),
			i ? "1 of 2 hosts have this trial: web2"
			  : "1 of 2 hosts have this trial: web1");
	}
	json_decref(result);
}

static void test_a_host_that_brought_nothing_is_missed(void **state)
{
	for (size_t expected = 2; expected < 4; expected++) {
		struct error error = {0};
		struct merge *merge = merge_create();
		merge_expect(merge, expected);
		assert_int_equal(merge_add(merge, made_up_result(&web1), "a", &error), 0);
		assert_int_equal(merge_add(merge, made_up_result(&web2), "b", &error), 0);
		json_t *result = merge_finish(merge, &error);
		const json_t *why = json_array_get(made_up_at(result, TRIAL "invalid_because"), 0);
		if (expected == 2)
			assert_null(why);
		else
			assert_string_equal(
				json_string_value(why), "2 of 3 hosts have this trial: web1, web2");
		json_decref(result);
		merge_destroy(merge);
	}
}

static void test_options_that_add_up_are_counts_of_run(void **state)
{
	for (size_t list = 0; list < 2; list++) {
		const char *const *names = list ? merge_options_ignored : merge_options_summed;
		for (; *names; names++) {
			const struct option_row *row;
			size_t i = 0;
			while ((row = options_row(&run_option_table, i)) &&
				strcmp(row->name, *names) != 0)
				i++;
			if (!row)
				fail_msg("run has no --%s", *names);
			if (!list)
				assert_int_equal(row->kind, OPTION_COUNT);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bins_of_halves_are_those_of_the_whole),
		cmocka_unit_test(test_each_field_goes_by_its_rule),
		cmocka_unit_test(test_samples_are_added_at_the_first_ones_instants),
		cmocka_unit_test(test_reasons_and_findings_name_their_hosts),
		cmocka_unit_test(test_what_one_does_not_know_is_not_known),
		cmocka_unit_test(test_what_was_not_measured_alike_is_refused),
		cmocka_unit_test(test_windows_apart_of_one_fleet_are_invalid),
		cmocka_unit_test(test_what_decides_nothing_may_differ),
		cmocka_unit_test(test_the_same_result_counts_once),
		cmocka_unit_test(test_windows_with_little_in_common_are_invalid),
		cmocka_unit_test(test_a_trial_that_one_lacks_is_kept_and_marked),
		cmocka_unit_test(test_a_host_that_brought_nothing_is_missed),
		cmocka_unit_test(test_options_that_add_up_are_counts_of_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
