/* When a third-party loader's connect() found no port, and what only looks like it: 1000 ports,
 * samples 0.1 s apart. */
#include "bench/judge/port_stall.h"

#include "tests/unit/bench/findings/made_up_trial.h"

#include <math.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void mute(struct made_up *m)
{
	made_up_wrk(m);
	m->trial.load.is_wrk = false;
	m->trial.third_party.kind = NULL;
}

/* So many ports are held in each sample from this one on, as many as there are by the seventh by
 * TIME_WAITs; until the seventh connections are opened. */
static void hold_from(struct made_up *m, size_t first, uint64_t ports, uint64_t time_waits)
{
	for (size_t i = 0; i < SAMPLES; i++) {
		struct sample_end *client = &m->samples[i].client;
		client->counters.active_opens = i < 7 ? 100 * i : OPENED;
		client->counters.gauge_tw = client->census.states[TCP_TIME_WAIT] =
			i < 7 ? 0 : time_waits;
		if (i >= first)
			client->census.ports_in_use = ports;
	}
}

static void says(struct made_up *m, double failed)
{
	made_up_wrk(m);
	m->trial.third_party.said.errors[LOADER_CONNECT] = failed;
}

static void open_from_the_seventh(struct made_up *m)
{
	mute(m);
	hold_from(m, 7, PORTS, 300);
}

static void waiting_from_the_seventh(struct made_up *m)
{
	mute(m);
	hold_from(m, 7, PORTS, 700);
}

/* The client is a proxy: TIME_WAITs of the hop in front are in its gauge, and not in the census. */
static void waiting_in_front(struct made_up *m)
{
	waiting_from_the_seventh(m);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].client.census.states[TCP_TIME_WAIT] = 0;
}

/* Open connections held the ports when the last one was opened, and closed behind that. */
static void closed_since(struct made_up *m)
{
	mute(m);
	hold_from(m, 7, PORTS, 300);
	for (size_t i = 8; i < SAMPLES; i++)
		m->samples[i].client.census.states[TCP_TIME_WAIT] = PORTS;
}

static void half_waiting(struct made_up *m)
{
	mute(m);
	hold_from(m, 7, PORTS, PORTS / 2);
}

static void nearly_half_waiting(struct made_up *m)
{
	mute(m);
	hold_from(m, 7, PORTS, PORTS / 2 - 1);
}

static void one_is_free(struct made_up *m)
{
	mute(m);
	hold_from(m, 7, PORTS - 1, 300);
}

/* The loader binds to ports of its own. */
static void one_beyond_the_range(struct made_up *m)
{
	mute(m);
	hold_from(m, 7, PORTS + 1, 300);
}

/* A port is given back, and taken, now and then. */
static void opening_goes_on(struct made_up *m)
{
	open_from_the_seventh(m);
	for (uint64_t i = 7; i < SAMPLES; i++)
		m->samples[i].client.counters.active_opens += i / 3;
}

static void opening_goes_on_until_the_twelfth(struct made_up *m)
{
	open_from_the_seventh(m);
	for (uint64_t i = 7; i < SAMPLES; i++)
		m->samples[i].client.counters.active_opens += i < 12 ? i : 12;
}

/* The censuses of the seventh to the ninth show it, and the last ones do not. */
static void free_again_in_the_tenth(struct made_up *m)
{
	open_from_the_seventh(m);
	hold_from(m, 10, PORTS - 1, 300);
}

static void free_again_in_the_eleventh(struct made_up *m)
{
	open_from_the_seventh(m);
	hold_from(m, 11, PORTS - 1, 300);
}

/* By a census of long after. */
static void seen_in_the_fifteenth(struct made_up *m)
{
	open_from_the_seventh(m);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].census_fresh = i == 15;
	hold_from(m, 16, PORTS - 1, 300);
}

/* By the last census alone, which is taken after the load. */
static void seen_behind_its_end(struct made_up *m)
{
	open_from_the_seventh(m);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].census_fresh = false;
}

/* The fifteenth's is of before. */
static void carried_over(struct made_up *m)
{
	seen_in_the_fifteenth(m);
	m->samples[15].census_fresh = false;
}

static void at_its_end(struct made_up *m)
{
	open_from_the_seventh(m);
	m->trial.third_party.ran_ns = 10 * PERIOD_NS;
}

/* The tenth sample is of the load. */
static void just_before_its_end(struct made_up *m)
{
	at_its_end(m);
	m->trial.third_party.ran_ns++;
}

static void all_that_was_asked_for(struct made_up *m)
{
	waiting_from_the_seventh(m);
	m->trial.load.total = OPENED;
}

static void one_more_was_asked_for(struct made_up *m)
{
	waiting_from_the_seventh(m);
	m->trial.load.total = OPENED + 1;
}

/* A pool at its limit. */
static void as_many_open_as_asked_for(struct made_up *m)
{
	open_from_the_seventh(m);
	m->trial.load.connections = 700;
	m->trial.load.told_connections = true;
}

static void fewer_open_than_asked_for(struct made_up *m)
{
	as_many_open_as_asked_for(m);
	m->trial.load.connections = 701;
}

static void not_told_how_many(struct made_up *m)
{
	as_many_open_as_asked_for(m);
	m->trial.load.told_connections = false;
}

static void says_that_none_failed(struct made_up *m)
{
	says(m, 0);
	hold_from(m, 7, PORTS, 700);
}

static void does_not_count_failures(struct made_up *m)
{
	says(m, NAN);
	hold_from(m, 7, PORTS, 700);
}

/* Two samples are enough then. */
static void says_that_some_failed(struct made_up *m)
{
	says(m, 5);
	hold_from(m, 7, PORTS, 700);
	hold_from(m, 9, PORTS - 1, 700);
}

static void says_it_in_one_sample(struct made_up *m)
{
	says_that_some_failed(m);
	hold_from(m, 8, PORTS - 1, 700);
}

/* The kernel counts them as well: they were refused by the server. */
static void failed_at_the_server(struct made_up *m)
{
	says_that_some_failed(m);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, attempt_fails), 5, 3);
}

static void prints(struct made_up *m, const char *words)
{
	as_many_open_as_asked_for(m);
	snprintf(m->trial.third_party.output, sizeof(m->trial.third_party.output), "%s", words);
}

static void prints_strerror(struct made_up *m)
{
	prints(m, "x.c: connect: Cannot assign requested address");
}

static void prints_the_name(struct made_up *m)
{
	prints(m, "{ code: 'EADDRNOTAVAIL', syscall: 'connect' }");
}

static void prints_rust(struct made_up *m)
{
	prints(m, "Os { code: 99, kind: AddrNotAvailable }");
}

static void prints_another_error(struct made_up *m)
{
	prints(m, "connect: Connection refused");
}

static void builtin(struct made_up *m)
{
	hold_from(m, 7, PORTS, 700);
}

static void cut_off(struct made_up *m)
{
	open_from_the_seventh(m);
	m->trial.is_cut_off = true;
}

static const struct {
	const char *name;
	void (*happens)(struct made_up *m);
	size_t since; /* 0: it is none */
	uint64_t time_waits;
	bool is_said; /* which proves it, as TIME_WAITs on most ports do */
} cases[] = {
	{"open", open_from_the_seventh, 7, 300, false},
	{"TIME_WAIT", waiting_from_the_seventh, 7, 700, false},
	{"half in TIME_WAIT", half_waiting, 7, PORTS / 2, false},
	{"nearly half", nearly_half_waiting, 7, PORTS / 2 - 1, false},
	{"one port is free", one_is_free, 0, 0, false},
	{"ports beyond the range", one_beyond_the_range, 0, 0, false},
	{"opening goes on", opening_goes_on, 0, 0, false},
	{"opening goes on for a while", opening_goes_on_until_the_twelfth, 12, 300, false},
	{"free after three samples", free_again_in_the_tenth, 0, 0, false},
	{"free after four", free_again_in_the_eleventh, 7, 300, false},
	{"one late census", seen_in_the_fifteenth, 7, 300, false},
	{"no census but the last", seen_behind_its_end, 7, 300, false},
	{"an old census", carried_over, 0, 0, false},
	{"waiting on the hop in front", waiting_in_front, 7, 0, false},
	{"closed since", closed_since, 7, 300, false},
	{"at its end", at_its_end, 0, 0, false},
	{"just before its end", just_before_its_end, 7, 300, false},
	{"all is made", all_that_was_asked_for, 0, 0, false},
	{"one is missing", one_more_was_asked_for, 7, 700, false},
	{"a pool at its limit", as_many_open_as_asked_for, 0, 0, false},
	{"a pool below it", fewer_open_than_asked_for, 7, 300, false},
	{"a limit that is not known", not_told_how_many, 7, 300, false},
	{"none failed", says_that_none_failed, 0, 0, false},
	{"failures are not counted", does_not_count_failures, 7, 700, false},
	{"some failed", says_that_some_failed, 7, 700, true},
	{"some failed, one sample", says_it_in_one_sample, 0, 0, false},
	{"some were refused", failed_at_the_server, 0, 0, false},
	{"strerror", prints_strerror, 7, 300, true},
	{"its name", prints_the_name, 7, 300, true},
	{"Rust's", prints_rust, 7, 300, true},
	{"another error", prints_another_error, 0, 0, false},
	{"the builtin loader", builtin, 0, 0, false},
	{"cut off", cut_off, 0, 0, false},
};

static void stalls(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct made_up m;
		made_up_init(&m, cases[i].happens);
		struct port_stall stall = port_stall_of(&m.trial, PORTS, OPENED);
		uint64_t since_ns = cases[i].since ? START_NS + cases[i].since * PERIOD_NS : 0;
		print_message("%s\n", cases[i].name);
		assert_int_equal(stall.since_ns, since_ns);
		assert_int_equal(stall.time_waits, cases[i].time_waits);
		assert_int_equal(stall.in_use, since_ns ? PORTS - cases[i].time_waits : 0);
		assert_int_equal(stall.is_said, cases[i].is_said);
		assert_int_equal(stall.is_proven,
			since_ns && (cases[i].is_said || cases[i].time_waits >= PORTS / 2));
		made_up_finish(&m);
	}
}

/* The forecast is of the time until then, not of what was left behind it: 1000 ports in 0.7 s. */
static void the_runway_ends_there(void **state)
{
	struct made_up m;
	made_up_init(&m, waiting_from_the_seventh);
	m.trial.after.client.counters.tw = OPENED;
	for (size_t i = 0; i < SAMPLES; i++)
		m.samples[i].client.counters.gauge_inuse = 0;
	struct figures f = figures_of(&m.trial);
	assert_true(fabs(f.rate_per_s - 500) < 1e-6);
	assert_true(fabs(f.runway.rate_per_s - PORTS / 0.7) < 1e-6);
	assert_true(fabs(f.runway.held_after_s - 0.7) < 1e-6);
	made_up_finish(&m);
}

/* The last SYN tells when it began, more exactly than the sample behind it. */
static void it_began_with_the_last_syn(void **state)
{
	static const struct {
		uint64_t last_syn_ns, since_ns;
	} rows[] = {
		{0, START_NS + 7 * PERIOD_NS},
		{START_NS + 7 * PERIOD_NS - 30, START_NS + 7 * PERIOD_NS - 30},
		/* Others of its connections were not looked at. */
		{START_NS + 6 * PERIOD_NS - 30, START_NS + 7 * PERIOD_NS},
		/* A SYN that found a port again. */
		{START_NS + 9 * PERIOD_NS, START_NS + 7 * PERIOD_NS},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made_up m;
		made_up_init(&m, open_from_the_seventh);
		m.trial.packet_tap.last_syn_ns = rows[i].last_syn_ns;
		struct port_stall stall = port_stall_of(&m.trial, PORTS, OPENED);
		assert_int_equal(stall.since_ns, rows[i].since_ns);
		made_up_finish(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stalls),
		cmocka_unit_test(the_runway_ends_there),
		cmocka_unit_test(it_began_with_the_last_syn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
