/* What the loader and the instruments say of themselves. */
#include "validity_cases.h"

#include <errno.h>
#include <stdio.h>

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
	trial->totals.attempted = trial->totals.outcomes[OUTCOME_COMPLETED] = 0;
}

static void one_attempted(struct trial *trial)
{
	trial->totals.attempted = trial->totals.outcomes[OUTCOME_COMPLETED] = 1;
}

static void not_accounted_for(struct trial *trial)
{
	trial->totals.attempted++;
}

static void accounted_for_twice(struct trial *trial)
{
	trial->totals.outcomes[OUTCOME_TIMED_OUT]++;
}

/* One of the connections ends in another way. */
static void ends_in(struct trial *trial, enum outcome outcome)
{
	trial->totals.outcomes[OUTCOME_COMPLETED]--;
	trial->totals.outcomes[outcome]++;
}

static void refused_ports(struct trial *trial)
{
	ends_in(trial, OUTCOME_CONNECT_ERROR);
	trial->totals.connect_errors[EADDRNOTAVAIL]++;
}

static void refused_for_two_reasons(struct trial *trial)
{
	ends_in(trial, OUTCOME_CONNECT_ERROR);
	ends_in(trial, OUTCOME_CONNECT_ERROR);
	trial->totals.connect_errors[ECONNREFUSED]++;
	trial->totals.connect_errors[0]++;
}

static void refused_by_the_last_errno(struct trial *trial)
{
	ends_in(trial, OUTCOME_CONNECT_ERROR);
	trial->totals.connect_errors[LOAD_TOTALS_ERRNO_MAX - 1]++;
}

static void refused_by_a_nameless_errno(struct trial *trial)
{
	ends_in(trial, OUTCOME_CONNECT_ERROR);
	trial->totals.connect_errors[41]++;
}

static void ended_short(struct trial *trial)
{
	ends_in(trial, OUTCOME_SHORT);
}

static void closed_before_the_first_byte(struct trial *trial)
{
	ends_in(trial, OUTCOME_SHORT);
	ends_in(trial, OUTCOME_SHORT);
	ends_in(trial, OUTCOME_SHORT);
	trial->totals.unanswered_by_fin.connections = 2;
}

static void reset_before_the_end(struct trial *trial)
{
	ends_in(trial, OUTCOME_RESET);
}

static void timed_out(struct trial *trial)
{
	ends_in(trial, OUTCOME_TIMED_OUT);
}

static void never_closed(struct trial *trial)
{
	ends_in(trial, OUTCOME_TIMED_OUT);
	ends_in(trial, OUTCOME_TIMED_OUT);
	ends_in(trial, OUTCOME_TIMED_OUT);
	trial->totals.unclosed = 2;
}

static void timed_out_in_each_phase(struct trial *trial)
{
	for (int i = 0; i < 5; i++)
		ends_in(trial, OUTCOME_TIMED_OUT);
	trial->totals.unconnected = 2;
	trial->totals.part_answered = 3;
}

static void reset_behind_the_end(struct trial *trial)
{
	trial->totals.resets_seen = 5;
}

static void corrupt(struct trial *trial)
{
	trial->totals.corrupt = 2;
}

static void refused(struct trial *trial)
{
	trial->totals.refused = 3;
}

static void not_http(struct trial *trial)
{
	trial->totals.refused = trial->totals.not_http = 3;
	for (int i = 0; i < 3; i++)
		ends_in(trial, OUTCOME_SHORT);
}

/* One more was closed by the server. */
static void tls_failed(struct trial *trial)
{
	trial->totals.tls = (struct load_tls){
		.failed = 4, .broken = 3, .failure = "the server speaks HTTP without TLS"};
	for (int i = 0; i < 4; i++)
		ends_in(trial, OUTCOME_SHORT);
}

static void tls_failed_behind_the_response(struct trial *trial)
{
	trial->totals.tls = (struct load_tls){.failed = 4, .failure = "bad record mac"};
}

static void not_http_behind_whole_ones(struct trial *trial)
{
	trial->totals.refused = 7;
	trial->totals.refused_by[503] = 3;
	trial->totals.not_http = 4;
	for (int i = 0; i < 4; i++)
		ends_in(trial, OUTCOME_SHORT);
	trial->totals.not_http_behind = 2;
}

static void refused_that_was_not_413(struct trial *trial)
{
	trial->load.expected = (struct expected_status){413, 413};
	trial->totals.refused = trial->totals.refused_by[200] = 3;
}

static void refused_by_two_statuses(struct trial *trial)
{
	trial->totals.refused = 9;
	trial->totals.refused_by[0] = 4;
	trial->totals.refused_by[404] = 2;
	trial->totals.refused_by[503] = 3;
}

static void short_of_bytes(struct trial *trial)
{
	trial->totals.bytes_received--;
}

static void too_many_bytes(struct trial *trial)
{
	trial->totals.bytes_received++;
}

static void wrk_says(struct trial *trial, enum loader_error error, double count)
{
	trial->load.is_third_party = trial->load.is_wrk = true;
	trial->third_party.kind = loader_kinds[0];
	trial->third_party.said.requests = 2000;
	trial->third_party.said.errors[error] = count;
	trial->totals = (struct load_totals){.cpu_ns = 1};
	trial->after.client.counters.active_opens = CONNECTIONS;
}

static void wrk_lost_none(struct trial *trial)
{
	wrk_says(trial, LOADER_CONNECT, 0);
}

static void wrk_could_not_connect(struct trial *trial)
{
	wrk_says(trial, LOADER_CONNECT, 2);
}

static void wrk_could_not_read(struct trial *trial)
{
	wrk_says(trial, LOADER_READ, 3);
}

static void wrk_could_not_write(struct trial *trial)
{
	wrk_says(trial, LOADER_WRITE, 4);
}

static void wrk_timed_out(struct trial *trial)
{
	wrk_says(trial, LOADER_TIMEOUT, 5);
}

static void wrk_was_refused(struct trial *trial)
{
	wrk_says(trial, LOADER_CONNECT, 0);
	trial->third_party.said.non_success = 6;
}

static void few_late(struct trial *trial)
{
	trial->totals.late = 10;
}

/* `late` of few. */
static void late_of(struct trial *trial, uint64_t starts, uint64_t late)
{
	trial->totals.attempted = trial->totals.outcomes[OUTCOME_COMPLETED] = starts;
	trial->totals.late = late;
}

static void one_late_of_twenty(struct trial *trial)
{
	late_of(trial, 20, 1);
}

static void three_late_of_twenty(struct trial *trial)
{
	late_of(trial, 20, 3);
}

static void four_late_of_twenty(struct trial *trial)
{
	late_of(trial, 20, 4);
}

static void two_late_and_two_missed_of_few(struct trial *trial)
{
	late_of(trial, 18, 2);
	trial->totals.missed = 2;
}

static void one_late_of_one(struct trial *trial)
{
	late_of(trial, 1, 1);
}

static void two_late_of_eight(struct trial *trial)
{
	late_of(trial, 8, 2);
}

static void two_late_of_seven(struct trial *trial)
{
	late_of(trial, 7, 2);
}

/* Of 1,000 connections, and 1,000 requests more on them. */
static void many_late_of_more_requests(struct trial *trial)
{
	trial->totals.asked_again = CONNECTIONS;
	trial->totals.late = 21;
}

static void few_late_of_more_requests(struct trial *trial)
{
	trial->totals.asked_again = CONNECTIONS;
	trial->totals.late = 20;
}

static void many_late(struct trial *trial)
{
	trial->totals.late = 11;
}

/* A rate that rises is to break what it breaks (--ramp). */
static void ramp(struct trial *trial)
{
	trial->load.ramp = (struct ramp){100, 2000, UINT64_C(20000000000)};
}

static void ramp_without_a_port(struct trial *trial)
{
	ramp(trial);
	refused_ports(trial);
	trial->totals.ramp.first_ns[RAMP_NO_PORT] = trial->started_ns + 1;
	many_late(trial);
}

static void ramp_that_breaks(struct trial *trial)
{
	ramp(trial);
	ended_short(trial);
	reset_before_the_end(trial);
	timed_out(trial);
	refused(trial);
}

static void ramp_of_a_late_loader(struct trial *trial)
{
	ramp(trial);
	many_late(trial);
	for (size_t i = 10; i < RAMP_STEPS; i++)
		trial->totals.ramp.steps[i].due = trial->totals.ramp.steps[i].met[RAMP_LATE] = 9;
}

static void ramp_out_of_descriptors(struct trial *trial)
{
	ramp(trial);
	refused_by_the_last_errno(trial);
}

static void half_starved(struct trial *trial)
{
	trial->totals.late = 20;
	trial->totals.starved = 10;
}

static void starved(struct trial *trial)
{
	trial->totals.late = 20;
	trial->totals.starved = 11;
}

static void missed_starved(struct trial *trial)
{
	trial->totals.missed = 20;
	trial->totals.missed_starved = 11;
}

static void half_missed_starved(struct trial *trial)
{
	trial->totals.missed = 20;
	trial->totals.missed_starved = 10;
}

/* The load has a thread, and a window of a second. */
static void starved_by_a_busy_loader(struct trial *trial)
{
	missed_starved(trial);
	trial->load.threads = 1;
	trial->totals.cpu_ns = 900000000;
}

static void starved_by_nobody_busy(struct trial *trial)
{
	missed_starved(trial);
	trial->load.threads = 1;
	trial->totals.cpu_ns = 899999999;
}

/* For 0.7 s no exchange ends, while 8 are under way. */
static void starved_by_a_standstill(struct trial *trial)
{
	static struct sample samples[8];
	trial->totals.missed = 20;
	trial->totals.missed_starved = 11;
	trial->load.threads = 1;
	trial->samples = samples;
	trial->sample_count = 8;
	for (uint64_t i = 0; i < 8; i++)
		samples[i] = (struct sample){.at_ns = trial->started_ns + i * 100000000,
			.progress = {.answered = 9, .awaited = 8}};
	trial->totals.latencies[LATENCY_RESPONSE] = histogram_create();
	for (int i = 0; i < 100; i++)
		histogram_record(trial->totals.latencies[LATENCY_RESPONSE], 1000000);
}

static void missed(struct trial *trial)
{
	trial->totals.missed = 11;
}

/* 10 of 1,010. */
static void few_missed(struct trial *trial)
{
	trial->totals.missed = 10;
}

static void late_and_missed(struct trial *trial)
{
	trial->totals.late = 6;
	trial->totals.missed = 5;
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

static const struct validity_case cases[] = {
	CASE(failed, "the server ended"),
	CASE(interrupted, "interrupted"),
	CASE(none_attempted, "no connection was attempted"),
	CASE(one_attempted, NULL),
	CASE(not_accounted_for, "the loader's accounting does not balance"),
	CASE(accounted_for_twice,
		"the loader's accounting does not balance; 1 of 1000 connections timed out before "
		"the first byte of a response"),
	CASE(refused_ports, "1 times EADDRNOTAVAIL from connect()"),
	CASE(refused_for_two_reasons,
		"1 times an unknown error from connect(); 1 times ECONNREFUSED from "
		"connect()"),
	CASE(refused_by_the_last_errno, "1 times EHWPOISON from connect()"),
	CASE(refused_by_a_nameless_errno, "1 times errno 41 from connect()"),
	CASE(ended_short, "1 of 1000 connections were closed before the end of a response"),
	CASE(closed_before_the_first_byte,
		"2 of 1000 connections were closed before the first byte of a response; 1 of 1000 "
		"connections were closed before the end of a response"),
	CASE(reset_before_the_end, "1 of 1000 connections were reset before the end of a response"),
	CASE(timed_out, "1 of 1000 connections timed out before the first byte of a response"),
	CASE(never_closed,
		"1 of 1000 connections timed out before the first byte of a response; 2 "
		"of 1000 connections were not closed by the server before the client gave "
		"up (--timeout)"),
	CASE(timed_out_in_each_phase,
		"2 of 1000 connections timed out before the handshake was complete; 3 of 1000 "
		"connections timed out before the end of a response"),
	CASE(reset_behind_the_end, NULL),
	CASE(corrupt, "2 responses with wrong bytes"),
	CASE(refused, "3 responses without a status of 2xx"),
	CASE(not_http, "3 responses that are no HTTP"),
	CASE(tls_failed,
		"1 of 1000 connections were closed before the end of a response; TLS failed on 3 "
		"of 1000 connections before the end of a response: the server speaks HTTP without "
		"TLS"),
	CASE(tls_failed_behind_the_response, NULL),
	CASE(not_http_behind_whole_ones,
		"4 responses that are no HTTP, 2 of them behind a whole one on the connection, "
		"where bytes beyond its announced length would stand; 3 responses without a "
		"status of 2xx (503: 3)"),
	CASE(refused_that_was_not_413, "3 responses without a status of 413 (200: 3)"),
	CASE(refused_by_two_statuses, "9 responses without a status of 2xx (503: 3)"),
	CASE(short_of_bytes, "128000 response bytes promised, 127999 received"),
	CASE(too_many_bytes, "128000 response bytes promised, 128001 received"),
	CASE(wrk_lost_none, NULL),
	CASE(wrk_could_not_connect, "2 connect() of the loader failed"),
	CASE(wrk_could_not_read, "3 reads of the loader failed"),
	CASE(wrk_could_not_write, "4 writes of the loader failed"),
	CASE(wrk_timed_out, "5 requests of the loader timed out"),
	CASE(wrk_was_refused, "6 responses without a status of 2xx or 3xx"),
	CASE(few_late, NULL),
	CASE(ramp_without_a_port, NULL),
	CASE(ramp_that_breaks, NULL),
	CASE(ramp_of_a_late_loader,
		"of 1000 starts 11 were late by 1 ms or more and 0 were missed: the loader did not "
		"keep up (--threads, a lower --rate)"),
	CASE(ramp_out_of_descriptors, "1 times EHWPOISON from connect()"),
	CASE(one_late_of_twenty, NULL),
	CASE(three_late_of_twenty, NULL),
	CASE(four_late_of_twenty, "of 20 starts 4 were late by 1 ms or more and 0 were missed: the "
				  "loader did not keep up (--threads, a lower --rate)"),
	CASE(two_late_and_two_missed_of_few,
		"of 20 starts 2 were late by 1 ms or more and 2 were missed: the loader did not "
		"keep up (--threads, a lower --rate)"),
	CASE(one_late_of_one, NULL),
	CASE(two_late_of_eight, NULL),
	CASE(two_late_of_seven, "of 7 starts 2 were late by 1 ms or more and 0 were missed: the "
				"loader did not keep up (--threads, a lower --rate)"),
	CASE(few_late_of_more_requests, NULL),
	CASE(many_late_of_more_requests,
		"of 2000 starts 21 were late by 1 ms or more and 0 were missed: the loader did "
		"not keep up (--threads, a lower --rate)"),
	CASE(many_late, "of 1000 starts 11 were late by 1 ms or more and 0 were missed: the "
			"loader did not keep up (--threads, a lower --rate)"),
	CASE(half_starved, "of 1000 starts 20 were late by 1 ms or more and 0 were missed: the "
			   "loader did not keep up (--threads, a lower --rate)"),
	CASE(starved, "of 1000 starts 20 were late by 1 ms or more and 0 were missed: every "
		      "connection was in use (--connections)"),
	CASE(missed_starved, "of 1020 starts 0 were late by 1 ms or more and 20 were missed: every "
			     "connection was in use (--connections)"),
	CASE(half_missed_starved,
		"of 1020 starts 0 were late by 1 ms or more and 20 were missed: the loader did not "
		"keep up (--threads, a lower --rate)"),
	CASE(starved_by_a_busy_loader,
		"of 1020 starts 0 were late by 1 ms or more and 20 were missed: the loader did not "
		"keep up (--threads, a lower --rate)"),
	CASE(starved_by_nobody_busy,
		"of 1020 starts 0 were late by 1 ms or more and 20 were missed: every connection "
		"was in use (--connections)"),
	CASE(starved_by_a_standstill,
		"of 1020 starts 0 were late by 1 ms or more and 20 were missed: the server stood "
		"still for 0.7 s, and every connection waited for it"),
	CASE(missed, "of 1011 starts 0 were late by 1 ms or more and 11 were missed: the "
		     "loader did not keep up (--threads, a lower --rate)"),
	CASE(few_missed, NULL),
	CASE(late_and_missed, "of 1005 starts 6 were late by 1 ms or more and 5 were missed: the "
			      "loader did not keep up (--threads, a lower --rate)"),
	CASE(one_sample_missed, NULL),
	CASE(one_of_two_samples_missed, NULL),
	CASE(two_samples_missed, "2 of 2 samples missed"),
	CASE(a_tenth_of_the_samples_missed, NULL),
	CASE(more_than_a_tenth_missed, "2 of 19 samples missed"),
	CASE(segments_lost, "1 segments lost by the packet tap"),
};

const struct validity_cases cases_of_load = {cases, sizeof(cases) / sizeof(cases[0])};
