/* What a simulation is asked for, what each strategy makes of it, and what is refused with which
 * words. */
#include "bench/plan/plan_simulation.h"

#include "strategies/core/registry.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define WORDS_MAX 48

static struct error error;
static struct plan_asked asked;

/* Returns NULL, or what is wrong with the line. */
static const char *read_line(const char *line, struct simulation_input *input)
{
	static char text[512];
	char *argv[WORDS_MAX] = {"plan"};
	int argc = 1;
	struct plan_options options;
	struct options_given given;
	snprintf(text, sizeof(text), "--hz 250 %s", line);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	assert_true(argc < WORDS_MAX);
	plan_options_set_defaults(&options);
	error = (struct error){0};
	if (options_parse(&plan_option_table, argc, argv, &options, NULL, &given, &error) ==
			OPTIONS_PARSED &&
		plan_options_check(&options, &given, &error) == 0 &&
		plan_options_read(&options, &asked, &error) == 0 &&
		plan_simulation_read(&options, &asked, input, &error) == 0)
		return NULL;
	assert_int_equal(error.status, STATUS_USAGE);
	return error.text;
}

static void test_defaults(void **state)
{
	struct simulation_input input;
	assert_null(read_line("--simulate --rate 600/s", &input));
	assert_true(input.sources == 1 && input.destinations == 1 && input.sources_of_host == 1);
	assert_true(input.rate_per_s == 600 && input.seconds == 600 && input.zipf == 0);
	assert_true(input.arrivals == SIMULATION_POISSON && input.lifetimes == LIFETIMES_FIXED);
	assert_true(input.lifetime_s == 0 && input.outage_for_s == 0 && input.retries == 0);
	assert_true(input.cap == 0 && input.seed == 1 && !input.is_jittered);
}

static void test_what_is_asked(void **state)
{
	struct simulation_input input;
	assert_null(read_line("--simulate --rate 10k/s --hosts 4 --addresses 2 --destinations 3 "
			      "--duration 2m --arrivals bursts:50 --lifetime 2s,pareto:1.5 --zipf "
			      "0.9 --outage 60s-90s --connect-timeout 500ms --retries 5 "
			      "--retry-after 100ms --jitter --tw-buckets 1000 --seed 7 --threads 3",
		&input));
	assert_true(input.sources == 8 && input.sources_of_host == 2 && input.destinations == 3);
	assert_true(input.seconds == 120 && input.arrivals == SIMULATION_BURSTS);
	assert_int_equal(input.burst, 50);
	assert_true(input.lifetimes == LIFETIMES_PARETO && input.lifetime_s == 2);
	assert_true(input.pareto_shape == 1.5 && input.zipf == 0.9 && input.is_jittered);
	assert_true(input.outage_from_s == 60 && input.outage_for_s == 30);
	assert_true(fabs(input.connect_timeout_s - 0.5) < 1e-9 && input.retries == 5);
	assert_true(fabs(input.retry_after_s - 0.1) < 1e-9 && input.cap == 1000);
	assert_true(input.seed == 7 && input.threads == 3);
}

static void test_refused(void **state)
{
	static const struct {
		const char *line, *words;
	} rows[] = {
		{"--simulate", "--simulate needs --rate"},
		{"--rate 1 --jitter", "--jitter: is of --simulate"},
		{"--rate 1 --simulate --jitter", "--jitter: is of --retries"},
		{"--rate 1 --simulate --retry-after 2s", "--retry-after: is of --retries"},
		{"--rate 1 --simulate --connect-timeout 1s", "--connect-timeout: is of --outage"},
		{"--rate 1 --simulate --zipf 1", "--zipf: is of --destinations"},
		{"--simulate --rate 1 --arrivals poison", "--arrivals poison: must be fixed, "},
		{"--simulate --rate 1 --arrivals bursts:0", "--arrivals bursts:0: must be fixed, "},
		{"--simulate --rate 1 --arrivals bursts:2M", "--arrivals bursts:2M: must be "},
		{"--simulate --rate 1 --arrivals bursts", "--arrivals bursts: must be fixed, "},
		{"--simulate --rate 1 --lifetime long", "--lifetime long: is not a duration"},
		{"--simulate --rate 1 --lifetime ,fixed", "--lifetime ,fixed: is not a duration"},
		{"--simulate --rate 1 --lifetime 1s,pareto", "--lifetime 1s,pareto: behind the "},
		{"--simulate --rate 1 --lifetime 1s,pareto:1", "--lifetime 1s,pareto:1: behind "},
		{"--simulate --rate 1 --lifetime 1s,pareto:nan", "--lifetime 1s,pareto:nan: "},
		{"--simulate --rate 1 --lifetime 1s,", "--lifetime 1s,: behind the comma"},
		{"--simulate --rate 1 --destinations 2 --zipf -1",
			"--zipf -1: must be a number from 0 to 10"},
		{"--simulate --rate 1 --destinations 2 --zipf 1x",
			"--zipf 1x: must be a number from 0 to 10"},
		{"--simulate --rate 1 --outage 60s", "--outage 60s: is not FROM-TO"},
		{"--simulate --rate 1 --outage 60s-", "--outage 60s-: is not FROM-TO"},
		{"--simulate --rate 1 --outage 9s-9s", "--outage 9s-9s: ends before it begins"},
		{"--simulate --rate 1 --outage 10m-11m", "--outage 10m-11m: begins behind the end"},
		{"--simulate --rate 1 --retries 17", "--retries 17: must be between 0 and 16"},
		{"--simulate --rate 1 --duration 0", "--duration 0: must be between"},
		{"--simulate --rate 1 --threads 0", "--threads 0: must be between 1 and 64"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct simulation_input input;
		const char *words = read_line(rows[i].line, &input);
		if (!words || strncmp(words, rows[i].words, strlen(rows[i].words)) != 0)
			fail_msg("%s: \"%s\"", rows[i].line, words ? words : "accepted");
	}
}

/* What is more than can be simulated. */
static void test_too_much(void **state)
{
	static const struct {
		const char *line, *words;
	} rows[] = {
		{"--rate 1000G/s", "1e+12 connections/s of one pair of addresses are too many: "},
		{"--rate 1000G/s --hosts 1M --duration 1h", "3.6e+15 connections are too many: "},
		{"--rate 1/s --hosts 1M --addresses 1M", "1e+12 pairs of addresses are too many: "},
		{"--rate 1/s --retries 1 --retry-after 1ms --duration 1h",
			"3600 s in steps of 6.25e-05 s, which "},
		{"--rate 1/s --destinations 1M --tw-buckets 9",
			"1000000 pairs of addresses of a host are too many "},
	};
	const struct td_strategy *strategy = registry_find("client-close", NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct simulation_input input;
		char line[256];
		size_t count;
		snprintf(line, sizeof(line), "--simulate %s", rows[i].line);
		assert_null(read_line(line, &input));
		assert_null(plan_simulated_create(&asked, &input, &strategy, 1, &count, &error));
		assert_int_equal(error.status, STATUS_USAGE);
		if (strncmp(error.text, rows[i].words, strlen(rows[i].words)) != 0)
			fail_msg("%s: \"%s\"", rows[i].line, error.text);
	}
}

/* Strategies that hold ports alike are one group. */
static void test_groups(void **state)
{
	static const char *const names[] = {"client-close", "graceful", "tw-reuse", "wide-ports",
		"server-close", "keep-alive", "simultaneous"};
	const struct td_strategy *strategies[7];
	struct simulation_input input;
	size_t count;
	for (size_t i = 0; i < 7; i++)
		strategies[i] = registry_find(names[i], NULL);
	assert_null(read_line("--simulate --rate 600/s --tw-buckets 5000", &input));
	struct plan_simulated *groups =
		plan_simulated_create(&asked, &input, strategies, 7, &count, &error);
	assert_non_null(groups);
	assert_int_equal(count, 5);
	/* The life of a TIME_WAIT with its ticks, at the client. */
	assert_true(groups[0].count == 2 && groups[0].strategies[1] == strategies[6]);
	assert_true(groups[0].input.hold_s == 60);
	assert_true(fabs(groups[0].input.tick_s - 2.048) < 1e-9);
	assert_true(groups[0].input.ports == 28232 && groups[0].input.cap == 5000);
	/* At the server, and no port is held. */
	assert_true(groups[1].count == 2 && groups[1].strategies[1] == strategies[4]);
	assert_null(groups[1].tally);
	/* Held for the delay of reuse, which no cap bounds. */
	assert_true(groups[2].input.hold_s == 1 && groups[2].input.tick_s == 0);
	assert_int_equal(groups[2].input.cap, 0);
	assert_true(groups[3].input.ports == 64512 && !groups[3].is_by_parity);
	assert_true(groups[4].input.rate_per_s == 6);
	plan_simulated_destroy(groups, count);
}

/* Behind a NAT its ports are held, whoever closes; only connections a second differ. */
static void test_nat(void **state)
{
	const struct td_strategy *strategies[] = {registry_find("client-close", NULL),
		registry_find("graceful", NULL), registry_find("keep-alive", NULL)};
	struct simulation_input input;
	size_t count;
	assert_null(read_line("--simulate --rate 600/s --hosts 40 --addresses 2 --destinations 3 "
			      "--nat-ports 1024 --nat-hold 90s --tw-buckets 10",
		&input));
	struct plan_simulated *groups =
		plan_simulated_create(&asked, &input, strategies, 3, &count, &error);
	assert_non_null(groups);
	assert_int_equal(count, 2);
	assert_true(groups[0].count == 2 && groups[0].is_nat && !groups[0].is_by_parity);
	assert_true(groups[0].input.ports == 1024 && groups[0].input.hold_s == 90);
	assert_true(groups[0].input.tick_s == 0 && !groups[0].simulation.is_capped);
	assert_int_equal(groups[0].simulation.units, 3);
	assert_true(groups[1].input.rate_per_s == 6);
	plan_simulated_destroy(groups, count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_what_is_asked),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_nat),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
