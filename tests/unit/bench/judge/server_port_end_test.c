/* When a made-up server that connects on had no port left, and servers that only look like it: 100
 * ports, of which 30 more are held at each sample; 50 connections of the load a sample. */
#include "bench/judge/server_ports.h"

#include "tests/unit/bench/findings/made_up_trial.h"

#include <arpa/inet.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define OWN_PORTS 100

static void hold(struct made_up *m, uint64_t time_waits)
{
	made_up_setting(m, TD_SERVER, "net.ipv4.ip_local_port_range", "32768 32869");
	made_up_setting(m, TD_SERVER, "net.ipv4.ip_local_reserved_ports", "32768-32769");
	for (uint64_t i = 0; i < SAMPLES; i++) {
		struct sample *s = &m->samples[i];
		uint64_t held = 30 * i < OWN_PORTS ? 30 * i : OWN_PORTS;
		s->others_accepted = held;
		s->server.counters.passive_opens = 50 * i + held;
		s->server.others.busiest =
			(struct busiest_destination){{{htonl(0x0a000005)}, 5432, false}, held,
				time_waits < held ? time_waits : held};
	}
}

static void by_time_waits(struct made_up *m)
{
	hold(m, 50);
}

static void by_open_and_refused(struct made_up *m)
{
	hold(m, 49);
	m->trial.totals.refused = 7;
}

/* A pool at its limit. */
static void by_open(struct made_up *m)
{
	hold(m, 49);
}

static void one_is_free(struct made_up *m)
{
	hold(m, 50);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].server.others.busiest.ports -= i > 3;
}

/* Ports that bind(2) chose. */
static void one_beyond_the_range(struct made_up *m)
{
	hold(m, 50);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].server.others.busiest.ports += i > 3;
}

static void in_one_census(struct made_up *m)
{
	hold(m, 50);
	for (size_t i = 5; i < SAMPLES; i++)
		m->samples[i].server.others.busiest.ports = 99;
}

static void of_two_places(struct made_up *m)
{
	hold(m, 50);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].server.others.busiest.to.port += i % 2;
	/* The reading behind it is of the same place. */
	m->samples[SAMPLES - 1].server.others.busiest.ports--;
}

/* TIME_WAITs that are reused, say. */
static void opening_goes_on(struct made_up *m)
{
	hold(m, 50);
	for (uint64_t i = 0; i < SAMPLES; i++) {
		m->samples[i].others_accepted = 30 * i;
		m->samples[i].server.counters.passive_opens = 80 * i;
	}
}

/* Nobody asked it any more. */
static void the_load_ended(struct made_up *m)
{
	hold(m, 50);
	m->trial.before.server.counters.passive_opens = OPENED - 300;
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].server.counters.passive_opens = OPENED;
}

/* Nine connections of the load came behind it: too few to say. */
static void end_nearly(struct made_up *m)
{
	m->trial.before.server.counters.passive_opens = OPENED - 309;
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].server.counters.passive_opens = i <= 4 ? OPENED - 9 : OPENED;
}

static void the_load_nearly_ended(struct made_up *m)
{
	hold(m, 50);
	end_nearly(m);
}

/* The next two censuses are of the tenth sample and the reading after the load. */
static void seen_late(struct made_up *m)
{
	hold(m, 50);
	for (size_t i = 1; i < SAMPLES; i++)
		m->samples[i].census_fresh = i == 10;
}

static void seen_at_the_end_alone(struct made_up *m)
{
	hold(m, 50);
	for (size_t i = 1; i < SAMPLES; i++)
		m->samples[i].census_fresh = false;
}

static void to_several(struct made_up *m)
{
	hold(m, 50);
	m->trial.packet_tap.others.server.to_several = true;
}

static void reused(struct made_up *m)
{
	by_time_waits(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_tw_reuse", "1");
}

/* Requests fail for another reason. */
static void reused_and_refused(struct made_up *m)
{
	opening_goes_on(m);
	m->trial.totals.refused = 7;
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_tw_reuse", "1");
}

static void third_party(struct made_up *m)
{
	hold(m, 49);
	made_up_wrk(m);
	m->trial.third_party.said.errors[LOADER_READ] = 3;
	m->trial.third_party.said.non_success = 4;
}

/* In four places; `shared` ports are held for two of them. */
static void bind_to_four(struct made_up *m, uint64_t shared)
{
	hold(m, 50);
	for (size_t i = 0; i < SAMPLES; i++) {
		struct diag_census *others = &m->samples[i].server.others;
		others->exclusive.ports = shared > 0 ? 0 : others->busiest.ports;
		others->exclusive.time_waits = others->busiest.time_waits;
		others->busiest.ports = (others->busiest.ports + shared) / 4;
		others->busiest.to.port += i % 4;
	}
	m->trial.packet_tap.others.server.to_several = true;
}

static void bound(struct made_up *m)
{
	bind_to_four(m, 0);
}

static void bound_by_open_and_refused(struct made_up *m)
{
	bind_to_four(m, 0);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].server.others.exclusive.time_waits = 49;
	m->trial.totals.refused = 7;
}

/* bind(2) reuses none, so requests that failed are enough to tell. */
static void bound_beside_reuse(struct made_up *m)
{
	bound(m);
	end_nearly(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_tw_reuse", "1");
	m->trial.totals.refused = 7;
}

static void shared_by_four(struct made_up *m)
{
	bind_to_four(m, 1);
}

static void bound_and_one_is_free(struct made_up *m)
{
	bound(m);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].server.others.exclusive.ports -= i > 3;
}

/* Seven ports of other places may be different ones by chance. */
static void nearly_all_of_one_place(struct made_up *m)
{
	bound(m);
	for (size_t i = 4; i < SAMPLES; i++)
		m->samples[i].server.others.busiest.ports = 93;
}

/* No census but the last, and as many requests failed as found no port. */
static void by_count(struct made_up *m)
{
	bound(m);
	for (size_t i = 1; i < SAMPLES; i++)
		m->samples[i].census_fresh = false;
	m->trial.packet_tap.others.server.opened = OWN_PORTS;
	m->trial.totals.exchanges = OPENED;
	m->trial.totals.refused = OPENED - OWN_PORTS;
}

static void by_count_and_one_failed_more(struct made_up *m)
{
	by_count(m);
	m->trial.totals.refused++;
}

static void by_count_of_another(struct made_up *m)
{
	by_count(m);
	m->trial.packet_tap.others.server.opened++;
}

static void by_count_of_open(struct made_up *m)
{
	by_count(m);
	m->samples[SAMPLES - 1].server.others.exclusive.time_waits = 49;
}

static void cut_off(struct made_up *m)
{
	hold(m, 50);
	m->trial.is_cut_off = true;
}

static const struct {
	const char *name;
	void (*happens)(struct made_up *m);
	size_t since; /* 0: never */
	uint64_t time_waits, failed;
	double per_s_before, per_s_after;
} rows[] = {
	{"TIME_WAITs", by_time_waits, 4, 50, 0, 250, 0},
	{"open, refused", by_open_and_refused, 4, 49, 7, 250, 0},
	{"open", by_open, 0, 0, 0, 0, 0},
	{"one is free", one_is_free, 0, 0, 0, 0, 0},
	{"beyond the range", one_beyond_the_range, 0, 0, 0, 0, 0},
	{"one census", in_one_census, 0, 0, 0, 0, 0},
	{"two places", of_two_places, 0, 0, 0, 0, 0},
	{"opening goes on", opening_goes_on, 0, 0, 0, 0, 0},
	{"the load ended", the_load_ended, 0, 0, 0, 0, 0},
	{"the load nearly ended", the_load_nearly_ended, 0, 0, 0, 0, 0},
	{"seen late", seen_late, 4, 50, 0, 250, 0},
	{"seen at the end", seen_at_the_end_alone, 0, 0, 0, 0, 0},
	{"several places", to_several, 4, 50, 0, NAN, NAN},
	{"reused when old enough", reused, 4, 50, 0, 250, 0},
	{"reused, refused", reused_and_refused, 0, 0, 0, 0, 0},
	{"a third party's loader", third_party, 4, 49, 7, 250, 0},
	{"bound", bound, 4, 50, 0, 250, 0},
	{"bound, open, refused", bound_by_open_and_refused, 4, 49, 7, 250, 0},
	{"bound, reuse", bound_beside_reuse, 4, 50, 7, 250, 0},
	{"shared", shared_by_four, 0, 0, 0, 0, 0},
	{"bound, one is free", bound_and_one_is_free, 0, 0, 0, 0, 0},
	{"bound, nearly all of one", nearly_all_of_one_place, 0, 0, 0, 0, 0},
	{"by count", by_count, 4, 50, OPENED - OWN_PORTS, 250, 0},
	{"by count, one failed more", by_count_and_one_failed_more, 0, 0, 0, 0, 0},
	{"by count, opened one more", by_count_of_another, 0, 0, 0, 0, 0},
	{"by count, open", by_count_of_open, 0, 0, 0, 0, 0},
	{"cut off", cut_off, 0, 0, 0, 0, 0},
};

static bool is_same(double a, double b)
{
	return isnan(a) ? isnan(b) : fabs(a - b) < 1e-6;
}

static void ends(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made_up m;
		made_up_init(&m, rows[i].happens);
		struct server_port_end end = server_ports_end(&m.trial);
		print_message("%s\n", rows[i].name);
		assert_int_equal(
			end.since_ns, rows[i].since ? START_NS + rows[i].since * PERIOD_NS : 0);
		assert_int_equal(end.held.time_waits, rows[i].time_waits);
		assert_int_equal(end.failed, rows[i].failed);
		assert_true(is_same(end.per_s_before, rows[i].per_s_before));
		assert_true(is_same(end.per_s_after, rows[i].per_s_after));
		made_up_finish(&m);
	}
}

/* 80 of 100 that were opened left a TIME_WAIT: at 312.5/s these are 100 after 0.4 s. */
static void the_runway_ends_there(void **state)
{
	struct made_up m;
	made_up_init(&m, by_time_waits);
	m.trial.packet_tap.others.server.busiest = (struct destination){
		.to = {{htonl(0x0a000005)}, 5432, false}, .opened = 100, .time_wait = 80};
	struct figures f = figures_of(&m.trial);
	assert_true(is_same(f.server.others_runway.rate_per_s, 312.5));
	assert_true(is_same(f.server.others_runway.held_after_s, 0.4));
	assert_int_equal(f.server.others_ports_available, OWN_PORTS);
	assert_int_equal(f.server.others_ports_peak, OWN_PORTS);
	assert_int_equal(f.client.others_ports_peak, 0);
	made_up_finish(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends),
		cmocka_unit_test(the_runway_ends_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
