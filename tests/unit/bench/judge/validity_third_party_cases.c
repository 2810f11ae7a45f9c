/* Loads of third-party loaders that are not what was asked for, and some that look like it. */
#include "validity_cases.h"

#include <math.h>
#include <netinet/tcp.h>
#include <stdio.h>

#define MS UINT64_C(1000000)
#define START_NS (5000 * MS)
#define SAMPLES 10 /* from the start on, 100 ms each: the last at 0.9 s */

static struct sample samples[SAMPLES];
static struct td_strategy client_first = {
	.name = "made-up", .first_closer = TD_CLIENT, .holder = TD_CLIENT};

/* 1000 connections and as many requests, in 1 s. */
static void another_loader(struct trial *trial)
{
	trial->load.is_third_party = true;
	trial->load.requests_per_connection = 1;
	trial->load.duration_ns = 1000 * MS;
	trial->totals = (struct load_totals){.cpu_ns = 1};
	trial->after.client.counters.active_opens = CONNECTIONS;
	trial->started_ns = START_NS;
	trial->third_party.ran_ns = 1000 * MS;
	for (uint64_t i = 0; i < SAMPLES; i++) {
		samples[i] = (struct sample){.at_ns = START_NS + i * 100 * MS};
		samples[i].client.counters.active_opens = CONNECTIONS * (i + 1) / SAMPLES;
		samples[i].client.counters.out_segs = 5 * CONNECTIONS * (i + 1) / SAMPLES;
		samples[i].client.counters.in_segs = 4 * CONNECTIONS * (i + 1) / SAMPLES;
	}
	trial->samples = samples;
	trial->sample_count = SAMPLES;
}

static void says(struct trial *trial, double requests)
{
	another_loader(trial);
	trial->third_party.kind = loader_kinds[0];
	trial->third_party.said.requests = requests;
}

/* Nothing moves from this sample on. */
static void still_from(struct trial *trial, size_t first)
{
	for (size_t i = first + 1; i < SAMPLES; i++) {
		samples[i].client = samples[first].client;
		samples[i].server = samples[first].server;
	}
	trial->third_party.stopped = true;
}

static void made_all(struct trial *trial)
{
	says(trial, CONNECTIONS);
	trial->load.total = CONNECTIONS;
}

static void made_one_less(struct trial *trial)
{
	says(trial, CONNECTIONS - 1);
	trial->load.total = CONNECTIONS;
}

/* Kept alive, or a mute loader: what counts is what is known. */
static void made_all_on_fewer_connections(struct trial *trial)
{
	says(trial, 5 * CONNECTIONS);
	trial->load.requests_per_connection = 5;
	trial->load.total = 5 * CONNECTIONS;
}

static void mute_and_made_all(struct trial *trial)
{
	another_loader(trial);
	trial->load.total = CONNECTIONS;
}

static void mute_and_made_one_less(struct trial *trial)
{
	another_loader(trial);
	trial->load.total = CONNECTIONS + 1;
}

static void hung(struct trial *trial)
{
	says(trial, 0);
	trial->load.total = 10;
	still_from(trial, 2);
}

/* Of three samples with the same counts two may be by chance: a pause. */
static void stopped_after_a_pause(struct trial *trial)
{
	says(trial, 9);
	trial->load.total = 10;
	still_from(trial, SAMPLES - 3);
}

static void still_for_three_samples(struct trial *trial)
{
	says(trial, 9);
	trial->load.total = 10;
	still_from(trial, SAMPLES - 4);
}

/* What was read behind the loader's end says nothing of the loader. */
static void still_behind_its_end(struct trial *trial)
{
	says(trial, 9);
	trial->load.total = 10;
	still_from(trial, 5);
	trial->third_party.ran_ns = 650 * MS;
}

static void ended_by_itself_in_time(struct trial *trial)
{
	says(trial, 7);
	trial->load.overtime_ns = 3000 * MS;
}

static void told_and_had_to_be_ended(struct trial *trial)
{
	says(trial, 7);
	trial->load.overtime_ns = 3000 * MS;
	trial->third_party.stopped = true;
}

static void ended_before_its_first_syn(struct trial *trial)
{
	another_loader(trial);
	trial->after.client.counters.active_opens = 0;
	trial->third_party.ran_ns = 700 * MS;
	trial->third_party.stopped = true;
}

/* Nobody knows what it did. */
static void ended_by_itself_without_a_syn(struct trial *trial)
{
	ended_before_its_first_syn(trial);
	trial->third_party.stopped = false;
}

static void ended_after_its_only_syn(struct trial *trial)
{
	ended_before_its_first_syn(trial);
	trial->after.client.counters.active_opens = 1;
}

/* Of the second that it ran, its start took 0.4 s: times are from its first SYN on. */
static void hung_behind_a_long_start(struct trial *trial)
{
	told_and_had_to_be_ended(trial);
	trial->third_party.startup_ns = 400 * MS;
}

/* A loader that is not told how long to run: the bench ends it, as a rule. */
static void not_told_and_ended(struct trial *trial)
{
	says(trial, 7);
	trial->third_party.stopped = true;
}

static void killed(struct trial *trial)
{
	another_loader(trial);
	trial->load.overtime_ns = 3000 * MS;
	trial->third_party.stopped = trial->third_party.killed = true;
}

static void nobody_answered(struct trial *trial)
{
	says(trial, 0);
}

static void ended_by_the_user(struct trial *trial)
{
	hung(trial);
	trial->third_party.killed = trial->interrupted = true;
}

static void other_errors(struct trial *trial)
{
	says(trial, 20);
	trial->third_party.said.errors[LOADER_OTHER] = 20;
}

static void what_is_not_said(struct trial *trial)
{
	says(trial, NAN);
	for (int i = 0; i < LOADER_ERRORS; i++)
		trial->third_party.said.errors[i] = NAN;
	trial->third_party.said.non_success = NAN;
}

static void client_closes_first(struct trial *trial)
{
	struct sample_end *server = &trial->after.server, *client = &trial->after.client;
	trial->strategy = &client_first;
	client->counters.tw = CONNECTIONS;
	client->counters.gauge_tw = client->sockstat_low = client->sockstat_high = CONNECTIONS;
	client->census = server->census;
	*server = (struct sample_end){.counters = {.passive_opens = CONNECTIONS}};
	trial->packet_tap.counts.client = CONNECTIONS;
	trial->packet_tap.counts.server = 0;
}

static void one_request_each(struct trial *trial)
{
	says(trial, CONNECTIONS);
	client_closes_first(trial);
}

static void half_as_many_again(struct trial *trial)
{
	says(trial, 1.5 * CONNECTIONS);
	client_closes_first(trial);
}

static void two_requests_each(struct trial *trial)
{
	says(trial, 2 * CONNECTIONS);
	client_closes_first(trial);
}

static void two_as_asked_for(struct trial *trial)
{
	two_requests_each(trial);
	trial->load.requests_per_connection = 2;
}

/* The server closes after one: they cannot be kept. */
static void kept_where_the_server_closes(struct trial *trial)
{
	says(trial, 2 * CONNECTIONS);
}

/* Nothing is declared of a third party's server. */
static void kept_at_a_third_party(struct trial *trial)
{
	two_requests_each(trial);
	trial->server.is_third_party = true;
}

/* Of both ends; 8 + 4 + 2 for a kilobyte are the most that one exchange takes. */
static void mute_with_segments(struct trial *trial, uint64_t each)
{
	another_loader(trial);
	client_closes_first(trial);
	trial->load.response_bytes = 1000;
	trial->after.client.counters.out_segs = each * CONNECTIONS;
}

static void mute_and_many_segments(struct trial *trial)
{
	mute_with_segments(trial, 43);
}

static void mute_and_as_many_as_may_be(struct trial *trial)
{
	mute_with_segments(trial, 42);
}

static void mute_and_large_responses(struct trial *trial)
{
	mute_with_segments(trial, 43);
	trial->load.response_bytes = 2000;
}

static void mute_and_two_asked_for(struct trial *trial)
{
	mute_with_segments(trial, 43);
	trial->load.requests_per_connection = 2;
}

/* The one port there is, by a TIME_WAIT or not, from the fifth sample on, while the loader goes on.
 */
static void held(struct trial *trial, double failed, uint64_t time_waits)
{
	says(trial, CONNECTIONS);
	trial->third_party.said.errors[LOADER_CONNECT] = failed;
	trial->third_party.said.errors[LOADER_READ] = NAN;
	trial->client_addresses = 1;
	trial->port_low = trial->port_high = 40000;
	for (uint64_t i = 4; i < SAMPLES; i++) {
		samples[i].census_fresh = true;
		samples[i].client.census.ports_in_use = 1;
		samples[i].client.counters = trial->after.client.counters;
		samples[i].client.counters.gauge_tw = time_waits;
		samples[i].client.census.states[TCP_TIME_WAIT] = time_waits;
		samples[i].client.sockstat_low = samples[i].client.sockstat_high = time_waits;
	}
}

static void held_and_mute(struct trial *trial)
{
	held(trial, NAN, 0);
}

static void held_by_time_waits_and_mute(struct trial *trial)
{
	held(trial, NAN, 1);
}

/* It is the one that the loader binds to, of ten. */
static void own_held(struct trial *trial, uint64_t time_waits)
{
	held(trial, NAN, time_waits);
	trial->port_high = 40009;
	trial->packet_tap.share = trial->packet_tap.client_ports = 1;
	trial->packet_tap.counts.connections = CONNECTIONS;
}

static void own_held_and_mute(struct trial *trial)
{
	own_held(trial, 0);
}

static void own_held_by_time_waits_and_mute(struct trial *trial)
{
	own_held(trial, 1);
}

static void prints_the_error(struct trial *trial)
{
	snprintf(trial->third_party.output, sizeof(trial->third_party.output),
		"Cannot assign requested address");
}

static void held_and_prints(struct trial *trial)
{
	held_and_mute(trial);
	prints_the_error(trial);
}

static void held_by_time_waits_and_prints(struct trial *trial)
{
	held_by_time_waits_and_mute(trial);
	prints_the_error(trial);
}

/* That is said already. */
static void held_and_says_how_many(struct trial *trial)
{
	held(trial, 7, 1);
}

static void held_and_none_failed(struct trial *trial)
{
	held(trial, 0, 1);
}

/* 300 bytes on each. */
static void took(struct trial *trial, double bytes)
{
	says(trial, CONNECTIONS);
	trial->third_party.said.promised_bytes = bytes;
	trial->packet_tap.counts.sized = trial->packet_tap.counts.connections;
	trial->packet_tap.counts.client_bytes = 40 * trial->packet_tap.counts.connections;
	trial->packet_tap.counts.server_bytes = 300 * trial->packet_tap.counts.connections;
}

static void took_all_that_was_sent(struct trial *trial)
{
	took(trial, 300 * CONNECTIONS);
}

static void took_more_than_was_sent(struct trial *trial)
{
	took(trial, 400 * CONNECTIONS);
}

/* Of all that were seen, so many had no byte of a response, or no byte of the client. */
static void seen(struct trial *trial, uint64_t unanswered, uint64_t left, uint64_t unasked)
{
	another_loader(trial);
	trial->packet_tap.counts.connections = CONNECTIONS;
	trial->packet_tap.counts.leaving =
		(struct leaving_counts){.unanswered = unanswered, .left = left, .unasked = unasked};
}

static void none_answered(struct trial *trial)
{
	seen(trial, CONNECTIONS, 0, 1);
}

static void all_left(struct trial *trial)
{
	seen(trial, CONNECTIONS, CONNECTIONS - 1, 0);
}

static void one_answered(struct trial *trial)
{
	seen(trial, CONNECTIONS - 1, CONNECTIONS - 1, 0);
}

static void none_asked(struct trial *trial)
{
	seen(trial, CONNECTIONS, 0, CONNECTIONS);
}

/* As of a protocol in which the server speaks first. */
static void none_asked_and_answered(struct trial *trial)
{
	seen(trial, 0, 0, CONNECTIONS);
}

static void none_answered_and_one_open(struct trial *trial)
{
	seen(trial, CONNECTIONS, 0, 0);
	trial->packet_tap.counts.undecided = 1;
}

static void none_answered_of_the_builtin(struct trial *trial)
{
	trial->packet_tap.counts.leaving.unanswered = trial->packet_tap.counts.connections;
}

static void refusals_seen(struct trial *trial)
{
	another_loader(trial);
	trial->packet_tap.counts.connections = CONNECTIONS;
	trial->packet_tap.counts.responses.refused = 500;
	trial->packet_tap.counts.responses.refused_by[503] = 400;
	trial->packet_tap.counts.responses.refused_by[404] = 100;
}

/* One connection of two was seen. */
static void refusals_seen_of_a_share(struct trial *trial)
{
	refusals_seen(trial);
	trial->packet_tap.share = 2;
	trial->packet_tap.counts.connections = CONNECTIONS / 2;
}

static void only_successes_seen(struct trial *trial)
{
	refusals_seen(trial);
	trial->packet_tap.counts.responses = (struct response_counts){.heads = 500};
}

static void bodies_seen_that_look_like_refusals(struct trial *trial)
{
	refusals_seen(trial);
	trial->packet_tap.counts.responses = (struct response_counts){.unproven = 500};
}

static void syns_refused(struct trial *trial)
{
	another_loader(trial);
	trial->packet_tap.counts.connections = CONNECTIONS;
	trial->packet_tap.counts.refused = 12;
}

static void cut_off(struct trial *trial)
{
	another_loader(trial);
	trial->packet_tap.counts.responses.cuts =
		(struct response_cuts){.sized = 50, .by_fin = 3, .by_reset = 4};
}

static void closed_on_first_requests(struct trial *trial)
{
	another_loader(trial);
	trial->packet_tap.counts.connections = CONNECTIONS;
	trial->packet_tap.counts.leaving =
		(struct leaving_counts){.unanswered = 9, .closed_unanswered = 9};
}

static void closed_on_later_requests(struct trial *trial)
{
	closed_on_first_requests(trial);
	trial->packet_tap.counts.leaving = (struct leaving_counts){.unanswered = 9};
	trial->packet_tap.counts.responses.omissions = (struct response_omissions){.kept = 6};
}

static void closed_on_later_requests_as_announced(struct trial *trial)
{
	closed_on_later_requests(trial);
	trial->packet_tap.counts.responses.omissions.announced = 6;
}

static void raced(struct trial *trial)
{
	closed_on_first_requests(trial);
	trial->packet_tap.counts.leaving = (struct leaving_counts){.unanswered = 0};
	trial->packet_tap.counts.late = (struct late_requests){.behind_fin = 8, .drained = 8};
}

static void raced_of_a_share(struct trial *trial)
{
	raced(trial);
	trial->packet_tap.counts.connections = CONNECTIONS / 2;
	trial->packet_tap.share = 2;
}

/* The rest of uploads: no request is known to have raced. */
static void nothing_raced(struct trial *trial)
{
	raced(trial);
	trial->packet_tap.counts.late = (struct late_requests){.rests = 8};
}

static void closed_unasked(struct trial *trial)
{
	closed_on_first_requests(trial);
	trial->packet_tap.counts.leaving = (struct leaving_counts){.unasked = 9, .unanswered = 9};
}

static void none_cut_off(struct trial *trial)
{
	cut_off(trial);
	trial->packet_tap.counts.responses.cuts = (struct response_cuts){.sized = 50};
}

static void syns_refused_and_said(struct trial *trial)
{
	syns_refused(trial);
	trial->third_party.said.errors[LOADER_CONNECT] = 12;
}

static const struct validity_case cases[] = {
	CASE(syns_refused, "12 connects were refused, by packets (a RST in answer to the SYN)"),
	CASE(syns_refused_and_said, NULL),
	CASE(cut_off, "7 of 50 connections seen were ended in the middle of a response"),
	CASE(none_cut_off, NULL),
	CASE(closed_on_first_requests,
		"the server closed on 9 of 1000 first requests and sent no byte"),
	CASE(closed_on_later_requests,
		"the server closed on at least 6 later requests and sent no byte"),
	CASE(closed_on_later_requests_as_announced,
		"at least 6 requests on kept connections met the server's close and got no answer"),
	CASE(raced,
		"at least 8 requests on kept connections met the server's close and got no answer"),
	CASE(raced_of_a_share, "at least about 16 requests on kept connections met the server's "
			       "close and got no answer"),
	CASE(nothing_raced, NULL),
	CASE(closed_unasked, NULL),
	CASE(refusals_seen, "500 responses without a status of 2xx, by packets (503: 400 of 500 "
			    "seen), on 1000 connections"),
	CASE(refusals_seen_of_a_share,
		"about 1000 responses without a status of 2xx, by packets (503: 400 of 500 "
		"seen), on 1000 connections"),
	CASE(only_successes_seen, NULL),
	CASE(bodies_seen_that_look_like_refusals, NULL),
	CASE_ALWAYS(none_answered,
		"no request was answered: on none of the 1000 connections seen did a "
		"byte of a response come"),
	CASE_ALWAYS(all_left,
		"no request was answered: on none of the 1000 connections seen did a byte "
		"of a response come, and the client left 999 of them before one did"),
	CASE(one_answered, NULL),
	CASE_ALWAYS(none_asked,
		"no request was sent: on none of the 1000 connections seen did the client "
		"send a byte"),
	CASE(none_asked_and_answered, NULL),
	CASE(none_answered_and_one_open, NULL),
	CASE(none_answered_of_the_builtin, NULL),
	CASE(made_all, NULL),
	CASE(made_one_less, "the loader made 999 of 1000 requests, on 1000 connections"),
	CASE(made_all_on_fewer_connections, NULL),
	CASE(mute_and_made_all, NULL),
	CASE(mute_and_made_one_less, "the loader made 1000 of 1001 connections"),
	CASE_EVENT(hung,
		"the loader made 0 of 10 requests, on 1000 connections, and hung: nothing was "
		"sent or received from 0.2 s until it was ended at 1.0 s",
		"the loader says that no request was answered"),
	CASE(stopped_after_a_pause, "the loader made 9 of 10 requests, on 1000 connections, and "
				    "had to be ended at 1.0 s"),
	CASE(still_for_three_samples,
		"the loader made 9 of 10 requests, on 1000 connections, and hung: nothing was "
		"sent or received from 0.6 s until it was ended at 1.0 s"),
	CASE(still_behind_its_end, "the loader made 9 of 10 requests, on 1000 connections, and had "
				   "to be ended at 0.7 s"),
	CASE(ended_by_itself_in_time, NULL),
	CASE(told_and_had_to_be_ended,
		"the loader was told how long to run, and had to be ended at 1.0 s"),
	CASE(hung_behind_a_long_start,
		"the loader was told how long to run, and had to be ended at 0.6 s"),
	CASE_ALWAYS(ended_before_its_first_syn,
		"no connection was attempted: the loader was ended at 0.7 s, before its first SYN; "
		"give it longer (--duration)"),
	CASE_ALWAYS(ended_by_itself_without_a_syn, "no connection was attempted"),
	CASE(ended_after_its_only_syn, NULL),
	CASE(not_told_and_ended, NULL),
	CASE_ALWAYS(killed,
		"the loader did not end on SIGINT and was killed, so what it had to say is "
		"lost"),
	CASE_ALWAYS(nobody_answered, "the loader says that no request was answered"),
	CASE_EVENT(ended_by_the_user, "interrupted",
		"interrupted; the loader says that no request was answered"),
	CASE(other_errors, "20 requests of the loader failed"),
	CASE(what_is_not_said, NULL),
	CASE(one_request_each, NULL),
	CASE(half_as_many_again, NULL),
	CASE_ALWAYS(two_requests_each,
		"the loader keeps its connections alive: 2.0 requests on each, where this "
		"strategy's client closes after 1 (have it send Connection: close)"),
	CASE(two_as_asked_for, NULL),
	CASE(kept_where_the_server_closes, NULL),
	CASE(kept_at_a_third_party, NULL),
	CASE(mute_and_many_segments,
		"the loader keeps its connections alive: 43 segments on each, where this "
		"strategy's client closes after 1 requests, which take 14 at most (have it send "
		"Connection: close)"),
	CASE(mute_and_as_many_as_may_be, NULL),
	CASE(mute_and_large_responses, NULL),
	CASE(mute_and_two_asked_for, NULL),
	CASE_ALWAYS(held_and_mute, NULL),
	CASE_ALWAYS(held_and_prints,
		"all 1 ports of the client were held from 0.4 s on, by open connections, and no "
		"connection was opened any more: the loader says EADDRNOTAVAIL"),
	CASE_ALWAYS(held_by_time_waits_and_mute,
		"all 1 ports of the client were held from 0.4 s on, mostly by TIME_WAITs, and no "
		"connection was opened any more: the loader does not say what its connect() got"),
	CASE_ALWAYS(own_held_and_mute, NULL),
	CASE_ALWAYS(own_held_by_time_waits_and_mute,
		"all 1 ports of the loader's own choice were held from 0.4 s on, mostly by "
		"TIME_WAITs, and no connection was opened any more: the loader does not say what "
		"its bind() and connect() got"),
	CASE_ALWAYS(held_by_time_waits_and_prints,
		"all 1 ports of the client were held from 0.4 s on, mostly by TIME_WAITs, and no "
		"connection was opened any more: the loader says EADDRNOTAVAIL"),
	CASE(held_and_says_how_many, "7 connect() of the loader failed"),
	CASE(held_and_none_failed, NULL),
	CASE(took_all_that_was_sent, NULL),
	CASE_ALWAYS(took_more_than_was_sent,
		"the loader takes 400000 response bytes for received, of which at least 100000 "
		"were not sent"),
};

const struct validity_cases cases_of_third_party_load = {cases, sizeof(cases) / sizeof(cases[0])};
