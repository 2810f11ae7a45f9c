/* What the options of a plan ask for, and what is refused with which words. */
#include "bench/plan/plan_options.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define WORDS_MAX 32

/* Returns NULL, or what is wrong with the line. */
static const char *read_line(const char *line, struct plan_asked *asked)
{
	static struct error error;
	static char text[256];
	char *argv[WORDS_MAX] = {"plan"};
	int argc = 1;
	struct plan_options options;
	snprintf(text, sizeof(text), "%s", line);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	assert_true(argc < WORDS_MAX);
	plan_options_set_defaults(&options);
	error = (struct error){0};
	if (options_parse(&plan_option_table, argc, argv, &options, NULL, NULL, &error) ==
			OPTIONS_PARSED &&
		plan_options_read(&options, asked, &error) == 0)
		return NULL;
	assert_int_equal(error.status, STATUS_USAGE);
	return error.text;
}

static void test_what_is_asked(void **state)
{
	struct plan_asked asked;
	assert_null(read_line("", &asked));
	assert_true(isnan(asked.requests_per_s) && isinf(asked.time_wait_most));
	assert_true(asked.hosts == 1 && asked.addresses == 1 && asked.destinations == 1);
	assert_int_equal(asked.port_low, 32768);
	assert_int_equal(asked.port_high, 60999);
	assert_true(asked.reuse_delay_s == 1 && asked.round_trip_s == 0);
	assert_null(
		read_line("--rate 10k/s --hosts 4 --addresses 2 --destinations 3 --keep-alive 7 "
			  "--rtt 30ms --reuse-delay 50ms --tw-buckets 1000 --hz 1000 "
			  "--ports 1024-65535",
			&asked));
	assert_true(asked.requests_per_s == 10000 && asked.hosts == 4 && asked.addresses == 2);
	assert_true(asked.destinations == 3 && asked.time_wait_most == 1000);
	assert_int_equal(asked.requests_per_connection, 7);
	assert_true(fabs(asked.round_trip_s - 0.03) < 1e-9);
	assert_true(fabs(asked.reuse_delay_s - 0.05) < 1e-9);
	assert_int_equal(asked.life.hz, 1000);
	assert_int_equal(asked.port_low, 1024);
}

static void test_sizes(void **state)
{
	static const struct {
		const char *line;
		double bytes; /* NAN: refused */
	} rows[] = {
		{"", 0},
		{"--response 20KB", 20000},
		{"--response 20k", 20000},
		{"--response 1.5MB", 1500000},
		{"--response 500B", 500},
		{"--response 1", 1},
		{"--response 1000GB", 1e12},
		{"--response 0", NAN},
		{"--response 1001GB", NAN},
		{"--response 20KiB", NAN},
		{"--response B", NAN},
		{"--response -1", NAN},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_asked asked;
		bool is_read = !read_line(rows[i].line, &asked);
		if (is_read == isnan(rows[i].bytes) ||
			(is_read && asked.response_bytes != rows[i].bytes))
			fail_msg("%s: %g", rows[i].line, asked.response_bytes);
	}
}

static void test_pause(void **state)
{
	struct plan_asked asked;
	assert_null(read_line("--rate 1/s", &asked));
	assert_true(isnan(asked.pause_s));
	assert_null(read_line("--rate 1/s --pause 500ms", &asked));
	assert_true(fabs(asked.pause_s - 0.5) < 1e-9);
}

static void test_rates(void **state)
{
	static const struct {
		const char *text;
		double per_s; /* NAN: refused */
	} rows[] = {
		{"600/s", 600},
		{"600", 600},
		{"1.5M/s", 1.5e6},
		{"1000G/s", 1e12},
		{"1001G/s", NAN},
		{"0/s", NAN},
		{"", NAN},
		{"/s", NAN},
		{"-1/s", NAN},
		{"600/min", NAN},
		{"600/s/s", NAN},
		{"nan/s", NAN},
		{"99999999999999999999/s", NAN},
		{"1000000000000000000000000000000000000000000000000000000000000000000000/s", NAN},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double per_s = NAN;
		struct error error = {0};
		int result = plan_rate_parse(rows[i].text, &per_s, &error);
		if ((result == -1) != isnan(rows[i].per_s) ||
			(result == 0 && per_s != rows[i].per_s))
			fail_msg("%s: %d, %g", rows[i].text, result, per_s);
		assert_true((result == -1) == (error.text[0] != '\0'));
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *line, *words;
	} rows[] = {
		{"--rate 0", "--rate 0: must be between 1/s and 10^12/s"},
		{"--rate fast", "--rate fast: is not a rate"},
		{"--ports 5-4", "--ports 5-4: LO is above HI, which leaves no port"},
		{"--ports 0-4", "--ports 0-4: ports are 1 to 65535"},
		{"--addresses 0", "--addresses 0: must be between 1 and 1"},
		{"--keep-alive 0", "--keep-alive 0: must be between 1 and 1"},
		{"--rtt 30Ms", "--rtt 30Ms: is not a duration"},
		{"--hz 10", "--hz 10: must be between 24 and"},
		{"--tw-buckets 0", "--tw-buckets 0: must be at least 1"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_asked asked;
		const char *words = read_line(rows[i].line, &asked);
		if (!words || strncmp(words, rows[i].words, strlen(rows[i].words)) != 0)
			fail_msg("%s: \"%s\"", rows[i].line, words ? words : "accepted");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_asked),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
