/* What is said of clients beside the load, of made-up trials. */
#include "bench/report/clients_text.h"

#include "said.h"

#include <stddef.h>
#include <stdlib.h>

struct left {
	int peak, end, reopened;
};

/* To be freed. */
static char *said(const struct left *trials, size_t count)
{
	json_t *result =
		json_pack("{s:[{s:s}], s:[]}", "summary", "strategy", "graceful", "trials");
	for (size_t i = 0; i < count; i++)
		json_array_append_new(json_object_get(result, "trials"),
			json_pack("{s:s, s:b, s:{s:[], s:{s:i, s:i, s:i}}}", "strategy", "graceful",
				"valid", 1, "beside", "clients", "server", "held_peak",
				trials[i].peak, "held_end", trials[i].end, "reopened_end",
				trials[i].reopened));
	return said_by(clients_print, result, 400);
}

/* The leak of three is in one trial; two of another one are none. */
static void what_is_left_and_what_is_no_leak_are_of_one_trial(void **state)
{
	static const struct left trials[] = {{20, 3, 0}, {30, 2, 2}};
	char *text = said(trials, 2);
	has(text, "of 30 connections that are not the load's, at most, and of 3 when all was over");
	has_not(text, "no leak");
	free(text);
}

static void of_the_one_with_the_greater_leak_both_are_told(void **state)
{
	static const struct left trials[] = {{9, 4, 4}, {9, 8, 3}, {9, 6, 2}};
	char *text = said(trials, 3);
	has(text, "and of 8 when all was over");
	has(text, "3 of those that were left at the end are no leak");
	free(text);
}

/* Without a leak, those that look like one. */
static void all_of_them_are_no_leak(void **state)
{
	static const struct left trials[] = {{9, 0, 0}, {9, 4, 4}};
	char *text = said(trials, 2);
	has(text, "and of 4 when all was over");
	has(text, "4 of those that were left at the end are no leak");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_and_what_is_no_leak_are_of_one_trial),
		cmocka_unit_test(of_the_one_with_the_greater_leak_both_are_told),
		cmocka_unit_test(all_of_them_are_no_leak),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
