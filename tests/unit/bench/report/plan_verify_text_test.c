/* A verified plan on a terminal of 60 columns. */
#include "bench/report/plan_verify_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct td_strategy closes = {.name = "client-close"};
static const struct td_strategy races = {.name = "simultaneous"};

static char *text_of(const struct plan_verified *verified, size_t count)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	plan_verify_text_print(verified, count, 60, out);
	fclose(out);
	return text;
}

static void test_open_loop(void **state)
{
	const struct plan_verified verified[] = {
		{
			.strategy = &closes,
			.rate = 33,
			.ports = 2000,
			.seconds = 140,
			.predicted = {4525, 95.168, 2000, 30.303, 60.606, 32.2331, 0, 2000, 0, 0},
			.measured = {4525, 120, 2000, INFINITY, 60.607, 32.2, 3, 1998, 0, 0},
		},
		{.strategy = &races, .cannot = {.text = "who is left with TIME_WAIT is a race"}},
	};
	char *text = text_of(verified, 2);
	assert_string_equal(text, "\n"
				  "  verify                      forecast  measured    error\n"
				  "client-close: 33 connections/s, 2000 ports, 140 s\n"
				  "  refused for want of a port        95       120  +26.1 % off\n"
				  "  ports held                      2000      2000   +0.0 %\n"
				  "  connect() slow after          30.3 s     never        - off\n"
				  "  ports run out after           60.6 s    60.6 s   +0.0 %\n"
				  "  lasts, once they have         32.2/s    32.2/s   -0.1 %\n"
				  "  TIME_WAIT at the server            0         3        - off\n"
				  "  TIME_WAIT at the client         2000      1998   -0.1 %\n"
				  "simultaneous: not played: who is left with TIME_WAIT is a\n"
				  "  race\n"
				  "4 of 7 figures are as forecast: within 2 %, a number also\n"
				  "  within 1, a time within 0.1 s\n");
	free(text);
}

/* One more or less of a few is as forecast, however large a share of them it is. */
static void test_closed_loop(void **state)
{
	const struct plan_course none = {.refused = NAN,
		.slow_after_s = NAN,
		.exhausted_after_s = NAN,
		.lasting_per_s = NAN};
	struct plan_verified verified = {.strategy = &closes,
		.rate = INFINITY,
		.ports = 2,
		.seconds = 1,
		.predicted = none,
		.measured = none};
	verified.predicted.connections = 2;
	verified.measured.connections = 3;
	char *text = text_of(&verified, 1);
	assert_string_equal(text, "\n"
				  "  verify                      forecast  measured    error\n"
				  "client-close: as fast as there are ports, 2 ports, 1 s\n"
				  "  connections                        2         3        -\n"
				  "1 of 1 figures are as forecast: within 2 %, a number also\n"
				  "  within 1, a time within 0.1 s\n");
	free(text);
}

/* What a trial that was not as asked shows is no figure that was forecast well. */
static void test_not_as_asked(void **state)
{
	static char killed[] = "the trial's process ended: Killed";
	static char *reasons[] = {killed};
	const struct plan_course same = {.refused = NAN, .ports_held = 20};
	struct plan_verified verified[] = {
		{.strategy = &closes,
			.rate = 10,
			.ports = 20,
			.seconds = 8,
			.predicted = same,
			.measured = same,
			.reasons = {.text = reasons, .count = 1}},
		{.strategy = &races,
			.rate = 10,
			.ports = 20,
			.seconds = 8,
			.predicted = same,
			.measured = same},
	};
	static const char head[] = "\n"
				   "  verify                      forecast  measured    error\n"
				   "client-close: 10 connections/s, 20 ports, 8 s\n"
				   "  ports held                        20        20   +0.0 %\n"
				   "not as asked: the trial's process ended: Killed\n";
	char *text = text_of(verified, 1);
	assert_memory_equal(text, head, strlen(head));
	assert_string_equal(text + strlen(head), "1 trial not as asked is not counted\n");
	free(text);
	text = text_of(verified, 2);
	assert_memory_equal(text, head, strlen(head));
	assert_string_equal(text + strlen(head),
		"simultaneous: 10 connections/s, 20 ports, 8 s\n"
		"  ports held                        20        20   +0.0 %\n"
		"1 of 1 figures are as forecast: within 2 %, a number also\n"
		"  within 1, a time within 0.1 s; 1 trial not as asked is not\n"
		"  counted\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_loop),
		cmocka_unit_test(test_closed_loop),
		cmocka_unit_test(test_not_as_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
