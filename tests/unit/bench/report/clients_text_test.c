/* What is said of clients beside the load, of made-up trials. */
#include "bench/report/clients_text.h"

#include "said.h"

#include <stdbool.h>
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

static char *said_of_client(const char *behaviour, int pauses, int closed_idle)
{
	return said_by(clients_print,
		json_pack("{s:[{s:s}], s:[{s:s, s:b, s:[{s:s, s:i, s:i, s:i, s:i, s:i}]}]}",
			"summary", "strategy", "graceful", "trials", "strategy", "graceful",
			"valid", 1, "clients", "behaviour", behaviour, "connections", 4,
			"attempted", 8, "responses", 8, "pauses", pauses, "closed_idle",
			closed_idle),
		400);
}

static void clients_that_had_nothing_to_pause_before_are_told(void **state)
{
	static const struct {
		const char *behaviour;
		int pauses, closed_idle;
		bool is_told;
	} rows[] = {
		{"think", 0, 0, true},
		{"think", 1, 0, false},
		{"think", 0, 1, false},
		{"half-close", 0, 0, false},
		{"of-another-version", 0, 0, false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = said_of_client(rows[i].behaviour, rows[i].pauses, rows[i].closed_idle);
		has(text, "8 connections, 8 whole responses");
		(rows[i].is_told ? has : has_not)(text, "none paused");
		free(text);
	}
}

static char *said_of_a_race(const char *behaviour, double least_s, double most_s)
{
	return said_by(clients_print,
		json_pack("{s:[{s:s}], s:[{s:s, s:b, s:[{s:s, s:i, s:i, s:i, s:i, s:f, s:f}]}]}",
			"summary", "strategy", "graceful", "trials", "strategy", "graceful",
			"valid", 1, "clients", "behaviour", behaviour, "connections", 4,
			"attempted", 8, "responses", 8, "unanswered_kept", 3, "idle_least_s",
			least_s, "idle_most_s", most_s),
		400);
}

static void requests_that_were_sent_ahead_waited_for_none(void **state)
{
	char *raced = said_of_a_race("think", 0, 0.31), *ahead = said_of_a_race("pipeline", 0, 0);
	has(raced, "; 3 requests on a kept connection got no answer, after 0.000 to 0.310 s idle");
	has(ahead, "; 3 requests on a kept connection got no answer");
	has_not(ahead, "idle");
	free(raced);
	free(ahead);
}

/* Of two trials together. */
static void what_the_clients_sent_and_did_not_come(void **state)
{
	static const struct {
		int taken, arrived;
		const char *says;
	} rows[] = {{2000000, 500000, "clients: graceful: 3.5 of 5 MB that they sent came"},
		{2000000, 2000000, NULL}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = said_by(clients_print,
			json_pack("{s:[{s:s}], s:[{s:s, s:b, s:{s:i, s:i}}, {s:s, s:b, s:{s:i, "
				  "s:i}}]}",
				"summary", "strategy", "graceful", "trials", "strategy", "graceful",
				"valid", 1, "sent", "taken_bytes", rows[i].taken, "arrived_bytes",
				rows[i].arrived, "strategy", "graceful", "valid", 0, "sent",
				"taken_bytes", 3000000, "arrived_bytes", 3000000),
			400);
		if (rows[i].says)
			has(text, rows[i].says);
		else
			has_not(text, "clients:");
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_and_what_is_no_leak_are_of_one_trial),
		cmocka_unit_test(of_the_one_with_the_greater_leak_both_are_told),
		cmocka_unit_test(all_of_them_are_no_leak),
		cmocka_unit_test(requests_that_were_sent_ahead_waited_for_none),
		cmocka_unit_test(clients_that_had_nothing_to_pause_before_are_told),
		cmocka_unit_test(what_the_clients_sent_and_did_not_come),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
