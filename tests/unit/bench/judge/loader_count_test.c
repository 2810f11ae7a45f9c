/* What a third-party loader says of its requests, beside what was counted: 1000 connections in 2 s,
 * one request each, in samples 0.1 s apart. */
#include "bench/judge/loader_count.h"

#include "tests/unit/bench/findings/made_up_trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void says(struct made_up *m, double requests, double per_s)
{
	made_up_wrk(m);
	made_up_third_party_server(m);
	m->trial.third_party.said = (struct loader_said){
		.requests = requests, .requests_per_s = per_s, .promised_bytes = NAN};
	for (uint64_t i = 0; i < SAMPLES; i++)
		m->samples[i].client.counters.out_segs = 500 * i;
}

/* On 100 connections that were seen each end sent so much. */
static void sent(struct made_up *m, uint64_t by_client, uint64_t by_server)
{
	m->trial.packet_tap.counts.connections = m->trial.packet_tap.counts.sized = 100;
	m->trial.packet_tap.counts.client_bytes = 100 * by_client;
	m->trial.packet_tap.counts.server_bytes = 100 * by_server;
}

static void one_each(struct made_up *m)
{
	says(m, OPENED, 505);
	sent(m, 45, 300);
}

static void no_rate(struct made_up *m)
{
	says(m, OPENED, NAN);
}

/* 45 bytes are two requests and a half. */
static void as_many_as_fit(struct made_up *m)
{
	says(m, 2500, 1250);
	sent(m, 45, 300);
}

static void more_than_fit(struct made_up *m)
{
	says(m, 2700, 1350);
	sent(m, 45, 300);
}

static void of_http2(struct made_up *m)
{
	more_than_fit(m);
	m->trial.third_party.kind = loader_kinds[2];
	assert_string_equal(m->trial.third_party.kind->name, "h2load");
}

/* The beginnings of the others were not seen. */
static void few_were_sized(struct made_up *m)
{
	says(m, 3200, 1600);
	sent(m, 45, 300);
	m->trial.packet_tap.counts.sized = 89;
}

static void segments_were_lost(struct made_up *m)
{
	more_than_fit(m);
	m->trial.packet_tap.lost = 1;
}

/* 2.9 million segments on each connection may have carried 4 GiB. */
static void sequence_numbers_may_have_turned(struct made_up *m)
{
	more_than_fit(m);
	m->samples[SAMPLES - 1].client.counters.out_segs = UINT64_C(2900000) * OPENED;
}

static void the_server_closes(struct made_up *m, double requests)
{
	says(m, requests, requests / 2);
	m->trial.server.is_third_party = false;
	m->strategy.first_closer = TD_SERVER;
	m->trial.load.requests_per_connection = 3;
}

static void three_each(struct made_up *m)
{
	the_server_closes(m, 3 * OPENED);
}

static void more_than_three_each(struct made_up *m)
{
	the_server_closes(m, 3.2 * OPENED);
}

static void the_client_closes(struct made_up *m)
{
	more_than_three_each(m);
	m->strategy.first_closer = TD_CLIENT;
}

static void either_may_close(struct made_up *m)
{
	more_than_three_each(m);
	m->strategy.claim_is_race = true;
}

static void a_server_of_others(struct made_up *m)
{
	more_than_three_each(m);
	m->trial.server.is_third_party = true;
}

static void hey(struct made_up *m, double failed)
{
	says(m, OPENED, 10000);
	m->trial.third_party.kind = loader_kinds[3];
	assert_string_equal(m->trial.third_party.kind->name, "hey");
	m->trial.third_party.said.errors[LOADER_CONNECT] = failed;
}

static void most_failed(struct made_up *m)
{
	hey(m, 19000);
}

static void few_failed(struct made_up *m)
{
	hey(m, 50);
	m->trial.third_party.said.requests_per_s = 525;
}

/* wrk's rate is of what was answered. */
static void wrk_with_failures(struct made_up *m)
{
	says(m, OPENED, 500);
	m->trial.third_party.said.errors[LOADER_CONNECT] = 19000;
}

/* 1.9 s in which something was sent, and 1000 requests. */
static void half_as_fast_again(struct made_up *m)
{
	says(m, OPENED, 789);
}

static void faster_than_that(struct made_up *m)
{
	says(m, OPENED, 790);
}

/* In six of the 19 tenths: a loader that thinks, or begins late. */
static void fast_for_a_while(struct made_up *m)
{
	says(m, OPENED, 1660);
	for (size_t i = 7; i < SAMPLES; i++)
		m->samples[i].client.counters.out_segs = m->samples[6].client.counters.out_segs;
}

/* Too short to say. */
static void fast_for_a_moment(struct made_up *m)
{
	says(m, OPENED, 99999);
	for (size_t i = 5; i < SAMPLES; i++)
		m->samples[i].client.counters.out_segs = m->samples[4].client.counters.out_segs;
}

static const struct {
	const char *name;
	void (*happens)(struct made_up *m);
	double requests, per_s;
	enum loader_doubt doubt;
} cases[] = {
	{"one each", one_each, 1000, 505, LOADER_BELIEVED},
	{"no rate", no_rate, 1000, 500, LOADER_BELIEVED},
	{"as many as fit", as_many_as_fit, 2500, 1250, LOADER_BELIEVED},
	{"more than fit", more_than_fit, 2500, 1250, LOADER_BEYOND_BYTES},
	{"HTTP/2", of_http2, 2700, 1350, LOADER_BELIEVED},
	{"few were sized", few_were_sized, 3200, 1600, LOADER_BELIEVED},
	{"segments were lost", segments_were_lost, 2700, 1350, LOADER_BELIEVED},
	{"numbers turned", sequence_numbers_may_have_turned, 2700, 1350, LOADER_BELIEVED},
	{"three each", three_each, 3000, 1500, LOADER_BELIEVED},
	{"more than three each", more_than_three_each, 3000, 1500, LOADER_BEYOND_SERVER},
	{"the client closes", the_client_closes, 3200, 1600, LOADER_BELIEVED},
	{"either may close", either_may_close, 3200, 1600, LOADER_BELIEVED},
	{"a server of others", a_server_of_others, 3200, 1600, LOADER_BELIEVED},
	{"most failed", most_failed, 1000, 500, LOADER_WITH_FAILED},
	{"few failed", few_failed, 1000, 500, LOADER_BELIEVED},
	{"wrk", wrk_with_failures, 1000, 500, LOADER_BELIEVED},
	{"half as fast again", half_as_fast_again, 1000, 789, LOADER_BELIEVED},
	{"faster", faster_than_that, 1000, 500, LOADER_BEYOND_TIME},
	{"fast for a while", fast_for_a_while, 1000, 1660, LOADER_BELIEVED},
	{"fast for a moment", fast_for_a_moment, 1000, 99999, LOADER_BELIEVED},
};

static void what_was_counted_is_taken(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct made_up m;
		made_up_init(&m, cases[i].happens);
		struct loader_count count = loader_count_of(&m.trial, OPENED);
		struct figures figures = figures_of(&m.trial);
		print_message("%s: %g, %g/s\n", cases[i].name, count.requests, count.per_s);
		assert_true(fabs(count.requests - cases[i].requests) < 1e-6);
		assert_true(fabs(count.per_s - cases[i].per_s) < 1e-6);
		assert_int_equal(count.doubt, cases[i].doubt);
		assert_true(fabs(figures.exchanges - cases[i].requests) < 1e-6);
		assert_true(fabs(figures.exchanges_per_s - cases[i].per_s) < 1e-6);
		made_up_finish(&m);
	}
}

/* 1000 connections with 300 bytes each. */
static void bytes_that_were_not_sent(void **state)
{
	static char head[] = "hey -m HEAD http://host/", get[] = "hey http://host/";
	static const struct {
		double promised;
		char *command;
		double missing;
	} rows[] = {{300000, get, 0}, {315000, get, 0}, {315001, get, 15001}, {500000, head, 0},
		{500000, NULL, 200000}, {NAN, get, 0}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made_up m;
		made_up_init(&m, one_each);
		m.trial.third_party.said.promised_bytes = rows[i].promised;
		m.trial.third_party.command = rows[i].command;
		double missing = loader_count_missing_bytes(&m.trial, OPENED);
		assert_true(fabs(missing - rows[i].missing) < 1e-6);
		m.trial.packet_tap.counts.sized = 0;
		assert_true(!(loader_count_missing_bytes(&m.trial, OPENED) > 0));
		made_up_finish(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_counted_is_taken),
		cmocka_unit_test(bytes_that_were_not_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
