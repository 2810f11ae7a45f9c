/* What a result says beside its trials: the host, the options, settings that all trials share, and
 * the summary, whose numbers were worked out by hand. */
#include "bench/result/result.h"

#include "bench/result/host.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"
#include "bench/statistics/power.h"
#include "recorded_trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

/* The first line of a file of /proc that begins so, behind that beginning; how many there are. */
static size_t line_of(const char *path, const char *begin, char *rest, size_t size)
{
	char line[512];
	size_t count = 0;
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, begin, strlen(begin)) != 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		if (count++ == 0)
			snprintf(rest, size, "%s", line + strlen(begin));
	}
	fclose(file);
	return count;
}

/* Asked in other ways than the program asks. */
static void test_host(void **state)
{
	char rest[256];
	unsigned long long kib;
	json_t *host = host_json();
	line_of("/proc/sys/kernel/osrelease", "", rest, sizeof(rest));
	assert_string_equal(json_path_text(host, "kernel"), rest);
	line_of("/proc/meminfo", "MemTotal:", rest, sizeof(rest));
	assert_int_equal(sscanf(rest, "%llu", &kib), 1);
	assert_int_equal(json_integer_value(json_object_get(host, "memory_bytes")), kib * 1024);
	/* Only processors that are online are listed. */
	size_t cpus = line_of("/proc/stat", "cpu", rest, sizeof(rest)) - 1;
	assert_int_equal(json_integer_value(json_object_get(host, "cpus")), cpus);
	if (line_of("/proc/cpuinfo", "model name\t: ", rest, sizeof(rest)) > 0)
		assert_string_equal(json_path_text(host, "cpu_model"), rest);
	assert_int_equal(json_is_true(json_object_get(host, "root")), geteuid() == 0);
	json_decref(host);
}

static void test_host_tells_the_hard_limit(void **state)
{
	struct rlimit kept, lower;
	getrlimit(RLIMIT_NOFILE, &kept);
	lower = (struct rlimit){.rlim_cur = 101, .rlim_max = kept.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &lower), 0);
	json_t *host = host_json();
	setrlimit(RLIMIT_NOFILE, &kept);
	assert_int_equal(json_integer_value(json_object_get(host, "rlimit_nofile")),
		(json_int_t)kept.rlim_max);
	json_decref(host);
}

/* Of two strategies. */
static json_t *result_make(struct run_options *options)
{
	static const struct td_strategy one = {.name = "one",
		.summary = "First.",
		.first_closer = TD_SERVER,
		.holder = TD_BOTH,
		.gives_up = TD_GIVES_UP_TAIL | TD_GIVES_UP_OLD_SEGMENTS,
		.claim_is_race = true,
		.source_port = TD_PORT_BIND,
		.exchanges = 7,
		.requirements = {{TD_CLIENT, "net.ipv4.made_up", "3", "it is needed"},
			{TD_SERVER, "net.ipv4.another", "1 2", "so it is"}}};
	static const struct td_strategy two = {.name = "two",
		.summary = "Second.",
		.first_closer = TD_CLIENT,
		.gives_up = TD_GIVES_UP_OLD_SEGMENTS};
	run_options_set_defaults(options);
	options->connections = 63;
	options->client_addresses = 5;
	options->port_low = 2001;
	options->port_high = 2999;
	options->fail_if.items[0] = "one.rate_per_s < 7";
	options->fail_if.count = 1;
	options->chosen[0] = &two;
	options->chosen[1] = &one;
	options->chosen_count = 2;
	json_t *result = result_create(options);
	assert_non_null(result);
	return result;
}

static void test_what_was_asked_for(void **state)
{
	struct run_options options = {0};
	json_t *result = result_make(&options);
	json_t *wanted = json_pack("[s, s]", "two", "one");
	json_t *ports = json_pack("[i, i]", 2001, 2999);
	assert_string_equal(json_path_text(result, "schema"), "teardown-run/1");
	assert_true(json_equal(json_object_get(result, "strategies"), wanted));
	assert_true(json_equal((json_t *)json_path_at(result, "network.port_range"), ports));
	assert_int_equal(json_integer_value(json_path_at(result, "network.client_addresses")), 5);
	assert_int_equal(json_integer_value(json_path_at(result, "options.connections")), 63);
	assert_string_equal(json_path_text(result, "options.duration"), "2s");
	assert_true(json_is_false(json_path_at(result, "options.latency")));
	assert_string_equal(
		json_path_string(json_array_get(json_path_at(result, "options.fail-if"), 0)),
		"one.rate_per_s < 7");
	assert_non_null(strstr(json_path_text(result, "command_line"), " --connections 63 "));
	json_decref(wanted);
	json_decref(ports);
	json_decref(result);
}

static void test_what_is_declared(void **state)
{
	struct run_options options = {0};
	json_t *result = result_make(&options);
	json_t *wanted = json_pack(
		"[{s:s, s:s, s:s, s:s, s:b, s:[s], s:s, s:i, s:[]}, {s:s, s:s, s:s, s:s, s:b, "
		"s:[s, s], s:s, s:i, s:[{s:s, s:s, s:s, s:s}, {s:s, s:s, s:s, s:s}]}]",
		"strategy", "two", "summary", "Second.", "first_closer", "client", "holder", "none",
		"is_race", 0, "gives_up", "old-segments", "source_port", "kernel", "exchanges", 1,
		"requirements", "strategy", "one", "summary", "First.", "first_closer", "server",
		"holder", "both", "is_race", 1, "gives_up", "tail", "old-segments", "source_port",
		"bind", "exchanges", 7, "requirements", "end", "client", "sysctl",
		"net.ipv4.made_up", "value", "3", "because", "it is needed", "end", "server",
		"sysctl", "net.ipv4.another", "value", "1 2", "because", "so it is");
	assert_non_null(wanted);
	if (!json_equal(json_object_get(result, "declared"), wanted))
		fail_msg("%s", json_dumps(json_object_get(result, "declared"), JSON_INDENT(1)));
	json_decref(result);
	/* A third party's server declares nothing. */
	options.server_command = "sh";
	result = result_create(&options);
	assert_int_equal(json_array_size(json_object_get(result, "declared")), 0);
	json_decref(wanted);
	json_decref(result);
}

/* A setting that one trial has another value of is no setting of all. */
static void test_settings_that_all_share(void **state)
{
	struct run_options options = {0};
	struct trial trial;
	json_t *result = result_make(&options);
	recorded_trial(&trial);
	assert_int_equal(result_add(result, &trial), 0);
	snprintf(trial.settings[1].value, sizeof(trial.settings[1].value), "1");
	assert_int_equal(result_add(result, &trial), 0);
	const json_t *server = json_path_at(result, "network.sysctls.server");
	const json_t *client = json_path_at(result, "network.sysctls.client");
	assert_string_equal(
		json_path_string(json_object_get(server, "net.ipv4.tcp_tw_reuse")), "0");
	assert_int_equal(json_object_size(server), 1);
	assert_int_equal(json_object_size(client), 0);
	assert_int_equal(json_array_size(json_object_get(result, "trials")), 2);
	json_decref(result);
	load_totals_finish(&trial.totals);
}

static void trial_append(json_t *result, const char *name, bool valid, double rate, int ports)
{
	json_t *trial = json_pack("{s:s, s:b}", "strategy", name, "valid", valid);
	if (rate >= 0)
		json_object_set_new(trial, "rate_per_s", json_real(rate));
	json_object_set_new(trial, "ports", json_pack("{s:i}", "peak_in_use", ports));
	json_object_set_new(
		trial, "loss", json_pack("{s:n, s:f}", "exhausted_s", "lost_share", rate / 1e4));
	json_array_append_new(json_object_get(result, "trials"), trial);
}

static void spread_is(const json_t *summary, const char *metric, const double wanted[3])
{
	static const char *const keys[] = {"median", "low", "high"};
	for (size_t i = 0; i < 3; i++) {
		const json_t *value = json_object_get(json_object_get(summary, metric), keys[i]);
		if (!(fabs(json_number_value(value) - wanted[i]) < 1e-9))
			fail_msg("%s.%s is %g, not %g", metric, keys[i], json_number_value(value),
				wanted[i]);
	}
}

/* Of three values, the ends of the bootstrap interval are the least and the largest. */
static void test_summary(void **state)
{
	struct run_options options = {0};
	json_t *result = result_make(&options);
	trial_append(result, "two", true, 310, 41);
	trial_append(result, "one", true, 17, 43);
	trial_append(result, "two", false, 9000, 9001);
	trial_append(result, "two", true, 170, 45);
	trial_append(result, "two", true, 190, 47);
	trial_append(result, "one", true, -1, 49);
	result_add_failure(result, "three", "there is\nno room");
	assert_int_equal(result_summarize(result), 0);
	const json_t *summary = json_object_get(result, "summary");
	assert_int_equal(json_array_size(summary), 2);
	const json_t *two = json_array_get(summary, 0), *one = json_array_get(summary, 1);
	assert_string_equal(json_path_text(two, "strategy"), "two");
	assert_int_equal(json_integer_value(json_object_get(two, "trials")), 4);
	assert_int_equal(json_integer_value(json_object_get(two, "valid_trials")), 3);
	spread_is(two, "rate_per_s", (const double[]){190, 170, 310});
	spread_is(two, "ports_peak_in_use", (const double[]){45, 41, 47});
	/* What was lost counts of an invalid trial, too. */
	spread_is(two, "lost_share", (const double[]){0.025, 0.017, 0.9});
	assert_null(json_object_get(two, "exhausted_s"));
	assert_null(json_object_get(two, "exchanges_per_s"));
	assert_string_equal(json_path_text(one, "strategy"), "one");
	/* One of its two trials has no rate. */
	spread_is(one, "rate_per_s", (const double[]){17, 17, 17});
	spread_is(one, "ports_peak_in_use", (const double[]){46, 43, 49});
	const json_t *not_run = json_array_get(json_object_get(result, "not_run"), 0);
	assert_string_equal(json_path_text(not_run, "strategy"), "three");
	assert_string_equal(json_path_text(not_run, "because"), "there is?no room");
	json_decref(result);
}

static double number_at(const json_t *json, const char *path)
{
	return json_number_value(json_path_at(json, path));
}

/* With four valid trials nothing is said; with five, what Welch's t tells at 2 % shared out among
 * all metrics. Of 100, 200 … 500 the standard deviation is the root of 25000. */
static void test_summary_of_what_is_detectable(void **state)
{
	struct run_options options = {0};
	json_t *result = result_make(&options);
	for (int i = 1; i <= 5; i++) {
		trial_append(result, "two", true, 100 * i, 7);
		trial_append(result, "one", i > 1, 100 * i, i);
	}
	assert_int_equal(result_summarize(result), 0);
	const json_t *summary = json_object_get(result, "summary"), *two, *one;
	two = json_array_get(summary, 0);
	one = json_array_get(summary, 1);
	struct welch welch = {sqrt(25000 * 2 / 5.0), 8};
	double alpha = 0.02 / (double)metrics_summary().count;
	double wanted = power_detectable(&welch, power_critical_t(alpha, 8));
	assert_true(fabs(number_at(two, "rate_per_s.detectable") - wanted) < 1e-6 * wanted);
	/* Standard deviations: SciPy has 3.08 of alpha 0.005, 4.35 of 0.0005. */
	assert_true(wanted > 3.08 * sqrt(25000) && wanted < 4.35 * sqrt(25000));
	/* A constant differs from all else. */
	assert_true(json_is_number(json_path_at(two, "ports_peak_in_use.detectable")));
	assert_true(number_at(two, "ports_peak_in_use.detectable") <= 0);
	assert_null(json_path_at(one, "rate_per_s.detectable"));
	/* What was lost counts of five. */
	assert_non_null(json_path_at(one, "lost_share.detectable"));
	json_decref(result);
}

/* One that never ran has no line, and a second summary replaces the first. */
static void test_summary_of_no_trial(void **state)
{
	struct run_options options = {0};
	json_t *result = result_make(&options);
	assert_int_equal(result_summarize(result), 0);
	assert_int_equal(json_array_size(json_object_get(result, "summary")), 0);
	trial_append(result, "one", false, 17, 43);
	assert_int_equal(result_summarize(result), 0);
	const json_t *one = json_array_get(json_object_get(result, "summary"), 0);
	assert_int_equal(json_integer_value(json_object_get(one, "trials")), 1);
	assert_int_equal(json_object_size(one), 4);
	spread_is(one, "lost_share", (const double[]){0.0017, 0.0017, 0.0017});
	json_decref(result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_host),
		cmocka_unit_test(test_host_tells_the_hard_limit),
		cmocka_unit_test(test_what_was_asked_for),
		cmocka_unit_test(test_what_is_declared),
		cmocka_unit_test(test_settings_that_all_share),
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_summary_of_what_is_detectable),
		cmocka_unit_test(test_summary_of_no_trial),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
