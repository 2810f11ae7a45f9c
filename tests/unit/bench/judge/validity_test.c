/* Validity of made-up trials: an uneventful one is valid, and what went wrong is a reason. What is
 * tolerated is tried next to what is not, at its bound. */
#include "bench/judge/validity.h"

#include <errno.h>
#include <math.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CONNECTIONS 1000

static const struct td_strategy strategy = {
	.name = "made-up", .first_closer = TD_SERVER, .holder = TD_SERVER};

/* The server closed first, 1,000 times, and holds as many TIME_WAITs. */
static void trial_make(struct trial *trial)
{
	*trial = (struct trial){.strategy = &strategy,
		.client_addresses = 1,
		.port_low = 1,
		.port_high = 10000,
		.window_ns = 1000000000,
		.packet_tap = {.counts = {.connections = CONNECTIONS, .server = CONNECTIONS}}};
	trial->tally.attempted = trial->tally.outcomes[OUTCOME_COMPLETED] = CONNECTIONS;
	trial->tally.bytes_promised = trial->tally.bytes_received = 128 * CONNECTIONS;
	struct sample_end *server = &trial->after.server;
	server->counters.passive_opens = server->counters.tw = CONNECTIONS;
	server->counters.gauge_tw = server->sockstat_low = server->sockstat_high = CONNECTIONS;
	server->census.states[TCP_TIME_WAIT] = CONNECTIONS;
}

static void nothing(struct trial *trial)
{
}

static void crossed(struct trial *trial)
{
	trial->packet_tap.counts.server = 0;
	trial->packet_tap.counts.both = CONNECTIONS;
}

static void closed_first_by_the_client(struct trial *trial)
{
	trial->packet_tap.counts.server = 0;
	trial->packet_tap.counts.client = CONNECTIONS;
}

static void not_always_closed_first_by_the_server(struct trial *trial)
{
	trial->packet_tap.counts.server -= 51;
	trial->packet_tap.counts.client = 51;
}

static void nearly_always_closed_first_by_the_server(struct trial *trial)
{
	trial->packet_tap.counts.server -= 50;
	trial->packet_tap.counts.client = 50;
}

/* By chance, where there are few. */
static void none_looked_at(struct trial *trial)
{
	trial->packet_tap = (struct packet_tap_report){.share = 8};
}

static void none_seen_of_all(struct trial *trial)
{
	trial->packet_tap = (struct packet_tap_report){.share = 1};
}

static void one_looked_at(struct trial *trial)
{
	trial->packet_tap =
		(struct packet_tap_report){.share = 8, .counts = {.connections = 1, .server = 1}};
}

static void held_by_nobody(struct trial *trial)
{
	trial->after.server.counters.tw = 0;
	trial->after.server.counters.out_rsts = CONNECTIONS;
}

static void held_by_the_client(struct trial *trial)
{
	trial->after.server.counters.tw = 0;
	trial->after.client.counters.tw = CONNECTIONS;
}

static void held_by_too_few(struct trial *trial)
{
	trial->after.server.counters.tw = 949;
	trial->after.server.counters.out_rsts = 51;
}

static void held_by_nearly_all(struct trial *trial)
{
	trial->after.server.counters.tw = 950;
	trial->after.server.counters.out_rsts = 50;
}

/* Where the claim is a race, no outcome contradicts it. */
static void held_otherwise_in_a_race(struct trial *trial)
{
	static struct td_strategy race;
	race = strategy;
	race.claim_is_race = true;
	trial->strategy = &race;
	held_by_the_client(trial);
	crossed(trial);
}

/* Nothing is declared of it. */
static void held_otherwise_by_a_third_partys_server(struct trial *trial)
{
	trial->server.is_third_party = true;
	held_by_the_client(trial);
	crossed(trial);
}

static void failed(struct trial *trial)
{
	snprintf(trial->failure, sizeof(trial->failure), "the server ended");
}

static void interrupted(struct trial *trial)
{
	trial->interrupted = true;
}

static void none_attempted(struct trial *trial)
{
	trial->tally.attempted = trial->tally.outcomes[OUTCOME_COMPLETED] = 0;
}

static void one_attempted(struct trial *trial)
{
	trial->tally.attempted = trial->tally.outcomes[OUTCOME_COMPLETED] = 1;
}

static void not_accounted_for(struct trial *trial)
{
	trial->tally.attempted++;
}

static void accounted_for_twice(struct trial *trial)
{
	trial->tally.outcomes[OUTCOME_TIMED_OUT]++;
}

/* One of the connections ends in another way. */
static void ends_in(struct trial *trial, enum outcome outcome)
{
	trial->tally.outcomes[OUTCOME_COMPLETED]--;
	trial->tally.outcomes[outcome]++;
}

static void refused_ports(struct trial *trial)
{
	ends_in(trial, OUTCOME_CONNECT_ERROR);
	trial->tally.connect_errors[EADDRNOTAVAIL]++;
}

static void refused_for_two_reasons(struct trial *trial)
{
	ends_in(trial, OUTCOME_CONNECT_ERROR);
	ends_in(trial, OUTCOME_CONNECT_ERROR);
	trial->tally.connect_errors[ECONNREFUSED]++;
	trial->tally.connect_errors[0]++;
}

static void refused_by_the_last_errno(struct trial *trial)
{
	ends_in(trial, OUTCOME_CONNECT_ERROR);
	trial->tally.connect_errors[TALLY_ERRNO_MAX - 1]++;
}

static void refused_by_a_nameless_errno(struct trial *trial)
{
	ends_in(trial, OUTCOME_CONNECT_ERROR);
	trial->tally.connect_errors[41]++;
}

static void ended_short(struct trial *trial)
{
	ends_in(trial, OUTCOME_SHORT);
}

static void reset_before_the_end(struct trial *trial)
{
	ends_in(trial, OUTCOME_RESET);
}

static void timed_out(struct trial *trial)
{
	ends_in(trial, OUTCOME_TIMED_OUT);
}

static void reset_behind_the_end(struct trial *trial)
{
	trial->tally.resets_seen = 5;
}

static void corrupt(struct trial *trial)
{
	trial->tally.corrupt = 2;
}

static void refused(struct trial *trial)
{
	trial->tally.refused = 3;
}

static void short_of_bytes(struct trial *trial)
{
	trial->tally.bytes_received--;
}

static void too_many_bytes(struct trial *trial)
{
	trial->tally.bytes_received++;
}

static void wrk_says(struct trial *trial, enum wrk_error error, uint64_t count)
{
	trial->load.is_third_party = trial->load.is_wrk = true;
	trial->third_party.is_wrk = true;
	trial->third_party.wrk.errors[error] = count;
	trial->tally = (struct tally){.cpu_ns = 1};
	trial->after.client.counters.active_opens = CONNECTIONS;
}

static void wrk_lost_none(struct trial *trial)
{
	wrk_says(trial, WRK_CONNECT, 0);
}

static void wrk_could_not_connect(struct trial *trial)
{
	wrk_says(trial, WRK_CONNECT, 2);
}

static void wrk_could_not_read(struct trial *trial)
{
	wrk_says(trial, WRK_READ, 3);
}

static void wrk_could_not_write(struct trial *trial)
{
	wrk_says(trial, WRK_WRITE, 4);
}

static void wrk_timed_out(struct trial *trial)
{
	wrk_says(trial, WRK_TIMEOUT, 5);
}

static void wrk_was_refused(struct trial *trial)
{
	wrk_says(trial, WRK_CONNECT, 0);
	trial->third_party.wrk.refused = 6;
}

static void skipped_at_the_cap(struct trial *trial)
{
	trial->after.server.counters.tw_overflow = 1;
	trial->after.client.counters.tw_overflow = 2;
}

static void skipped_as_the_strategy_wants(struct trial *trial)
{
	static struct td_strategy capped;
	capped = strategy;
	capped.requirements[0].sysctl = "net.ipv4.tcp_timestamps";
	capped.requirements[1].sysctl = "net.ipv4.tcp_max_tw_buckets";
	trial->strategy = &capped;
	skipped_at_the_cap(trial);
}

static void skipped_with_another_setting(struct trial *trial)
{
	static struct td_strategy other;
	other = strategy;
	other.requirements[0].sysctl = "net.ipv4.tcp_timestamps";
	trial->strategy = &other;
	skipped_at_the_cap(trial);
}

static void backlog_full(struct trial *trial)
{
	trial->after.server.counters.listen_overflows = 4;
	trial->after.server.counters.listen_drops = 4;
}

static void syns_dropped(struct trial *trial)
{
	trial->after.server.counters.listen_overflows = 4;
	trial->after.server.counters.listen_drops = 9;
}

/* Nobody connects to the client. */
static void the_clients_backlog(struct trial *trial)
{
	trial->after.client.counters.listen_overflows = 4;
	trial->after.client.counters.listen_drops = 9;
}

static void aborted_for_memory(struct trial *trial)
{
	trial->after.server.counters.abort_on_memory = 3;
	trial->after.client.counters.abort_on_memory = 4;
}

static void aborted_otherwise(struct trial *trial)
{
	trial->after.server.counters.abort_on_data = 3;
	trial->after.client.counters.abort_on_close = 4;
}

static void sent_again(struct trial *trial)
{
	trial->after.server.counters.syn_retrans = 5;
	trial->after.client.counters.syn_retrans = 2;
}

static void counts_differ(struct trial *trial)
{
	trial->after.server.sockstat_low = trial->after.server.sockstat_high = CONNECTIONS - 3;
}

static void counts_differ_at_both_ends(struct trial *trial)
{
	counts_differ(trial);
	trial->after.client.sockstat_low = trial->after.client.sockstat_high = 2;
}

/* sock_diag does not tell which FIN_WAIT_2 sockstat has among its TIME_WAITs. */
static void orphans_may_be_either(struct trial *trial)
{
	trial->after.server.counters.tw += 5;
	trial->after.server.census.states[TCP_FIN_WAIT2] = 5;
	trial->after.server.sockstat_low = trial->after.server.sockstat_high = CONNECTIONS + 5;
}

static void counts_differ_in_between(struct trial *trial)
{
	static struct sample sample;
	sample = trial->after;
	sample.server.census.states[TCP_TIME_WAIT] = CONNECTIONS - 1;
	trial->samples = &sample;
	trial->sample_count = 1;
}

static void ended_without_a_trace(struct trial *trial)
{
	trial->after.server.counters.tw--;
}

/* A connection may leave TIME_WAIT at both ends. */
static void held_twice(struct trial *trial)
{
	trial->after.client.counters.tw = 1;
}

static void few_late(struct trial *trial)
{
	trial->tally.late = 10;
}

static void many_late(struct trial *trial)
{
	trial->tally.late = 11;
}

static void half_starved(struct trial *trial)
{
	trial->tally.late = 20;
	trial->tally.starved = 10;
}

static void starved(struct trial *trial)
{
	trial->tally.late = 20;
	trial->tally.starved = 11;
}

static void missed(struct trial *trial)
{
	trial->tally.missed = 11;
}

/* 10 of 1,010. */
static void few_missed(struct trial *trial)
{
	trial->tally.missed = 10;
}

static void late_and_missed(struct trial *trial)
{
	trial->tally.late = 6;
	trial->tally.missed = 5;
}

static void samples_of(struct trial *trial, size_t count, uint64_t missed)
{
	static struct sample samples[100];
	for (size_t i = 0; i < count; i++)
		samples[i] = trial->after;
	trial->samples = samples;
	trial->sample_count = count;
	trial->samples_missed = missed;
}

static void one_sample_missed(struct trial *trial)
{
	trial->samples_missed = 1;
}

static void one_of_two_samples_missed(struct trial *trial)
{
	samples_of(trial, 1, 1);
}

static void two_samples_missed(struct trial *trial)
{
	samples_of(trial, 0, 2);
}

static void a_tenth_of_the_samples_missed(struct trial *trial)
{
	samples_of(trial, 18, 2);
}

static void more_than_a_tenth_missed(struct trial *trial)
{
	samples_of(trial, 17, 2);
}

static void segments_lost(struct trial *trial)
{
	trial->packet_tap.lost = 1;
}

#define ROW(name, reasons)                                                                         \
	{                                                                                          \
		name, reasons, #name                                                               \
	}
static const struct {
	void (*happens)(struct trial *trial);
	const char *reasons; /* with "; " between them; NULL: valid */
	const char *name;
} rows[] = {
	ROW(nothing, NULL),
	ROW(crossed, "first closer is both, declared server"),
	ROW(closed_first_by_the_client, "first closer is client, declared server"),
	ROW(not_always_closed_first_by_the_server, "first closer is mixed, declared server"),
	ROW(nearly_always_closed_first_by_the_server, NULL),
	ROW(none_looked_at,
		"first closer is unknown: the packet tap looks at 1 connection in 8, and "
		"at none of these 1000 (it looks at all of a small --total)"),
	ROW(none_seen_of_all, "first closer is unknown, declared server"),
	ROW(one_looked_at, NULL),
	ROW(held_by_nobody, "holder is none, declared server"),
	ROW(held_by_the_client, "holder is client, declared server"),
	ROW(held_by_too_few, "holder is mixed, declared server"),
	ROW(held_by_nearly_all, NULL),
	ROW(held_otherwise_in_a_race, NULL),
	ROW(held_otherwise_by_a_third_partys_server, NULL),
	ROW(failed, "the server ended"),
	ROW(interrupted, "interrupted"),
	ROW(none_attempted, "no connection was attempted"),
	ROW(one_attempted, NULL),
	ROW(not_accounted_for, "the loader's accounting does not balance"),
	ROW(accounted_for_twice,
		"the loader's accounting does not balance; 1 connections timed out"),
	ROW(refused_ports, "1 times EADDRNOTAVAIL from connect()"),
	ROW(refused_for_two_reasons,
		"1 times an unknown error from connect(); 1 times ECONNREFUSED from "
		"connect()"),
	ROW(refused_by_the_last_errno, "1 times EHWPOISON from connect()"),
	ROW(refused_by_a_nameless_errno, "1 times errno 41 from connect()"),
	ROW(ended_short, "1 connections ended short"),
	ROW(reset_before_the_end, "1 connections were reset before the end"),
	ROW(timed_out, "1 connections timed out"),
	ROW(reset_behind_the_end, NULL),
	ROW(corrupt, "2 responses with wrong bytes"),
	ROW(refused, "3 responses that are no success"),
	ROW(short_of_bytes, "128000 response bytes promised, 127999 received"),
	ROW(too_many_bytes, "128000 response bytes promised, 128001 received"),
	ROW(wrk_lost_none, NULL),
	ROW(wrk_could_not_connect, "2 connect() of the loader failed"),
	ROW(wrk_could_not_read, "3 reads of the loader failed"),
	ROW(wrk_could_not_write, "4 writes of the loader failed"),
	ROW(wrk_timed_out, "5 requests of the loader timed out"),
	ROW(wrk_was_refused, "6 responses that are no success"),
	ROW(skipped_at_the_cap, "3 TIME_WAITs skipped at tcp_max_tw_buckets (TCPTimeWaitOverflow)"),
	ROW(skipped_as_the_strategy_wants, NULL),
	ROW(skipped_with_another_setting,
		"3 TIME_WAITs skipped at tcp_max_tw_buckets (TCPTimeWaitOverflow)"),
	ROW(backlog_full, "4 connections refused by a full backlog (ListenOverflows)"),
	ROW(syns_dropped, "4 connections refused by a full backlog (ListenOverflows); 5 SYNs "
			  "dropped by the listener (ListenDrops)"),
	ROW(the_clients_backlog, NULL),
	ROW(aborted_for_memory, "7 connections aborted for memory (TCPAbortOnMemory)"),
	ROW(aborted_otherwise, NULL),
	ROW(sent_again, "7 SYNs sent again (TCPSynRetrans)"),
	ROW(counts_differ, "3 TIME_WAITs by which sock_diag and sockstat disagree"),
	ROW(counts_differ_at_both_ends, "5 TIME_WAITs by which sock_diag and sockstat disagree"),
	ROW(orphans_may_be_either, NULL),
	ROW(counts_differ_in_between, "1 TIME_WAITs by which sock_diag and sockstat disagree"),
	ROW(ended_without_a_trace,
		"1 connections ended without TIME_WAIT, reset or skip: the kernel's "
		"accounting does not balance"),
	ROW(held_twice, NULL),
	ROW(few_late, NULL),
	ROW(many_late, "of 1000 starts 11 were late by 1 ms or more and 0 were missed: the "
		       "loader did not keep up (--threads, a lower --rate)"),
	ROW(half_starved, "of 1000 starts 20 were late by 1 ms or more and 0 were missed: the "
			  "loader did not keep up (--threads, a lower --rate)"),
	ROW(starved, "of 1000 starts 20 were late by 1 ms or more and 0 were missed: every "
		     "connection was in use (--connections)"),
	ROW(missed, "of 1011 starts 0 were late by 1 ms or more and 11 were missed: the "
		    "loader did not keep up (--threads, a lower --rate)"),
	ROW(few_missed, NULL),
	ROW(late_and_missed, "of 1005 starts 6 were late by 1 ms or more and 5 were missed: the "
			     "loader did not keep up (--threads, a lower --rate)"),
	ROW(one_sample_missed, NULL),
	ROW(one_of_two_samples_missed, NULL),
	ROW(two_samples_missed, "2 of 2 samples missed"),
	ROW(a_tenth_of_the_samples_missed, NULL),
	ROW(more_than_a_tenth_missed, "2 of 19 samples missed"),
	ROW(segments_lost, "1 segments lost by the packet tap"),
};

static void reasons_join(const struct reasons *reasons, char *text, size_t size)
{
	FILE *out = fmemopen(text, size, "w");
	for (size_t i = 0; i < reasons->count; i++)
		fprintf(out, "%s%s", i ? "; " : "", reasons->text[i]);
	fputc('\0', out);
	fclose(out);
}

static void each_has_its_reasons(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial trial;
		char got[1000];
		const char *wanted = rows[i].reasons ? rows[i].reasons : "";
		trial_make(&trial);
		rows[i].happens(&trial);
		struct figures figures = figures_of(&trial);
		struct reasons reasons = validity_reasons(&trial, &figures);
		reasons_join(&reasons, got, sizeof(got));
		if (strcmp(got, wanted) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", rows[i].name, got, wanted);
		reasons_finish(&reasons);
	}
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
	for (int error = 0; error < TALLY_ERRNO_MAX; error++)
		trial.tally.connect_errors[error] = 1;
	struct figures figures = figures_of(&trial);
	struct reasons reasons = validity_reasons(&trial, &figures);
	assert_false(reasons.incomplete);
	assert_int_equal(reasons.count, 1 + TALLY_ERRNO_MAX);
	assert_string_equal(reasons.text[0], trial.failure);
	reasons_finish(&reasons);
	assert_int_equal(reasons.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_its_reasons),
		cmocka_unit_test(unknown_figures_are_no_reason),
		cmocka_unit_test(no_number_of_reasons_is_too_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
