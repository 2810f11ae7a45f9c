/* The runway of made-up servers that connect on: 1000 connections of the load, 500 a second; 500 of
 * the server's to one place, of which 400 leave it a TIME_WAIT; 1000 ports. */
#include "tests/unit/bench/findings/made_up_trial.h"

#include <arpa/inet.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct destination *to_of(struct made_up *m)
{
	return &m->trial.packet_tap.others.server.busiest;
}

static void elsewhere(struct made_up *m)
{
	m->trial.totals.window_completed = 1000;
	made_up_setting(m, TD_SERVER, "net.ipv4.ip_local_port_range", "32768 33767");
	*to_of(m) = (struct destination){.to = {{htonl(0x0a000005)}, 5432, false},
		.opened = 500,
		.time_wait = 400,
		.even = true};
}

static void loopback(struct made_up *m)
{
	elsewhere(m);
	to_of(m)->to.address[0] = htonl(0x7f000001);
}

static void loopback6(struct made_up *m)
{
	elsewhere(m);
	to_of(m)->to = (struct tcp_segment_end){{0, 0, 0, htonl(1)}, 5432, true};
}

static void none_left(struct made_up *m)
{
	elsewhere(m);
	to_of(m)->time_wait = 0;
}

static void several_sources(struct made_up *m)
{
	elsewhere(m);
	to_of(m)->from_several = true;
}

static void reserved(struct made_up *m)
{
	elsewhere(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.ip_local_reserved_ports", "1-100,33268-50000");
}

static void clients_reserved(struct made_up *m)
{
	elsewhere(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.ip_local_reserved_ports", "33268-50000");
}

static void range_unknown(struct made_up *m)
{
	elsewhere(m);
	m->trial.setting_count = 0;
}

static void of_both_parities(struct made_up *m)
{
	elsewhere(m);
	to_of(m)->odd = true;
}

static void of_few(struct made_up *m)
{
	elsewhere(m);
	to_of(m)->opened = 7;
	to_of(m)->time_wait = 7;
}

static void cap_below_the_ports(struct made_up *m)
{
	elsewhere(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_max_tw_buckets", "999");
}

static void clients_cap(struct made_up *m)
{
	elsewhere(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_max_tw_buckets", "999");
}

static void reuse(struct made_up *m)
{
	elsewhere(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_tw_reuse", "1");
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_tw_reuse_delay", "500");
}

static void clients_reuse(struct made_up *m)
{
	elsewhere(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1");
}

static void reuse_for_loopback(struct made_up *m)
{
	elsewhere(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_tw_reuse", "2");
}

static void loopback_reused(struct made_up *m)
{
	loopback(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_tw_reuse", "2");
	/* The client has no part in it. */
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_timestamps", "0");
}

static void loopback6_reused(struct made_up *m)
{
	loopback6(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_tw_reuse", "2");
}

static void loopback_without_timestamps(struct made_up *m)
{
	loopback_reused(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_timestamps", "0");
}

static void reuse_without_timestamps(struct made_up *m)
{
	reuse(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_timestamps", "0");
}

/* Two seconds each. */
static void open_for_long(struct made_up *m)
{
	elsewhere(m);
	to_of(m)->closed = 400;
	to_of(m)->open_ns = 400 * UINT64_C(2000000000);
}

/* 99 ms, which is left out. */
static void open_for_short(struct made_up *m)
{
	elsewhere(m);
	to_of(m)->closed = 400;
	to_of(m)->open_ns = 400 * UINT64_C(99000000);
}

static void of_the_client(struct made_up *m)
{
	elsewhere(m);
	m->trial.packet_tap.others.client.busiest = *to_of(m);
	*to_of(m) = (struct destination){.opened = 0};
}

/* 0.8 of 250/s leave one; each lasts 62.048 s. */
#define LASTS (1000 / (0.8 * 62.048))

static void each_server_has_its_runway(void **state)
{
	static const struct {
		const char *name;
		void (*happens)(struct made_up *made_up);
		double ports, rate_per_s, lasts_per_s, slow_from_per_s; /* NAN: none */
	} rows[] = {
		{"elsewhere", elsewhere, 1000, 250, LASTS, LASTS / 2},
		{"loopback", loopback, 1000, 250, LASTS, LASTS / 2},
		{"loopback of IPv6", loopback6, 1000, 250, LASTS, LASTS / 2},
		{"no TIME_WAIT", none_left, NAN, NAN, NAN, NAN},
		{"several sources", several_sources, NAN, NAN, NAN, NAN},
		{"reserved ports", reserved, 500, 250, LASTS / 2, LASTS / 4},
		{"ports reserved at the client", clients_reserved, 1000, 250, LASTS, LASTS / 2},
		{"an unknown range", range_unknown, NAN, NAN, NAN, NAN},
		{"ports of both parities", of_both_parities, 1000, 250, LASTS, NAN},
		{"seven connections", of_few, 1000, 3.5, 1000 / 62.048, NAN},
		{"a cap below the ports", cap_below_the_ports, NAN, NAN, NAN, NAN},
		{"a cap at the client", clients_cap, 1000, 250, LASTS, LASTS / 2},
		{"reuse", reuse, 1000, 250, 2500, 1250},
		{"reuse at the client", clients_reuse, 1000, 250, LASTS, LASTS / 2},
		{"reuse for loopback", reuse_for_loopback, 1000, 250, LASTS, LASTS / 2},
		{"reuse over loopback", loopback_reused, 1000, 250, 1250, 625},
		{"reuse over IPv6's loopback", loopback6_reused, 1000, 250, 1250, 625},
		{"without timestamps", reuse_without_timestamps, 1000, 250, LASTS, LASTS / 2},
		{"loopback without timestamps", loopback_without_timestamps, 1000, 250, LASTS,
			LASTS / 2},
		{"open for long", open_for_long, 1000, 250, 1000 / (2 + 0.8 * 62.048),
			500 / (2 + 0.8 * 62.048)},
		{"open for short", open_for_short, 1000, 250, LASTS, LASTS / 2},
		{"the client's", of_the_client, NAN, NAN, NAN, NAN},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made_up m;
		made_up_init(&m, rows[i].happens);
		struct figures figures = figures_of(&m.trial);
		struct runway r = figures.server.others_runway;
		double found[] = {r.ports, r.rate_per_s, r.lasts_per_s, r.slow_from_per_s};
		double wanted[] = {rows[i].ports, rows[i].rate_per_s, rows[i].lasts_per_s,
			rows[i].slow_from_per_s};
		for (size_t f = 0; f < 4; f++)
			if (isnan(found[f]) != isnan(wanted[f]) ||
				fabs(found[f] - wanted[f]) > 1e-5 * wanted[f])
				fail_msg("%s: figure %zu is %g, not %g", rows[i].name, f, found[f],
					wanted[f]);
		assert_true(isnan(figures.client.others_runway.ports));
		made_up_finish(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_server_has_its_runway)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
