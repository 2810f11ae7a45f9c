/* What is said of both families, and of plain HTTP and TLS, of made-up trials. */
#include "bench/report/levels_text.h"

#include "said.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#define TRIALS 8

/* Trials of a row whose rates lie by turns above and below `rate`, by 1 % at most. */
static void trials_add(
	json_t *result, const char *row, size_t count, double rate, double spread, bool is_valid)
{
	static const double shares[TRIALS] = {1, 0.99, 1.01, 0.995, 1.005, 0.992, 1.008, 1};
	for (size_t i = 0; i < count; i++)
		json_array_append_new(json_object_get(result, "trials"),
			json_pack("{s:s, s:b, s:i, s:f}", "strategy", row, "valid", is_valid,
				"repeat", (int)i + 1, "rate_per_s",
				rate * (1 + spread * (shares[i] - 1))));
}

static void row_add(json_t *result, const char *row, size_t count, double rate)
{
	trials_add(result, row, count, rate, 1, true);
}

static json_t *result_of(const char *option)
{
	return json_pack("{s:{s:s, s:[s,s], s:[s,s]}, s:[]}", "factor", "option", option,
		"strategies", "graceful", "reset", "levels", "IPv4", "IPv6", "trials");
}

/* To be freed. */
static char *said(json_t *result)
{
	return said_by(levels_print, result, 100);
}

static void what_differs_is_named(void **state)
{
	json_t *result = result_of("family");
	row_add(result, "graceful:IPv4", TRIALS, 10000);
	row_add(result, "graceful:IPv6", TRIALS, 9000);
	row_add(result, "reset:IPv4", TRIALS, 12000);
	row_add(result, "reset:IPv6", TRIALS, 12010);
	char *text = said(result);
	has(text, "families: graceful: IPv6 differs in rate_per_s (-10.0 %) against IPv4.\n");
	has(text, "families: reset: no difference beyond noise between IPv4 and IPv6 (a difference "
		  "in conn/s would be told, 4 of 5 times, from ");
	has_not(text, "not known");
	free(text);
}

/* The other way round it is more, and of both strategies nothing is told. */
static void what_does_not_differ_is_said_of_all(void **state)
{
	json_t *result = result_of("family");
	row_add(result, "graceful:IPv4", TRIALS, 10000);
	row_add(result, "graceful:IPv6", TRIALS, 10000);
	row_add(result, "reset:IPv4", TRIALS, 12000);
	row_add(result, "reset:IPv6", TRIALS, 12000);
	char *text = said(result);
	has(text, "families: graceful and reset: no difference beyond noise");
	has_not(text, "differs");
	free(text);
}

static void few_trials_say_nothing(void **state)
{
	json_t *result = result_of("family");
	row_add(result, "graceful:IPv4", TRIALS, 10000);
	row_add(result, "graceful:IPv6", TRIALS, 12000);
	row_add(result, "reset:IPv4", 4, 12000);
	row_add(result, "reset:IPv6", 4, 2000);
	char *text = said(result);
	has(text, "families: graceful: IPv6 differs in rate_per_s (+20.0 %)");
	has(text, "families: reset: fewer than 5 valid trials of each, so whether IPv4 and IPv6 "
		  "differ is not known: --repeat 5 or more.\n");
	has_not(text, "beyond noise");
	free(text);
}

/* More trials would be as invalid as these. */
static void invalid_trials_are_no_few_trials(void **state)
{
	json_t *result = result_of("family");
	row_add(result, "graceful:IPv4", TRIALS, 10000);
	trials_add(result, "graceful:IPv6", TRIALS, 10000, 1, false);
	row_add(result, "reset:IPv4", TRIALS, 12000);
	row_add(result, "reset:IPv6", TRIALS, 12000);
	char *text = said(result);
	has(text, "families: graceful: fewer than 5 valid trials of each, so whether IPv4 and IPv6 "
		  "differ is not known: see what makes trials invalid.\n");
	has_not(text, "--repeat");
	free(text);
}

/* Of a text to be freed. Returns how many figures it names. */
static int told_from(char *text, double *low, double *high)
{
	char copy[512];
	const char *words = "4 of 5 times, from ";
	snprintf(copy, sizeof(copy), "%s", text);
	free(text);
	has(copy, words);
	return sscanf(strstr(copy, words), "4 of 5 times, from %lf to %lf %%", low, high);
}

/* The one whose trials differ more would be told a greater difference only. */
static void what_would_be_told_is_of_those_that_are_alike(void **state)
{
	double low, high, alone, none;
	json_t *result = result_of("family");
	row_add(result, "graceful:IPv4", TRIALS, 10000);
	row_add(result, "graceful:IPv6", TRIALS, 10000);
	trials_add(result, "reset:IPv4", TRIALS, 12000, 10, true);
	trials_add(result, "reset:IPv6", TRIALS, 12000, 10, true);
	assert_int_equal(told_from(said(result), &low, &high), 2);
	/* The spread of one is ten times the other's. */
	assert_true(high > 9 * low && high < 11 * low);
	result = result_of("family");
	row_add(result, "graceful:IPv4", TRIALS, 10000);
	row_add(result, "graceful:IPv6", TRIALS, 10000);
	trials_add(result, "reset:IPv4", TRIALS, 12000, 10, true);
	trials_add(result, "reset:IPv6", TRIALS, 24000, 10, true);
	assert_int_equal(told_from(said(result), &alone, &none), 1);
	assert_true(alone == low);
}

static void tls_is_compared_with_plain(void **state)
{
	json_t *result = result_of("compare-tls");
	row_add(result, "graceful:plain", TRIALS, 10000);
	row_add(result, "graceful:TLS", TRIALS, 2000);
	row_add(result, "reset:plain", TRIALS, 12000);
	row_add(result, "reset:TLS", TRIALS, 12010);
	char *text = said(result);
	has(text, "TLS: graceful: TLS differs in rate_per_s (-80.0 %) against plain.\n");
	has(text, "TLS: reset: no difference beyond noise between plain and TLS (a difference");
	has_not(text, "IPv");
	free(text);
}

static void of_another_factor_nothing_is_said(void **state)
{
	json_t *result = result_of("think");
	row_add(result, "graceful:IPv4", TRIALS, 10000);
	row_add(result, "graceful:IPv6", TRIALS, 9000);
	char *text = said(result);
	assert_string_equal(text, "");
	free(text);
	text = said(json_pack("{s:[]}", "trials"));
	assert_string_equal(text, "");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_differs_is_named),
		cmocka_unit_test(what_does_not_differ_is_said_of_all),
		cmocka_unit_test(few_trials_say_nothing),
		cmocka_unit_test(invalid_trials_are_no_few_trials),
		cmocka_unit_test(what_would_be_told_is_of_those_that_are_alike),
		cmocka_unit_test(tls_is_compared_with_plain),
		cmocka_unit_test(of_another_factor_nothing_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
