/* Until when a third-party loader opened connections, and whether any was open behind that: samples
 * 0.1 s apart, of 2 s. */
#include "bench/judge/figures.h"

#include "tests/unit/bench/findings/made_up_trial.h"

#include <math.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* The last of 700 is opened by this sample, and so many stay open; the others leave TIME_WAITs. */
static void opened_by(struct made_up *m, size_t last, uint64_t open)
{
	made_up_wrk(m);
	m->trial.third_party.kind = NULL;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct sample_end *client = &m->samples[i].client;
		client->counters.active_opens = i < last ? 30 * i : 700;
		client->counters.tw = client->counters.active_opens - (i < last ? 0 : open);
		client->counters.gauge_inuse = open;
		client->census.states[TCP_ESTABLISHED] = open;
		client->census.states[TCP_TIME_WAIT] = client->counters.tw;
	}
}

static void early(struct made_up *m)
{
	opened_by(m, 7, 0);
}

static void early_and_kept(struct made_up *m)
{
	opened_by(m, 7, 1);
}

static void half_closed(struct made_up *m)
{
	early(m);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].client.census.states[TCP_FIN_WAIT2] = 1;
}

static void in_the_first_half(struct made_up *m)
{
	opened_by(m, 9, 0);
}

static void in_the_second_half(struct made_up *m)
{
	opened_by(m, 10, 0);
}

/* The load ends with the sample before the fifth, or behind the fifth. */
static void two_samples_behind(struct made_up *m)
{
	opened_by(m, 2, 0);
	m->trial.third_party.ran_ns = 5 * PERIOD_NS;
}

static void three_samples_behind(struct made_up *m)
{
	two_samples_behind(m);
	m->trial.third_party.ran_ns++;
}

/* Only a census of later tells. */
static void no_census_since(struct made_up *m)
{
	early(m);
	for (size_t i = 8; i < SAMPLES; i++)
		m->samples[i].census_fresh = false;
}

static void open_in_the_first_census_alone(struct made_up *m)
{
	early(m);
	m->samples[8].client.census.states[TCP_ESTABLISHED] = 3;
}

static void open_in_the_last_census(struct made_up *m)
{
	early(m);
	m->samples[SAMPLES - 2].client.census.states[TCP_ESTABLISHED] = 3;
}

/* The last census was begun before the loader ended, and done behind that. */
static void ended_within_the_last_census(struct made_up *m)
{
	early_and_kept(m);
	m->samples[SAMPLES - 1].client.census = (struct diag_census){.states = {0}};
}

static void all_made(struct made_up *m)
{
	early(m);
	m->trial.load.total = OPENED;
}

static void fewer_made(struct made_up *m)
{
	early(m);
	m->trial.load.total = OPENED + 1;
}

static void cut_off(struct made_up *m)
{
	early(m);
	m->trial.is_cut_off = true;
}

static void builtin(struct made_up *m)
{
	early(m);
	m->trial.load.is_third_party = false;
}

static const struct {
	const char *name;
	void (*happens)(struct made_up *m);
	uint64_t ended; /* the sample; 0: it goes on, or is not known */
	bool is_idle;
} rows[] = {
	{"early", early, 7, true},
	{"a pool", early_and_kept, 7, false},
	{"the server has not closed", half_closed, 7, false},
	{"in the first half", in_the_first_half, 9, true},
	{"in the second half", in_the_second_half, 0, false},
	{"two samples are too few", two_samples_behind, 0, false},
	{"three samples", three_samples_behind, 2, true},
	{"no census since", no_census_since, 7, false},
	{"open in the first census alone", open_in_the_first_census_alone, 7, true},
	{"open in the last census", open_in_the_last_census, 7, false},
	{"ended within the last census", ended_within_the_last_census, 7, false},
	{"all that were asked for", all_made, 0, false},
	{"fewer", fewer_made, 7, true},
	{"cut off", cut_off, 0, false},
	{"the builtin loader", builtin, 0, false},
};

static void until_when(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made_up m;
		made_up_init(&m, rows[i].happens);
		struct figures f = figures_of(&m.trial);
		uint64_t at_ns = rows[i].ended ? START_NS + rows[i].ended * PERIOD_NS : 0;
		print_message("%s\n", rows[i].name);
		assert_int_equal(f.opening.ended_ns, at_ns);
		assert_int_equal(f.opening.is_idle, rows[i].is_idle);
		/* A rate that does not go on has no runway. */
		if (m.trial.load.is_third_party && !m.trial.is_cut_off)
			assert_int_equal(isnan(f.runway.lasts_per_s), at_ns > 0);
		made_up_finish(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(until_when)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
