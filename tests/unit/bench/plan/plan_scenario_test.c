/* Options of a plan in a file: what is read, what stands above them, and what is refused. */
#include "bench/plan/plan_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct plan_scenario scenario;
static struct error error;

/* Reads a file with that text, and `word` on the command line (NULL: nothing). */
static int read_text(const char *text, char *word)
{
	char path[] = "/tmp/plan-scenario-XXXXXX";
	char *argv[] = {"plan", "--scenario", path, word, NULL};
	struct plan_options options;
	struct options_given given;
	int file = mkstemp(path);
	assert_int_not_equal(file, -1);
	assert_int_equal(write(file, text, strlen(text)), strlen(text));
	close(file);
	plan_options_set_defaults(&options);
	assert_int_equal(options_parse(&plan_option_table, word ? 4 : 3, argv, &options, NULL,
				 &given, &error),
		OPTIONS_PARSED);
	int result = plan_scenario_read(&scenario, &options, &given, &error);
	unlink(path);
	return result;
}

static void test_read(void **state)
{
	assert_int_equal(read_text("# of a test\n\nsimulate\n rate=600/s # fast\nhosts =  4\n"
				   "\tlifetime = 2s,exponential\nretry-after = 500ms",
				 NULL),
		0);
	assert_true(scenario.options.simulate && !scenario.options.jitter);
	assert_string_equal(scenario.options.rate, "600/s");
	assert_string_equal(scenario.options.lifetime, "2s,exponential");
	assert_true(scenario.options.hosts == 4 && scenario.options.addresses == 1);
	assert_true(scenario.options.retry_after_ns == 500000000);
	assert_true(options_given_has(&scenario.given, "hosts"));
	assert_false(options_given_has(&scenario.given, "addresses"));
	plan_scenario_finish(&scenario);
}

static void test_command_line_above(void **state)
{
	char rate[] = "--rate=7/s", jitter[] = "--jitter", hosts[] = "--hosts=9";
	assert_int_equal(read_text("rate = 600/s\nhosts = 4\n", rate), 0);
	assert_string_equal(scenario.options.rate, "7/s");
	assert_int_equal(scenario.options.hosts, 4);
	plan_scenario_finish(&scenario);
	assert_int_equal(read_text("rate = 600/s\nhosts = 4\n", hosts), 0);
	assert_string_equal(scenario.options.rate, "600/s");
	assert_int_equal(scenario.options.hosts, 9);
	plan_scenario_finish(&scenario);
	assert_int_equal(read_text("rate = 600/s\n", jitter), 0);
	assert_true(scenario.options.jitter);
	assert_true(options_given_has(&scenario.given, "jitter"));
	plan_scenario_finish(&scenario);
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{"rate = 1/s\nhoosts = 4\n", ":2: unknown option --hoosts: did you mean --hosts?"},
		{"hosts = 0\n", ":1: --hosts 0: must be between 1 and 1000000"},
		{"hosts\n", ":1: --hosts needs an argument: --hosts N"},
		{"\n\njitter = yes\n", ":3: --jitter takes no argument"},
		{"scenario = x\n", ":1: \"scenario=x\" is no option of a scenario"},
		{"help\n", ":1: \"help\" is no option of a scenario"},
		{"version\n", ":1: \"version\" is no option of a scenario"},
		{"= 5\n", ":1: \"=5\" is no option of a scenario"},
		{"two words\n", ":1: unknown option --two words: see --help"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(read_text(rows[i].text, NULL), -1);
		plan_scenario_finish(&scenario);
		assert_int_equal(error.status, STATUS_USAGE);
		const char *words = strchr(error.text, ':');
		if (!words || strcmp(words, rows[i].words) != 0)
			fail_msg("\"%s\"", error.text);
	}
}

/* One without an end is not read to its end. */
static void test_long_line(void **state)
{
	char text[5000];
	memset(text, '#', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(read_text(text, NULL), -1);
	plan_scenario_finish(&scenario);
	assert_int_equal(error.status, STATUS_USAGE);
	assert_non_null(strstr(error.text, ":1: no line of text, or longer than 4094 bytes"));
}

static void test_no_file(void **state)
{
	struct plan_options options;
	struct options_given given = {.table = &plan_option_table};
	plan_options_set_defaults(&options);
	options.scenario = "/nowhere/at.all";
	assert_int_equal(plan_scenario_read(&scenario, &options, &given, &error), -1);
	plan_scenario_finish(&scenario);
	assert_int_equal(error.status, STATUS_USAGE);
	assert_non_null(strstr(error.text, "--scenario /nowhere/at.all: No such file"));
	options.scenario = "/";
	assert_int_equal(plan_scenario_read(&scenario, &options, &given, &error), -1);
	plan_scenario_finish(&scenario);
	assert_non_null(strstr(error.text, "--scenario /: Is a directory"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_command_line_above),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_no_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
