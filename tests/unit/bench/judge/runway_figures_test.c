/* The runway of made-up trials: 1000 ports, 500 connections a second, 0.95 TIME_WAITs each. */
#include "tests/unit/bench/findings/made_up_trial.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void plain(struct made_up *m)
{
	made_up_hold_ports(m, 50, 8, 9);
	m->trial.totals.window_completed = 1000;
}

static void reuse(struct made_up *m)
{
	plain(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1");
}

static void reuse_after_50_ms(struct made_up *m)
{
	reuse(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_tw_reuse_delay", "50");
}

static void reuse_without_timestamps(struct made_up *m)
{
	reuse(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_timestamps", "0");
}

static void reuse_for_loopback(struct made_up *m)
{
	plain(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_tw_reuse", "2");
}

static void three_addresses(struct made_up *m)
{
	plain(m);
	m->trial.client_addresses = 3;
}

static void reserved(struct made_up *m)
{
	plain(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.ip_local_reserved_ports", "1-500");
}

static void range(struct made_up *m)
{
	plain(m);
	m->strategy.source_port = TD_PORT_RANGE;
}

static void bound(struct made_up *m)
{
	plain(m);
	m->strategy.source_port = TD_PORT_BIND;
}

static void bound_without_timestamps(struct made_up *m)
{
	bound(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_timestamps", "0");
}

static void cap_below_the_ports(struct made_up *m)
{
	plain(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_max_tw_buckets", "999");
}

static void cap_of_as_many(struct made_up *m)
{
	plain(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_max_tw_buckets", "1000");
}

static void few_leave_one(struct made_up *m)
{
	made_up_hold_ports(m, 2, 8, 9);
	m->trial.totals.window_completed = 1000;
}

/* The first second took all ports. */
static void refused(struct made_up *m)
{
	plain(m);
	made_up_refuse(m, EADDRNOTAVAIL, 10);
}

/* 100 at any instant: each is open for 0.2 s. */
static void open_for_long(struct made_up *m)
{
	plain(m);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].client.counters.gauge_inuse = 100;
}

/* For 0.08 s, which is left out. */
static void open_for_short(struct made_up *m)
{
	plain(m);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].client.counters.gauge_inuse = 40;
}

static void each_trial_has_its_runway(void **state)
{
	static const struct {
		const char *name;
		void (*happens)(struct made_up *made_up);
		double rate_per_s, lasts_per_s, slow_from_per_s; /* NAN: none */
	} rows[] = {
		{"plain", plain, 500, 16.9649, 8.48245},
		{"reuse", reuse, 500, 1052.63, 526.316},
		{"reuse after 50 ms", reuse_after_50_ms, 500, 21052.6, 10526.3},
		{"reuse without timestamps", reuse_without_timestamps, 500, 16.9649, 8.48245},
		{"reuse for loopback", reuse_for_loopback, 500, 16.9649, 8.48245},
		{"three addresses", three_addresses, 500, 50.8947, 25.4474},
		{"reserved ports", reserved, 500, 8.48245, 4.24122},
		{"IP_LOCAL_PORT_RANGE", range, 500, 16.9649, NAN},
		{"bind()", bound, NAN, NAN, NAN},
		{"bind() without timestamps", bound_without_timestamps, 500, 16.9649, NAN},
		{"a cap below the ports", cap_below_the_ports, NAN, NAN, NAN},
		{"a cap of as many", cap_of_as_many, 500, 16.9649, 8.48245},
		{"few leave a TIME_WAIT", few_leave_one, NAN, NAN, NAN},
		{"refused", refused, 1000, 16.9649, 8.48245},
		{"open for long", open_for_long, 500, 16.9075, 8.45375},
		{"open for short", open_for_short, 500, 16.9649, 8.48245},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made_up m;
		made_up_init(&m, rows[i].happens);
		struct runway r = figures_of(&m.trial).runway;
		double found[] = {r.rate_per_s, r.lasts_per_s, r.slow_from_per_s};
		double wanted[] = {
			rows[i].rate_per_s, rows[i].lasts_per_s, rows[i].slow_from_per_s};
		for (size_t f = 0; f < 3; f++)
			if (isnan(found[f]) != isnan(wanted[f]) ||
				fabs(found[f] - wanted[f]) > 1e-5 * wanted[f])
				fail_msg("%s: figure %zu is %g, not %g", rows[i].name, f, found[f],
					wanted[f]);
		made_up_finish(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_trial_has_its_runway)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
