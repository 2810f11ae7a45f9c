/* Validity of made-up trials: an uneventful one is valid, and what went wrong is a reason. What is
 * tolerated is tried next to what is not, at its bound. */
#include "bench/judge/validity.h"
#include "validity_cases.h"

#include <math.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct td_strategy strategy = {
	.name = "made-up", .first_closer = TD_SERVER, .holder = TD_SERVER};

static void trial_make(struct trial *trial)
{
	*trial = (struct trial){.strategy = &strategy,
		.client_addresses = 1,
		.port_low = 1,
		.port_high = 10000,
		.window_ns = 1000000000,
		.packet_tap = {.counts = {.connections = CONNECTIONS,
				       .server = CONNECTIONS,
				       .at_server = {.time_wait = CONNECTIONS}}}};
	trial->totals.attempted = trial->totals.outcomes[OUTCOME_COMPLETED] = CONNECTIONS;
	trial->totals.bytes_promised = trial->totals.bytes_received = 128 * CONNECTIONS;
	struct sample_end *server = &trial->after.server;
	server->counters.passive_opens = server->counters.tw = CONNECTIONS;
	server->counters.gauge_tw = server->sockstat_low = server->sockstat_high = CONNECTIONS;
	server->census.states[TCP_TIME_WAIT] = CONNECTIONS;
}

static void reasons_join(const struct reasons *reasons, char *text, size_t size)
{
	FILE *out = fmemopen(text, size, "w");
	for (size_t i = 0; i < reasons->count; i++)
		fprintf(out, "%s%s", i ? "; " : "", reasons->text[i]);
	fputc('\0', out);
	fclose(out);
}

static void event_make(struct trial *trial)
{
	trial->event_count = 1;
	trial->events[0] = (struct event_record){
		.spec = {.at_ns = 1000, .text = "HUP"}, .done_ns = trial->started_ns + 1000};
}

static void check_case(const struct validity_case *row, bool has_event)
{
	struct trial trial;
	char got[1000];
	const char *reasons = has_event ? row->behind_event : row->reasons;
	const char *wanted = reasons ? reasons : "";
	trial_make(&trial);
	row->happens(&trial);
	if (has_event)
		event_make(&trial);
	struct figures figures = figures_of(&trial);
	struct reasons found = validity_reasons(&trial, &figures);
	reasons_join(&found, got, sizeof(got));
	if (strcmp(got, wanted) != 0)
		fail_msg("%s%s: \"%s\", not \"%s\"", row->name,
			has_event ? ", behind an event" : "", got, wanted);
	reasons_finish(&found);
	load_totals_finish(&trial.totals);
}

static void each_has_its_reasons(void **state)
{
	for (size_t i = 0; i < cases_of_kernel.count; i++)
		check_case(&cases_of_kernel.list[i], false);
	for (size_t i = 0; i < cases_of_load.count; i++)
		check_case(&cases_of_load.list[i], false);
	for (size_t i = 0; i < cases_of_third_party_load.count; i++)
		check_case(&cases_of_third_party_load.list[i], false);
}

static void events_forgive_what_they_may_do(void **state)
{
	for (size_t i = 0; i < cases_of_third_party_load.count; i++)
		check_case(&cases_of_third_party_load.list[i], true);
}

/* A trial in which nothing was opened has unknown figures; nothing is made of them. */
static void unknown_figures_are_no_reason(void **state)
{
	struct trial trial = {.strategy = &strategy, .server = {.is_third_party = true}};
	struct figures figures = figures_of(&trial);
	struct reasons reasons = validity_reasons(&trial, &figures);
	assert_true(isnan(figures.rate_per_s) && isnan(figures.segments_per_connection));
	assert_int_equal(reasons.count, 1);
	assert_string_equal(reasons.text[0], "no connection was attempted");
	reasons_finish(&reasons);
}

/* Each errno that connect() can have, and whole texts. */
static void no_number_of_reasons_is_too_many(void **state)
{
	struct trial trial;
	trial_make(&trial);
	memset(trial.failure, 'x', sizeof(trial.failure) - 1);
	for (int error = 0; error < LOAD_TOTALS_ERRNO_MAX; error++)
		trial.totals.connect_errors[error] = 1;
	struct figures figures = figures_of(&trial);
	struct reasons reasons = validity_reasons(&trial, &figures);
	assert_false(reasons.incomplete);
	assert_int_equal(reasons.count, 1 + LOAD_TOTALS_ERRNO_MAX);
	assert_string_equal(reasons.text[0], trial.failure);
	reasons_finish(&reasons);
	assert_int_equal(reasons.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_its_reasons),
		cmocka_unit_test(events_forgive_what_they_may_do),
		cmocka_unit_test(unknown_figures_are_no_reason),
		cmocka_unit_test(no_number_of_reasons_is_too_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
