/* Cases of findings about the client's ports. */
#include "made_up_trial.h"

#include <arpa/inet.h>
#include <errno.h>

static void cliff(struct made_up *m)
{
	made_up_hold_ports(m, 45, 8, 1800);
	/* 45 × 12 is the first beyond 500; from then on 20 connections are completed a sample. */
	for (size_t i = 12; i < SAMPLES; i++)
		m->samples[i].progress.completed = 1200 + 20 * (i - 12);
}

/* The sample at which just half are held belongs to the first half. */
static void cliff_behind_just_half(struct made_up *m)
{
	made_up_hold_ports(m, 50, 8, 1800);
}

/* Few samples are beyond it: the last two of the 20. */
static void cliff_at_the_end(struct made_up *m)
{
	made_up_hold_ports(m, 29, 8, 1800);
}

static void cliff_at_eight_times(struct made_up *m)
{
	made_up_hold_ports(m, 45, 8, 64);
}

static void slower_on_a_busy_machine(struct made_up *m)
{
	made_up_hold_ports(m, 45, 8, 63);
}

static void less_than_half_held(struct made_up *m)
{
	made_up_hold_ports(m, 20, 8, 1800);
}

/* Open connections hold the ports; the census is of an earlier sample. */
static void cliff_of_open_connections(struct made_up *m)
{
	cliff(m);
	for (size_t i = 0; i < SAMPLES; i++) {
		struct counters *c = &m->samples[i].client.counters;
		c->gauge_inuse = c->gauge_tw;
		c->gauge_tw = c->tw = 0;
		m->samples[i].census_fresh = false;
	}
}

/* The same sockets, of other connections, hold none of the ports. */
static void others_hold_as_many(struct made_up *m)
{
	cliff_of_open_connections(m);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].client.others.ports_in_use =
			m->samples[i].client.counters.gauge_inuse;
}

/* sockstat's sockets in use are IPv4's. */
static void ipv4_sockets_beside_ipv6(struct made_up *m)
{
	cliff_of_open_connections(m);
	address_parse("[fd00::1]:0", &m->trial.server.address);
}

/* Sample 1 passes the half, most of it below; the ports are held from there on. */
static void cliff_in_the_first_sample(struct made_up *m)
{
	made_up_hold_ports(m, 600, 8, 1800);
	m->samples[1].progress.connect_p50_ns = 9000;
	for (size_t i = 1; i < SAMPLES; i++)
		m->samples[i].progress.loader_cpu_ns -= 100 * 1791000;
}

/* The last sample passes the half, most of it beyond. */
static void cliff_in_the_last_sample(struct made_up *m)
{
	made_up_hold_ports(m, 27, 8, 1800);
}

/* Most of the last sample is below. */
static void passed_at_the_very_end(struct made_up *m)
{
	made_up_hold_ports(m, 27, 8, 1800);
	m->samples[SAMPLES - 1].progress.connect_p50_ns = 20000;
}

static void no_sample_before(struct made_up *m)
{
	made_up_hold_ports(m, 600, 8, 1800);
}

/* A full listen queue drops SYNs from the sample on in which the half is passed. */
static void syns_are_sent_again(struct made_up *m)
{
	cliff(m);
	for (size_t i = 12; i < SAMPLES; i++)
		m->samples[i].client.counters.syn_retrans = 3 * (i - 11);
}

/* The two last samples alone are in doubt: 20 SYNs were sent again in the last but one. */
static void some_are_sent_again(struct made_up *m)
{
	cliff(m);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, syn_retrans), 20, SAMPLES - 2);
}

/* Seen after the counter had been read: the connections came in the sample behind. */
static void sent_again_in_the_sample_before(struct made_up *m)
{
	made_up_hold_ports(m, 27, 8, 1800);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, syn_retrans), 20, SAMPLES - 2);
}

static void sent_again_in_the_first_sample(struct made_up *m)
{
	cliff_in_the_first_sample(m);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, syn_retrans), 20, 0);
}

static void as_long_as_a_syn_timer(struct made_up *m)
{
	made_up_hold_ports(m, 45, 8, 1000000);
}

static void just_not_as_long(struct made_up *m)
{
	made_up_hold_ports(m, 45, 8, 999999);
}

/* The loader has `share` of a walk's CPU time, beyond the half; `other_us` is what it uses for each
 * connection beside that. */
static void walk_costs(struct made_up *m, double share, uint64_t other_us)
{
	cliff(m);
	for (size_t i = 12; i < SAMPLES; i++) {
		uint64_t walked_ns = (i - 11) * 100 * 1792000;
		m->samples[i].progress.loader_cpu_ns -= (uint64_t)((1 - share) * (double)walked_ns);
	}
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].progress.loader_cpu_ns += i * 100 * (other_us - 20) * 1000;
}

static void a_quarter_is_walked(struct made_up *m)
{
	walk_costs(m, 0.26, 100);
}

static void it_waits(struct made_up *m)
{
	walk_costs(m, 0.24, 100);
}

/* 28 us of CPU time have become 8 times as much. */
static void it_walks_on_a_busy_machine(struct made_up *m)
{
	walk_costs(m, 0.111, 20);
}

static void it_waits_on_a_busy_machine(struct made_up *m)
{
	walk_costs(m, 0.108, 20);
}

/* The CPU time is that of connect() which found no port. */
static void cliff_behind_exhaustion(struct made_up *m)
{
	cliff(m);
	m->trial.totals.no_port_ns = m->samples[12].at_ns;
}

static void cliff_before_exhaustion(struct made_up *m)
{
	cliff(m);
	m->trial.totals.no_port_ns = m->samples[SAMPLES - 1].at_ns;
}

/* The census, which counts the ports of open connections too, sees more than sockstat. */
static void cliff_seen_by_the_census(struct made_up *m)
{
	made_up_hold_ports(m, 20, 8, 8);
	uint64_t cpu_ns = 0;
	for (uint64_t i = 0; i < SAMPLES; i++) {
		m->samples[i].client.census.ports_in_use = 45 * i;
		m->samples[i].progress.connect_p50_ns = 45 * i * 2 > PORTS ? 900000 : 8000;
		cpu_ns += 100 * m->samples[i].progress.connect_p50_ns;
		m->samples[i].progress.loader_cpu_ns = cpu_ns;
	}
}

static void exhausted(struct made_up *m)
{
	made_up_hold_ports(m, 50, 8, 9);
	m->samples[18].client.census.ports_in_use = 970;
	made_up_refuse(m, EADDRNOTAVAIL, 19);
}

/* 500 connections leave at least half of the ports to others. */
static void exhausted_by_half(struct made_up *m)
{
	exhausted(m);
	m->trial.totals.connections_peak = PORTS / 2;
}

/* A sample just after the refusal has fewer TIME_WAITs than half of the ports. */
static void more_at_once_than_ports(struct made_up *m)
{
	made_up_hold_ports(m, 50, 8, 9);
	made_up_refuse(m, EADDRNOTAVAIL, 9);
	m->trial.totals.connections_peak = 2000;
}

static void held_by_both(struct made_up *m)
{
	made_up_hold_ports(m, 50, 8, 9);
	made_up_refuse(m, EADDRNOTAVAIL, 10);
	m->trial.totals.connections_peak = PORTS / 2 + 1;
}

/* 400, 1 and 5 ports of 1 to 1000 at each of two addresses. */
static void exhausted_beside_reserved_ports(struct made_up *m)
{
	exhausted(m);
	m->trial.client_addresses = 2;
	made_up_setting(
		m, TD_CLIENT, "net.ipv4.ip_local_reserved_ports", "101-500,600,996-1010,2000-2100");
}

static void reserved_beyond_the_range(struct made_up *m)
{
	exhausted(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.ip_local_reserved_ports", "1001-65535");
	made_up_setting(m, TD_SERVER, "net.ipv4.ip_local_reserved_ports", "1-500");
}

static void exhausted_with_bind(struct made_up *m)
{
	exhausted(m);
	m->strategy.source_port = TD_PORT_BIND;
}

/* bind(2) is given reserved ports. */
static void exhausted_with_bind_beside_reserved_ports(struct made_up *m)
{
	exhausted_with_bind(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.ip_local_reserved_ports", "1-500");
}

/* Then connect(2) does not take over a TIME_WAIT. */
static void exhausted_with_bind_without_timestamps(struct made_up *m)
{
	exhausted_with_bind(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_timestamps", "0");
}

static void exhausted_at_three_addresses(struct made_up *m)
{
	made_up_hold_ports(m, 50, 8, 9);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].client.counters.tw = m->samples[i].client.counters.gauge_tw *= 3;
	made_up_refuse(m, EADDRNOTAVAIL, 19);
	m->trial.client_addresses = 3;
}

static void exhausted_of(struct made_up *m, uint16_t ports)
{
	exhausted(m);
	m->trial.port_high = ports;
}

static void exhausted_few(struct made_up *m)
{
	exhausted_of(m, 500);
}

static void exhausted_ten_a_second(struct made_up *m)
{
	exhausted_of(m, 621);
}

/* 990 / 62.05 is 15.96, and 16/s would not have lasted. */
static void exhausted_just_below_a_whole_rate(struct made_up *m)
{
	exhausted_of(m, 990);
}

static void cliff_with_reuse(struct made_up *m)
{
	cliff(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1");
}

static void cliff_with_a_delay(struct made_up *m)
{
	cliff_with_reuse(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_tw_reuse_delay", "50");
}

static void cliff_with_reuse_for_loopback(struct made_up *m)
{
	cliff(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_tw_reuse", "2");
}

static void cliff_at_hz_1000(struct made_up *m)
{
	cliff(m);
	m->trial.time_wait_life = time_wait_life_of(1000);
}

static void none_refused(struct made_up *m)
{
	made_up_hold_ports(m, 60, 8, 9);
}

static void refused_by_the_server(struct made_up *m)
{
	made_up_hold_ports(m, 60, 8, 9);
	made_up_refuse(m, ECONNREFUSED, 19);
}

static void exhausted_with_reuse(struct made_up *m)
{
	made_up_hold_ports(m, 50, 8, 9);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, tw_recycled), 40, 5);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, tw_recycled), 30, 6);
	m->trial.before.client.counters.tw_recycled = 11;
	made_up_count(m, TD_CLIENT, offsetof(struct counters, tw_recycled), 11, 0);
	made_up_refuse(m, EADDRNOTAVAIL, 5);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1");
}

static void exhausted_with_a_delay(struct made_up *m)
{
	exhausted_with_reuse(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_tw_reuse_delay", "250");
}

static void exhausted_without_delay(struct made_up *m)
{
	exhausted_with_reuse(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_tw_reuse_delay", "0");
}

static void reuse_for_loopback(struct made_up *m)
{
	exhausted(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_tw_reuse", "2");
}

/* The server connects to nobody. */
static void reuse_at_the_server(struct made_up *m)
{
	exhausted(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_tw_reuse", "1");
}

static void reuse_without_timestamps(struct made_up *m)
{
	exhausted_with_reuse(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_timestamps", "1");
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_timestamps", "0");
}

static void reuse_without_the_clients_timestamps(struct made_up *m)
{
	exhausted_with_reuse(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_timestamps", "0");
}

/* Open connections hold the ports, which no reuse gives again. */
static void reuse_beside_open_connections(struct made_up *m)
{
	more_at_once_than_ports(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1");
}

/* 2: timestamps without a random offset for each connection. */
static void reuse_with_other_timestamps(struct made_up *m)
{
	exhausted_with_reuse(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_timestamps", "2");
}

static void reuse_that_lasts(struct made_up *m)
{
	none_refused(m);
	made_up_setting(m, TD_CLIENT, "net.ipv4.tcp_tw_reuse", "1");
}

#define CLIFF "port-parity-cliff"
#define EXHAUSTED "ports-exhausted"
#define YOUNG "reuse-too-young"

/* The server's 10 ports are held from sample 5 on; the load goes on. */
static void server_holds(struct made_up *m, uint64_t time_waits)
{
	made_up_setting(m, TD_SERVER, "net.ipv4.ip_local_port_range", "40000 40009");
	for (uint64_t i = 0; i < SAMPLES; i++) {
		uint64_t held = 2 * i < 10 ? 2 * i : 10;
		m->samples[i].others_accepted = held;
		m->samples[i].server.counters.passive_opens = 10 * i + held;
		m->samples[i].server.others.busiest = (struct busiest_destination){
			{{htonl(0x7f000001)}, 9000, false}, held, held ? time_waits : 0};
	}
}

static void server_exhausted(struct made_up *m)
{
	server_holds(m, 9);
	m->trial.totals.refused = 30;
}

/* And its handler closes where it finds no port. */
static void server_exhausted_and_closes(struct made_up *m)
{
	server_holds(m, 9);
	m->trial.totals.outcomes[OUTCOME_SHORT] = 30;
	m->trial.totals.unanswered_by_fin = (struct load_unanswered){.connections = 30,
		.first_requests = 30,
		.first_ns = START_NS + 6 * PERIOD_NS,
		.last_ns = START_NS + 9 * PERIOD_NS,
		.least_ns = 200000,
		.most_ns = 400000};
}

/* And its handler waits for one; clients give up from `first` to `last`, samples. */
static void waits_for_a_port(struct made_up *m, uint64_t first, uint64_t last)
{
	server_holds(m, 9);
	m->trial.load.timeout_ns = 300000000;
	m->trial.totals.outcomes[OUTCOME_TIMED_OUT] = 30;
	m->trial.totals.unanswered_by_deadline = (struct load_unanswered){30, 30,
		START_NS + first * PERIOD_NS, START_NS + last * PERIOD_NS, 300000000, 310000000};
}

static void server_exhausted_and_waits(struct made_up *m)
{
	waits_for_a_port(m, 8, 12);
}

static void server_waited_before_it_was_exhausted(struct made_up *m)
{
	waits_for_a_port(m, 3, 5);
}

static void server_exhausted_though_reused(struct made_up *m)
{
	server_exhausted(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_tw_reuse", "2");
}

static void server_exhausted_by_open(struct made_up *m)
{
	server_holds(m, 1);
	m->trial.totals.outcomes[OUTCOME_SHORT] = 5;
}

/* bind() before connect(), to several places. */
static void server_binds_first(struct made_up *m)
{
	server_exhausted(m);
	for (size_t i = 0; i < SAMPLES; i++) {
		struct diag_census *others = &m->samples[i].server.others;
		others->exclusive =
			(struct exclusive_ports){others->busiest.ports, others->busiest.time_waits};
		others->busiest.ports /= 5;
	}
}

/* Every place has ports left. */
static void server_shares_ports(struct made_up *m)
{
	server_binds_first(m);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].server.others.exclusive.ports = 0;
}

static void server_has_a_pool(struct made_up *m)
{
	server_holds(m, 1);
}

static void server_has_one_port_left(struct made_up *m)
{
	server_exhausted(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.ip_local_port_range", "40000 40010");
	m->trial.settings[0] = m->trial.settings[--m->trial.setting_count];
}

static const struct finding_case cases[] = {
	{"ports-exhausted", "the server's, by TIME_WAITs", server_exhausted, "ports-exhausted ",
		.text = "the server held all 10 ports that it has for connections to "
			"127.0.0.1:9000 from 0.50 s on, 9 by TIME_WAITs, 1 by open "
			"connections, and it opened 20/s there before and 0/s behind; 30 requests "
			"of the load failed; keep its connections there alive, have the other end "
			"close first, widen its range (--sysctl "
			"server:net.ipv4.ip_local_port_range), or add addresses at either end",
		.fields = "end=server held_by=TIME_WAIT t_s=0.5 to=127.0.0.1:9000 time_waits=9 "
			  "opened_per_s_before=20 opened_per_s_after=0 failed=30 ports_held=10 "
			  "ports_available=10"},
	{"ports-exhausted", "the server's, though reused", server_exhausted_though_reused,
		"ports-exhausted setting-without-effect ",
		.text = "the server held all 10 ports that it has for connections to "
			"127.0.0.1:9000 from 0.50 s on, 9 by TIME_WAITs (tcp_tw_reuse is "
			"on, but they were younger than tcp_tw_reuse_delay, 1000 ms), 1 by open "
			"connections, and it opened 20/s there before and 0/s behind; 30 requests "
			"of the load failed; keep its connections there alive, have the other end "
			"close first, widen its range (--sysctl "
			"server:net.ipv4.ip_local_port_range), or add addresses at either end"},
	{"ports-exhausted", "the server's, by open connections", server_exhausted_by_open,
		"ports-exhausted ",
		.fields = "end=server held_by=open connections t_s=0.5 to=127.0.0.1:9000 "
			  "time_waits=1 opened_per_s_before=20 opened_per_s_after=0 failed=5 "
			  "ports_held=10 ports_available=10"},
	{"ports-exhausted", "the server's, bound", server_binds_first, "ports-exhausted ",
		.text = "the server held all 10 ports that it has for connections to several "
			"places, each port for one place alone (as bind() before connect() takes "
			"it), from 0.50 s on, 9 by TIME_WAITs, 1 by open connections, and it "
			"opened 20/s there before and 0/s behind; 30 requests of the load failed; "
			"set IP_BIND_ADDRESS_NO_PORT before bind(), or leave bind() out, so that "
			"places share ports",
		.fields = "end=server held_by=TIME_WAIT t_s=0.5 to=several time_waits=9 "
			  "opened_per_s_before=20 opened_per_s_after=0 failed=30 ports_held=10 "
			  "ports_available=10"},
	{"ports-exhausted", "the server's places share ports", server_shares_ports, ""},
	{"ports-exhausted", "the server's pool", server_has_a_pool, ""},
	{"ports-exhausted", "one of the server's is free", server_has_one_port_left, ""},
	{CLIFF, "the second half of the ports", cliff, "port-parity-cliff ",
		.text = "connect() took 8 us (p50) while less than half of the client's 1000 "
			"ports were held and 1800 us from there on (at 1.3 s), and 1000 "
			"connections/s became 200: it tries all ports of one parity first; "
			"give the socket IP_LOCAL_PORT_RANGE (--source-port range), or open "
			"fewer than 8.05/s (half the ports / 62.05 s)",
		.fields = "t_s=1.3 connect_us_p50_before=8 connect_us_p50_after=1800 "
			  "cpu_us_before=28 cpu_us_after=1820 "
			  "samples_before=11 samples_after=7 rate_per_s_before=1000 "
			  "rate_per_s_after=200 ports_held=585 ports_available=1000 "
			  "lasting_rate_per_s=8.05828 source_port=kernel"},
	{CLIFF, "just half held", cliff_behind_just_half, "port-parity-cliff ",
		.fields = "t_s=1.1 connect_us_p50_before=8 connect_us_p50_after=1800 "
			  "cpu_us_before=28 cpu_us_after=1820 "
			  "samples_before=10 samples_after=9 rate_per_s_before=1000 "
			  "rate_per_s_after=1000 ports_held=550 ports_available=1000 "
			  "lasting_rate_per_s=8.05828 source_port=kernel"},
	{CLIFF, "at the end", cliff_at_the_end, "port-parity-cliff ",
		.fields = "t_s=1.9 connect_us_p50_before=8 connect_us_p50_after=1800 "
			  "cpu_us_before=28 cpu_us_after=1820 "
			  "samples_before=17 samples_after=1 rate_per_s_before=1000 "
			  "rate_per_s_after=1000 ports_held=551 ports_available=1000 "
			  "lasting_rate_per_s=8.05828 source_port=kernel"},
	{CLIFF, "just eight times slower", cliff_at_eight_times, "port-parity-cliff "},
	{CLIFF, "seen by the census", cliff_seen_by_the_census, "port-parity-cliff "},
	{CLIFF, "with reuse", cliff_with_reuse, "port-parity-cliff ",
		.text = "connect() took 8 us (p50) while less than half of the client's 1000 "
			"ports were held and 1800 us from there on (at 1.3 s), and 1000 "
			"connections/s became 200: it tries all ports of one parity first; "
			"give the socket IP_LOCAL_PORT_RANGE (--source-port range), or open "
			"fewer than 500/s (half the ports / the delay of tcp_tw_reuse, 1000 ms)"},
	{CLIFF, "with a delay", cliff_with_a_delay, "port-parity-cliff ",
		.text = "connect() took 8 us (p50) while less than half of the client's 1000 "
			"ports were held and 1800 us from there on (at 1.3 s), and 1000 "
			"connections/s became 200: it tries all ports of one parity first; "
			"give the socket IP_LOCAL_PORT_RANGE (--source-port range), or open "
			"fewer than 10000/s (half the ports / the delay of tcp_tw_reuse, 50 ms)"},
	{CLIFF, "reuse for loopback", cliff_with_reuse_for_loopback,
		"port-parity-cliff setting-without-effect ",
		.fields = "t_s=1.3 connect_us_p50_before=8 connect_us_p50_after=1800 "
			  "cpu_us_before=28 cpu_us_after=1820 "
			  "samples_before=11 samples_after=7 rate_per_s_before=1000 "
			  "rate_per_s_after=200 ports_held=585 ports_available=1000 "
			  "lasting_rate_per_s=8.05828 source_port=kernel"},
	{CLIFF, "at HZ 1000", cliff_at_hz_1000, "port-parity-cliff ",
		.fields = "t_s=1.3 connect_us_p50_before=8 connect_us_p50_after=1800 "
			  "cpu_us_before=28 cpu_us_after=1820 "
			  "samples_before=11 samples_after=7 rate_per_s_before=1000 "
			  "rate_per_s_after=200 ports_held=585 ports_available=1000 "
			  "lasting_rate_per_s=7.8008 source_port=kernel"},
	{CLIFF, "of open connections", cliff_of_open_connections, "port-parity-cliff ",
		.fields = "t_s=1.3 connect_us_p50_before=8 connect_us_p50_after=1800 "
			  "cpu_us_before=28 cpu_us_after=1820 "
			  "samples_before=11 samples_after=7 rate_per_s_before=1000 "
			  "rate_per_s_after=200 ports_held=585 ports_available=1000 "
			  "lasting_rate_per_s=8.05828 source_port=kernel"},
	{CLIFF, "SYNs are sent again", syns_are_sent_again, ""},
	{CLIFF, "some SYNs are sent again", some_are_sent_again, "port-parity-cliff ",
		.text = "connect() took 8 us (p50) while less than half of the client's 1000 "
			"ports were held and 1800 us from there on (at 1.3 s): it tries all ports "
			"of one parity first; give the socket IP_LOCAL_PORT_RANGE (--source-port "
			"range), or open fewer than 8.05/s (half the ports / 62.05 s)",
		.fields = "t_s=1.3 connect_us_p50_before=8 connect_us_p50_after=1800 "
			  "cpu_us_before=28 cpu_us_after=1820 "
			  "samples_before=11 samples_after=5 ports_held=585 ports_available=1000 "
			  "lasting_rate_per_s=8.05828 source_port=kernel"},
	{CLIFF, "SYNs were sent again just before", sent_again_in_the_sample_before, ""},
	{CLIFF, "SYNs were sent again in the first sample", sent_again_in_the_first_sample, ""},
	{CLIFF, "as long as a SYN's timer", as_long_as_a_syn_timer, ""},
	{CLIFF, "just not as long", just_not_as_long, "port-parity-cliff "},
	{CLIFF, "a quarter is walked", a_quarter_is_walked, "port-parity-cliff "},
	{CLIFF, "it waits", it_waits, ""},
	{CLIFF, "it walks on a busy machine", it_walks_on_a_busy_machine, "port-parity-cliff "},
	{CLIFF, "it waits on a busy machine", it_waits_on_a_busy_machine, ""},
	{CLIFF, "behind exhaustion", cliff_behind_exhaustion, ""},
	{CLIFF, "before exhaustion", cliff_before_exhaustion, "port-parity-cliff ",
		.fields = "t_s=1.3 connect_us_p50_before=8 connect_us_p50_after=1800 "
			  "cpu_us_before=28 cpu_us_after=1820 "
			  "samples_before=11 samples_after=6 rate_per_s_before=1000 "
			  "rate_per_s_after=200 ports_held=585 ports_available=1000 "
			  "lasting_rate_per_s=8.05828 source_port=kernel"},
	{CLIFF, "others hold as many", others_hold_as_many, ""},
	{CLIFF, "IPv4 sockets beside IPv6", ipv4_sockets_beside_ipv6, ""},
	{CLIFF, "in the first sample", cliff_in_the_first_sample, "port-parity-cliff ",
		.fields = "t_s=0.2 connect_us_p50_before=9 connect_us_p50_after=1800 "
			  "cpu_us_before=29 cpu_us_after=1820 "
			  "samples_before=1 samples_after=18 rate_per_s_before=1000 "
			  "rate_per_s_after=1000 ports_held=1000 ports_available=1000 "
			  "lasting_rate_per_s=8.05828 source_port=kernel"},
	{CLIFF, "in the last sample", cliff_in_the_last_sample, "port-parity-cliff ",
		.fields = "t_s=1.9 connect_us_p50_before=8 connect_us_p50_after=1800 "
			  "cpu_us_before=28 cpu_us_after=1820 "
			  "samples_before=18 samples_after=1 rate_per_s_before=1000 "
			  "rate_per_s_after=1000 ports_held=513 ports_available=1000 "
			  "lasting_rate_per_s=8.05828 source_port=kernel"},
	{CLIFF, "passed at the very end", passed_at_the_very_end, ""},
	{CLIFF, "a busy machine", slower_on_a_busy_machine, ""},
	{CLIFF, "less than half held", less_than_half_held, ""},
	{CLIFF, "no sample before", no_sample_before, ""},
	{EXHAUSTED, "by TIME_WAIT", exhausted, "ports-exhausted ",
		.text = "all 1000 ports of 10.0.0.2:* to 10.0.0.1:8080 were held after 1.90 s, "
			"mostly by TIME_WAITs, and 12 connect() were refused with EADDRNOTAVAIL; "
			"16/s would have "
			"lasted (ports / 62.05 s); let the server close first, reuse TIME_WAIT "
			"(tcp_tw_reuse), or add addresses (--client-addresses)",
		.fields = "held_by=TIME_WAIT lasting_rate_per_s=16.1166 t_s=1.9 tuple=10.0.0.2:* "
			  "to 10.0.0.1:8080 refused=12 opened=988 ports_held=970 "
			  "ports_available=1000"},
	{EXHAUSTED, "half in TIME_WAIT", exhausted_by_half, "ports-exhausted ",
		.fields = "held_by=TIME_WAIT lasting_rate_per_s=16.1166 t_s=1.9 tuple=10.0.0.2:* "
			  "to 10.0.0.1:8080 refused=12 opened=988 ports_held=970 "
			  "ports_available=1000"},
	{EXHAUSTED, "by open connections", more_at_once_than_ports, "ports-exhausted ",
		.text = "all 1000 ports of 10.0.0.2:* to 10.0.0.1:8080 were held by open "
			"connections after 0.90 s, and 12 connect() were refused with "
			"EADDRNOTAVAIL: 2000 connections at once need as many ports; widen the "
			"range (--port-range), add addresses (--client-addresses), or open "
			"fewer at once (--connections)",
		.fields = "held_by=open connections connections=2000 t_s=0.9 tuple=10.0.0.2:* to "
			  "10.0.0.1:8080 refused=12 opened=988 ports_held=0 ports_available=1000"},
	{EXHAUSTED, "by both", held_by_both, "ports-exhausted ",
		.text = "all 1000 ports of 10.0.0.2:* to 10.0.0.1:8080 were held after 1.00 s, by "
			"TIME_WAITs or open connections (up to 501 at once), and 12 connect() "
			"were refused with EADDRNOTAVAIL; widen the range (--port-range), add "
			"addresses (--client-addresses), or open fewer at once (--connections)",
		.fields = "held_by=TIME_WAIT or open connections connections=501 t_s=1 "
			  "tuple=10.0.0.2:* to 10.0.0.1:8080 refused=12 opened=988 ports_held=0 "
			  "ports_available=1000"},
	{EXHAUSTED, "beside reserved ports", exhausted_beside_reserved_ports, "ports-exhausted ",
		.text = "all 1188 ports of 10.0.0.2+1:* to 10.0.0.1:8080 (ip_local_reserved_ports "
			"keeps 812 more back) were held after 1.90 s, mostly by TIME_WAITs, and "
			"12 connect() were refused with EADDRNOTAVAIL; 19/s would have lasted "
			"(ports / 62.05 s); let the server close first, reuse TIME_WAIT "
			"(tcp_tw_reuse), or add addresses (--client-addresses)"},
	{EXHAUSTED, "reserved beyond the range", reserved_beyond_the_range, "ports-exhausted ",
		.fields = "held_by=TIME_WAIT lasting_rate_per_s=16.1166 t_s=1.9 tuple=10.0.0.2:* "
			  "to 10.0.0.1:8080 refused=12 opened=988 ports_held=970 "
			  "ports_available=1000"},
	{EXHAUSTED, "with bind()", exhausted_with_bind, "ports-exhausted ",
		.fields = "held_by=open connections connections=100 t_s=1.9 tuple=10.0.0.2:* to "
			  "10.0.0.1:8080 refused=12 opened=988 ports_held=970 "
			  "ports_available=1000"},
	{EXHAUSTED, "with bind() beside reserved ports", exhausted_with_bind_beside_reserved_ports,
		"ports-exhausted ",
		.fields = "held_by=open connections connections=100 t_s=1.9 tuple=10.0.0.2:* to "
			  "10.0.0.1:8080 refused=12 opened=988 ports_held=970 "
			  "ports_available=1000"},
	{EXHAUSTED, "with bind() without timestamps", exhausted_with_bind_without_timestamps,
		"ports-exhausted ",
		.fields = "held_by=TIME_WAIT lasting_rate_per_s=16.1166 t_s=1.9 tuple=10.0.0.2:* "
			  "to 10.0.0.1:8080 refused=12 opened=988 ports_held=970 "
			  "ports_available=1000"},
	{EXHAUSTED, "three addresses", exhausted_at_three_addresses, "ports-exhausted ",
		.fields = "held_by=TIME_WAIT lasting_rate_per_s=48.3497 t_s=1.9 tuple=10.0.0.2+2:* "
			  "to "
			  "10.0.0.1:8080 refused=12 opened=988 ports_held=0 ports_available=3000"},
	{EXHAUSTED, "few ports", exhausted_few, "ports-exhausted ",
		.text = "all 500 ports of 10.0.0.2:* to 10.0.0.1:8080 were held after 1.90 s, "
			"mostly by TIME_WAITs, and 12 connect() were refused with EADDRNOTAVAIL; "
			"8.05/s would have "
			"lasted (ports / 62.05 s); let the server close first, reuse TIME_WAIT "
			"(tcp_tw_reuse), or add addresses (--client-addresses)"},
	{EXHAUSTED, "ten a second", exhausted_ten_a_second, "ports-exhausted ",
		.text = "all 621 ports of 10.0.0.2:* to 10.0.0.1:8080 were held after 1.90 s, "
			"mostly by TIME_WAITs, and 12 connect() were refused with EADDRNOTAVAIL; "
			"10/s would have "
			"lasted (ports / 62.05 s); let the server close first, reuse TIME_WAIT "
			"(tcp_tw_reuse), or add addresses (--client-addresses)"},
	{EXHAUSTED, "just below a whole rate", exhausted_just_below_a_whole_rate,
		"ports-exhausted ",
		.text = "all 990 ports of 10.0.0.2:* to 10.0.0.1:8080 were held after 1.90 s, "
			"mostly by TIME_WAITs, and 12 connect() were refused with EADDRNOTAVAIL; "
			"15/s would have "
			"lasted (ports / 62.05 s); let the server close first, reuse TIME_WAIT "
			"(tcp_tw_reuse), or add addresses (--client-addresses)"},
	{EXHAUSTED, "none refused", none_refused, ""},
	{"closed-unanswered", "of a server without a port", server_exhausted_and_closes,
		"ports-exhausted closed-unanswered ",
		.text = "the server read the request and closed, with a FIN and no byte of a "
			"response, on 30 of 1000 connections (on the first request of a "
			"connection; from 0.60 to 0.90 s, 0.2 to 0.4 ms behind the request): "
			"clients see an empty reply, and cannot know whether the request was "
			"acted on; the server had no port left for connections of its own "
			"(ports-exhausted): mend that first, and see what its handler does where "
			"connect(2) fails"},
	{"never-answered", "of a server without a port", server_exhausted_and_waits,
		"ports-exhausted never-answered ",
		.text = "no byte of a response came within 0.3 s (--timeout) on 30 of 1000 "
			"connections, whose handshake and request were complete (on the first "
			"request of a connection; given up from 0.80 to 1.20 s); the server had no "
			"port left for connections of its own (ports-exhausted): mend that first, "
			"and have it answer or close where connect(2) fails"},
	{"never-answered", "before the server had no port", server_waited_before_it_was_exhausted,
		"ports-exhausted never-answered ",
		.text = "no byte of a response came within 0.3 s (--timeout) on 30 of 1000 "
			"connections, whose handshake and request were complete (on the first "
			"request of a connection; given up from 0.30 to 0.50 s); see what the "
			"server's threads wait for, and have it answer or close by a deadline of "
			"its own"},
	{EXHAUSTED, "refused by the server", refused_by_the_server, ""},
	{YOUNG, "a second of TIME_WAITs", exhausted_with_reuse, "reuse-too-young ",
		.text = "tcp_tw_reuse = 1, but after 0.50 s all 1000 ports were held by "
			"TIME_WAITs younger than tcp_tw_reuse_delay (1000 ms; 40 reused until "
			"then), and 12 connect() were refused with EADDRNOTAVAIL; lower the "
			"delay (Linux 6.14), add addresses, or stay below 1000/s (ports / "
			"delay)",
		.fields = "t_s=0.5 refused=12 recycled_before=40 recycled=70 delay_ms=1000 "
			  "ports_available=1000 lasting_rate_per_s=1000"},
	{YOUNG, "a delay of 250 ms", exhausted_with_a_delay, "reuse-too-young ",
		.fields = "t_s=0.5 refused=12 recycled_before=40 recycled=70 delay_ms=250 "
			  "ports_available=1000 lasting_rate_per_s=4000"},
	{YOUNG, "no delay", exhausted_without_delay, "reuse-too-young ",
		.fields = "t_s=0.5 refused=12 recycled_before=40 recycled=70 delay_ms=0 "
			  "ports_available=1000 lasting_rate_per_s=0"},
	{YOUNG, "reuse for loopback only is none", reuse_for_loopback,
		"ports-exhausted setting-without-effect "},
	{YOUNG, "reuse at the server", reuse_at_the_server,
		"ports-exhausted setting-without-effect "},
	{YOUNG, "with other timestamps", reuse_with_other_timestamps, "reuse-too-young "},
	{YOUNG, "without timestamps", reuse_without_timestamps,
		"ports-exhausted setting-without-effect ",
		.text = "all 1000 ports of 10.0.0.2:* to 10.0.0.1:8080 were held after 0.50 s, "
			"mostly by TIME_WAITs, and 12 connect() were refused with EADDRNOTAVAIL; "
			"16/s would have lasted (ports / 62.05 s); let the server close first, "
			"widen the range (--port-range), or add addresses (--client-addresses): "
			"tcp_tw_reuse needs tcp_timestamps, which are off at the server"},
	{YOUNG, "without the client's timestamps", reuse_without_the_clients_timestamps,
		"ports-exhausted setting-without-effect "},
	{YOUNG, "held by open connections", reuse_beside_open_connections, "ports-exhausted "},
	{YOUNG, "reuse that lasts", reuse_that_lasts, ""},
};

const struct finding_cases cases_of_ports = {cases, sizeof(cases) / sizeof(cases[0])};
