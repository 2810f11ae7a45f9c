/* --matrix, --sweep and --family both: which rows come out, with which options, and what is refused
 * with which words. */
#include "bench/options/factor.h"

#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define WORDS_MAX 32

/* The options as `teardown run` has them; returns NULL, or what is wrong with them. */
static const char *complete(struct run_options *options, const char *line)
{
	static struct error error;
	static char text[256];
	char *argv[WORDS_MAX] = {"teardown"};
	int argc = 1;
	struct options_given given;
	snprintf(text, sizeof(text), "%s", line);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	run_options_set_defaults(options);
	error = (struct error){0};
	assert_int_equal(
		options_parse(&run_option_table, argc, argv, options, NULL, &given, &error),
		OPTIONS_PARSED);
	return run_options_complete(options, &given, &error) == -1 ? error.text : NULL;
}

static void without_a_factor_rows_are_strategies(void **state)
{
	static struct run_options options;
	assert_null(complete(&options, "-s graceful,reset"));
	assert_int_equal(run_rows_count(&options), 2);
	assert_string_equal(run_row_at(&options, 1).name, "reset");
	assert_ptr_equal(run_row_at(&options, 1).options, &options);
}

static void a_matrix_has_a_row_for_each_pair(void **state)
{
	static struct run_options options;
	assert_null(
		complete(&options, "-s graceful,reset --matrix --clients plain,write-first,idle"));
	assert_int_equal(run_rows_count(&options), 6);
	struct run_row row = run_row_at(&options, 4);
	assert_string_equal(row.name, "reset:write-first");
	assert_string_equal(row.strategy->name, "reset");
	assert_int_equal(row.chosen, 1);
	assert_int_equal(row.options->share_count, 1);
	assert_string_equal(row.options->shares[0].behaviour->name, "write-first");
	/* An upload that is refused. */
	assert_true(row.options->request_bytes > 10000000 && row.options->max_body > 0);
	assert_true(row.options->max_body < row.options->request_bytes);
	assert_string_equal(row.options->expect, "413");
	struct run_row plain = run_row_at(&options, 0), idle = run_row_at(&options, 2);
	assert_int_equal(plain.options->share_count, 0);
	assert_int_equal(plain.options->request_bytes, 0);
	assert_true(plain.options->has_wire && plain.options->total == 8);
	/* Graceful waits for 5 s. */
	assert_int_equal(plain.options->timeout_ns, 8 * NS_PER_S);
	assert_int_equal(options.timeout_ns, 8 * NS_PER_S);
	/* Who stays needs more than one look, and a response that the kernel takes. */
	assert_true(idle.options->duration_ns > plain.options->duration_ns);
	assert_true(idle.options->response_bytes < plain.options->response_bytes);
	assert_int_equal(options.repeat, 1);
}

static void a_matrix_has_all_behaviours(void **state)
{
	static struct run_options options;
	assert_null(complete(&options, "-s graceful --matrix"));
	assert_int_equal(run_rows_count(&options), client_behaviour_count);
	assert_string_equal(run_row_at(&options, 0).name, "graceful:plain");
}

/* One that waits for a second. */
static void a_cell_lasts_longer_than_its_strategies_wait(void **state)
{
	static struct run_options options;
	assert_null(complete(&options, "-s delayed-close --matrix --clients plain"));
	assert_int_equal(run_row_at(&options, 0).options->timeout_ns, 4 * NS_PER_S);
	assert_null(complete(&options, "-s delayed-close,graceful --matrix --clients plain"));
	assert_int_equal(run_row_at(&options, 0).options->timeout_ns, 8 * NS_PER_S);
	assert_null(complete(&options, "-s graceful --matrix --clients plain --timeout 2s"));
	assert_int_equal(run_row_at(&options, 0).options->timeout_ns, 2 * NS_PER_S);
}

/* What was printed as the effective command line gives the same cells. */
static void what_is_given_stays(void **state)
{
	static struct run_options options;
	assert_null(
		complete(&options, "-s graceful --matrix --clients write-first --max-body 5k -d 1s "
				   "--network veth --request-bytes 20k -c 2 -n 3 --repeat 2"));
	const struct run_options *own = run_row_at(&options, 0).options;
	assert_int_equal(own->max_body, 5000);
	assert_int_equal(own->request_bytes, 20000);
	assert_int_equal(own->duration_ns, NS_PER_S);
	assert_int_equal(own->connections, 2);
	assert_int_equal(own->total, 3);
	assert_false(own->has_wire);
	assert_int_equal(options.repeat, 2);
}

static void a_sweep_has_each_value(void **state)
{
	static struct run_options options;
	assert_null(complete(&options, "-s graceful --sweep think=0.9s..1.2s/0.1s"));
	assert_int_equal(run_rows_count(&options), 4);
	assert_string_equal(run_row_at(&options, 0).name, "graceful:think@900ms");
	assert_string_equal(run_row_at(&options, 3).name, "graceful:think@1200ms");
	const struct run_options *last = run_row_at(&options, 3).options;
	assert_int_equal(last->thinking.mean_ns, 1200 * NS_PER_MS);
	assert_string_equal(last->shares[0].behaviour->name, "think");
	assert_int_equal(last->total, last->connections);
	assert_int_equal(last->requests_per_connection, 2);
	/* One unit for all, in which each is whole. */
	assert_null(complete(&options, "-s graceful --sweep think=1s,1500ms"));
	assert_string_equal(run_row_at(&options, 0).name, "graceful:think@1000ms");
	assert_string_equal(run_row_at(&options, 1).name, "graceful:think@1500ms");
	assert_null(complete(&options, "-s graceful --sweep rate=2k,500"));
	assert_string_equal(run_row_at(&options, 0).name, "graceful:rate@2000");
	assert_int_equal(run_row_at(&options, 1).options->rate, 500);
	assert_null(complete(&options, "-s graceful --sweep keep-alive=1s,3s"));
	assert_int_equal(run_row_at(&options, 1).options->keep_alive_ns, 3 * NS_PER_S);
}

static void both_families_are_rows(void **state)
{
	static struct run_options options;
	assert_null(complete(&options, "-s graceful,reset --family both"));
	assert_int_equal(run_rows_count(&options), 4);
	struct run_row first = run_row_at(&options, 0), last = run_row_at(&options, 3);
	assert_string_equal(first.name, "graceful:IPv4");
	assert_string_equal(run_row_at(&options, 1).name, "graceful:IPv6");
	assert_string_equal(last.name, "reset:IPv6");
	assert_false(first.options->is_ipv6);
	assert_true(last.options->is_ipv6);
	/* As it was asked for, which is what the command line of the result says. */
	assert_string_equal(options.family, "both");
	assert_int_equal(options.repeat, 5);
	assert_null(complete(&options, "-s graceful --family both --repeat 2 --twins"));
	assert_int_equal(options.repeat, 2);
	assert_null(complete(&options, "-s graceful,reset --twins"));
}

static void plain_and_tls_are_rows(void **state)
{
	static struct run_options options;
	assert_null(complete(&options, "-s graceful,reset --compare-tls --tls-resume on"));
	assert_int_equal(run_rows_count(&options), 4);
	struct run_row first = run_row_at(&options, 0), last = run_row_at(&options, 3);
	assert_string_equal(first.name, "graceful:plain");
	assert_string_equal(run_row_at(&options, 1).name, "graceful:TLS");
	assert_string_equal(last.name, "reset:TLS");
	assert_false(first.options->tls);
	assert_string_equal(first.options->tls_resume, "off");
	assert_true(last.options->tls);
	assert_string_equal(last.options->tls_resume, "on");
	assert_string_equal(options.tls_resume, "on");
	assert_int_equal(options.repeat, 5);
	assert_null(complete(&options, "-s graceful --compare-tls --twins"));
}

static void nonsense_is_refused(void **state)
{
	static const struct {
		const char *line, *words;
	} rows[] = {
		{"--matrix --clients vanihs", "did you mean vanish?"},
		{"--matrix --clients reset=60%", "without shares"},
		{"--matrix --clients reset,idle,reset", "reset is there twice"},
		{"--matrix --sweep think=1s", "give one of them"},
		{"--matrix --loader wrk", "builtin loader's"},
		{"--matrix --ladders", "not with --matrix"},
		{"--matrix --twins", "not with --matrix"},
		{"--matrix --family both", "give one of them"},
		{"--sweep think=1s --family both", "give one of them"},
		{"--family both --ladders", "not with --family both"},
		{"--family both --nat", "not with --family 6"},
		{"--family both --twins -s graceful,reset", "here are 2: --strategies A"},
		{"--compare-tls --family both", "--family both and --compare-tls: each gives"},
		{"--compare-tls --matrix", "--matrix and --compare-tls: each gives"},
		{"--compare-tls --tls", "not with --tls"},
		{"--compare-tls --ladders", "not with --compare-tls"},
		{"--compare-tls --server-command it", "--server-command speaks either"},
		{"--compare-tls --twins -s graceful,reset", "here are 2: --strategies A"},
		{"--family 46", "must be 4, 6 or both"},
		{"--twins -s graceful", "here is 1"},
		{"--twins -s graceful,reset,client-close", "here are 3"},
		{"--sweep think", "must be OPTION=LO..HI/STEP"},
		{"--sweep think=", "must be OPTION=LO..HI/STEP"},
		{"--sweep =1s", "must be OPTION=LO..HI/STEP"},
		{"--sweep thnk=1s", "did you mean think?"},
		{"--sweep seed=1", "cannot sweep \"seed\""},
		{"--sweep think=2s..1s/1s", "LO is above HI"},
		{"--sweep think=1s..2s", "must be LO..HI/STEP"},
		{"--sweep think=1s..2s/0", "must be LO..HI/STEP"},
		{"--sweep think=1s..2s/x", "must be LO..HI/STEP"},
		{"--sweep think=1s,,2s", "\"\" is not a time"},
		{"--sweep rate=1k,1000", "is there twice"},
		{"--sweep rate=10,soon", "\"soon\" is not a count"},
		{"--sweep think=1ms..1s/0.1ms", "names 9991 values"},
		{"--sweep think=1ms..1s/1ms", "6000 trials"},
		{"--sweep think=1s --think 2s", "gives that option its values"},
		{"--sweep connections=0,1", "must be between 1 and"},
		{"--server-command true --max-body 5", "is teardown-server's"},
		{"--server-command true --keep-alive 5s", "is teardown-server's"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static struct run_options options;
		const char *said = complete(&options, rows[i].line);
		if (!said || !strstr(said, rows[i].words))
			fail_msg("%s: %s", rows[i].line, said ? said : "not refused");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_factor_rows_are_strategies),
		cmocka_unit_test(a_matrix_has_a_row_for_each_pair),
		cmocka_unit_test(a_matrix_has_all_behaviours),
		cmocka_unit_test(a_cell_lasts_longer_than_its_strategies_wait),
		cmocka_unit_test(what_is_given_stays),
		cmocka_unit_test(a_sweep_has_each_value),
		cmocka_unit_test(both_families_are_rows),
		cmocka_unit_test(plain_and_tls_are_rows),
		cmocka_unit_test(nonsense_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
