/* What events come to, and which of a trial's checks they leave to decide. */
#include "bench/judge/event_figures.h"
#include "bench/judge/figures.h"
#include "bench/judge/validity.h"

#include "common/clock.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct td_strategy strategy = {
	.name = "made-up", .first_closer = TD_SERVER, .holder = TD_SERVER};

/* 2 s from 10 s on, with an event at 0.5 s and one at 1 s. */
static struct trial trial_of(size_t events)
{
	struct trial trial = {.strategy = &strategy,
		.load = {.duration_ns = 2 * NS_PER_S, .threads = 1},
		.window_ns = 2 * NS_PER_S,
		.started_ns = 10 * NS_PER_S,
		.event_count = events};
	for (size_t i = 0; i < events; i++)
		trial.events[i] = (struct event_record){
			.spec = {.at_ns = (i + 1) * NS_PER_S / 2, .text = "HUP"},
			.done_ns = 10 * NS_PER_S + (i + 1) * NS_PER_S / 2};
	return trial;
}

static void without_events_nothing_is_known(void **state)
{
	struct trial trial = trial_of(0);
	assert_true(isnan(event_figures_of_all(&trial).lost));
	assert_false(event_figures_has_come(&trial));
}

static void a_gap_may_end_behind_the_next_event(void **state)
{
	struct trial trial = trial_of(2);
	trial.totals.events[0] = (struct event_count){.refused = 5,
		.refused_first_ns = 10 * NS_PER_S + 600 * NS_PER_MS,
		.refused_last_ns = 10 * NS_PER_S + 900 * NS_PER_MS,
		.groups[EVENT_ASKED] = {.connections = 9, .reset = 4, .short_ = 2, .timed_out = 1}};
	assert_true(fabs(event_figures_of(&trial, 0).no_connection_s - 1.4) < 1e-9);
	trial.totals.events[1].connected_ns = 10 * NS_PER_S + 1100 * NS_PER_MS;
	assert_true(fabs(event_figures_of(&trial, 0).no_connection_s - 0.5) < 1e-9);
	assert_true(event_figures_of(&trial, 1).no_connection_s == 0);
	assert_true(event_figures_of_all(&trial).no_connection_s > 0.49);
	assert_true(event_figures_of_all(&trial).lost == 7);
	assert_true(event_figures_of_all(&trial).reset == 4);
	assert_true(event_figures_of_all(&trial).refused == 5);
}

static void what_was_lost_before_is_told_apart(void **state)
{
	struct trial trial = trial_of(2);
	trial.totals.outcomes[OUTCOME_COMPLETED] = 1000;
	trial.totals.outcomes[OUTCOME_SHORT] = 10;
	trial.totals.outcomes[OUTCOME_RESET] = 20;
	trial.totals.outcomes[OUTCOME_TIMED_OUT] = 40;
	trial.totals.events[0].groups[EVENT_ASKED] = (struct event_group_count){.reset = 4};
	trial.totals.events[1].groups[EVENT_NEW] =
		(struct event_group_count){.short_ = 3, .timed_out = 8, .completed = 100};
	assert_true(event_figures_lost_before(&trial, 0) == 55);
	assert_true(event_figures_lost_before(&trial, 1) == 4);
	assert_int_equal(event_figures_until_ns(&trial, 0), trial.events[1].done_ns);
	assert_int_equal(event_figures_until_ns(&trial, 1), 12 * NS_PER_S);
	trial.events[1].done_ns = 0;
	assert_int_equal(event_figures_until_ns(&trial, 0), 12 * NS_PER_S);
	assert_true(isnan(event_figures_lost_before(&trial, 1)));
	trial.load.is_third_party = true;
	assert_true(isnan(event_figures_lost_before(&trial, 0)));
}

/* Of a third party's loader the listeners tell, and packets. */
static void listeners_tell_where_the_loader_does_not(void **state)
{
	struct trial trial = trial_of(2);
	trial.load.is_third_party = true;
	trial.events[0].refused_seen = 3;
	trial.server_end.listener_gaps.count = 1;
	trial.server_end.listener_gaps.list[0] =
		(struct listener_gap){.gone_ns = 10 * NS_PER_S + 600 * NS_PER_MS,
			.until_ns = 10 * NS_PER_S + 850 * NS_PER_MS,
			.refused = 3};
	struct event_figures first = event_figures_of(&trial, 0);
	assert_true(isnan(first.lost));
	assert_true(first.refused == 3);
	assert_true(fabs(first.no_connection_s - 0.25) < 1e-9);
	assert_true(event_figures_of(&trial, 1).no_connection_s == 0);
}

/* Of one connection in eight, 20 refusals were seen: 15 behind the first event, 5 behind the
 * second. The client's kernel counts `failed` attempts; the server's sent `resets` RSTs. */
static double refused(size_t event, uint64_t failed, uint64_t resets, uint64_t share)
{
	struct trial trial = trial_of(2);
	trial.load.is_third_party = true;
	trial.events[0].refused_seen = 15;
	trial.events[1].refused_seen = 5;
	trial.packet_tap.share = share;
	trial.packet_tap.counts.refused = 20;
	trial.after.client.counters.attempt_fails =
		trial.before.client.counters.attempt_fails + failed;
	trial.after.server.counters.out_rsts = trial.before.server.counters.out_rsts + resets;
	return event_figures_of(&trial, event).refused;
}

static void the_kernel_counts_what_a_share_of_packets_dates(void **state)
{
	assert_true(refused(0, 160, 200, 8) == 120 && refused(1, 160, 200, 8) == 40);
	/* 40 attempts were given up: no RST answered them. */
	assert_true(refused(0, 200, 160, 8) == 120);
	/* All packets were seen, or more than the kernel counts. */
	assert_true(refused(0, 160, 200, 1) == 15);
	assert_true(refused(0, 10, 200, 8) == 15);
}

static bool has_reason(const struct trial *trial, const char *words)
{
	struct figures figures = figures_of(trial);
	struct reasons reasons = validity_reasons(trial, &figures);
	bool found = false;
	for (size_t i = 0; i < reasons.count; i++)
		found |= strstr(reasons.text[i], words) != NULL;
	reasons_finish(&reasons);
	return found;
}

static void what_an_event_does_decides_nothing(void **state)
{
	static const char *const words[] = {"ECONNREFUSED", "reset before", "promised", "SYNs sent",
		"holder is", "without a status of"};
	for (size_t events = 0; events < 2; events++) {
		struct trial trial = trial_of(events);
		trial.totals.attempted = 30;
		trial.totals.outcomes[OUTCOME_RESET] = 10;
		trial.totals.outcomes[OUTCOME_CONNECT_ERROR] = 20;
		trial.totals.connect_errors[ECONNREFUSED] = 20;
		trial.totals.bytes_promised = 100;
		trial.totals.refused = trial.totals.refused_by[0] = 1;
		trial.after.client.counters.syn_retrans = 3;
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (has_reason(&trial, words[i]) != (events == 0))
				fail_msg("%s with %zu events", words[i], events);
	}
}

/* An event that did not come has done nothing. */
static void what_no_event_does_still_decides(void **state)
{
	struct trial trial = trial_of(1);
	trial.totals.attempted = 12;
	trial.totals.outcomes[OUTCOME_RESET] = 10;
	trial.totals.connect_errors[EADDRNOTAVAIL] = 2;
	trial.samples_missed = 9;
	trial.after.server.counters.tw_overflow = 4;
	assert_true(has_reason(&trial, "does not balance"));
	assert_true(has_reason(&trial, "EADDRNOTAVAIL"));
	assert_true(has_reason(&trial, "samples missed"));
	assert_true(has_reason(&trial, "TCPTimeWaitOverflow"));
	trial.events[0].done_ns = 0;
	assert_true(has_reason(&trial, "did not come: the load was over (2 s)"));
	assert_true(has_reason(&trial, "reset before"));
}

static void a_restart_is_to_listen(void **state)
{
	struct trial trial = trial_of(1);
	struct event_record *record = &trial.events[0];
	record->spec.kind = EVENT_RESTART;
	assert_true(has_reason(&trial, "had not ended when the load did"));
	record->stopped_ns = record->started_ns = record->done_ns + 5;
	assert_true(has_reason(&trial,
		"the load ended 1.5 s after the server was started again, before it listened"));
	strcpy(record->end, "exited with status 1: bind");
	assert_true(has_reason(&trial, "ended before it listened: it exited with status 1: bind"));
	record->listened_ns = record->started_ns + 5;
	assert_false(has_reason(&trial, "--at"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_events_nothing_is_known),
		cmocka_unit_test(a_gap_may_end_behind_the_next_event),
		cmocka_unit_test(what_was_lost_before_is_told_apart),
		cmocka_unit_test(listeners_tell_where_the_loader_does_not),
		cmocka_unit_test(the_kernel_counts_what_a_share_of_packets_dates),
		cmocka_unit_test(what_an_event_does_decides_nothing),
		cmocka_unit_test(what_no_event_does_still_decides),
		cmocka_unit_test(a_restart_is_to_listen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
