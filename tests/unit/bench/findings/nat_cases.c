/* Cases of connections that go through a NAT. */
#include "made_up_trial.h"

#include <stddef.h>

/* 100 ports, of which `held` were held at the peak: 7 by connections, 1 by one that was reset. */
static void nat(struct made_up *m, uint64_t held)
{
	m->trial.nat = (struct nat_report){.exists = true,
		.port_low = 2000,
		.port_high = 2099,
		.time_wait_s = 120,
		.peak = {.ports = held,
			.states = {[CONNTRACK_ESTABLISHED] = 4,
				[CONNTRACK_FIN_WAIT] = 3,
				[CONNTRACK_CLOSE] = 1,
				[CONNTRACK_TIME_WAIT] = held - 8}}};
}

static void syns_again(struct made_up *m, uint64_t count)
{
	made_up_count(m, TD_CLIENT, offsetof(struct counters, syn_retrans), count, 7);
}

static void refused(struct made_up *m, uint64_t held)
{
	nat(m, held);
	m->trial.nat.counters = (struct conntrack_counters){.insert_failed = 12, .drop = 12};
	m->trial.nat.failed_ns = START_NS + 4 * PERIOD_NS;
	syns_again(m, 12);
}

static void by_time_waits(struct made_up *m)
{
	refused(m, 98);
}

static void by_open_ones(struct made_up *m)
{
	refused(m, 98);
	m->trial.totals.unconnected = 11;
	m->trial.nat.peak.states[CONNTRACK_ESTABLISHED] = 94;
	m->trial.nat.peak.states[CONNTRACK_TIME_WAIT] = 0;
}

/* Of 1012 SYNs. */
static void few_refused(struct made_up *m)
{
	refused(m, 98);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, active_opens), 900, 6);
}

static void few_refused_by_open_ones(struct made_up *m)
{
	by_open_ones(m);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, active_opens), 900, 6);
}

static void all_held(struct made_up *m)
{
	nat(m, 100);
}

static void most_ports_free(struct made_up *m)
{
	refused(m, 89);
}

static void lost_behind_it(struct made_up *m)
{
	nat(m, 100);
	syns_again(m, 12);
}

static void met(struct made_up *m, uint32_t hosts)
{
	nat(m, 60);
	m->trial.client_addresses = hosts;
	made_up_count(m, TD_SERVER, offsetof(struct counters, paws_timewait), 20, 6);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, out_rsts), 20, 6);
	syns_again(m, 20);
}

static void one_host(struct made_up *m)
{
	met(m, 1);
}

static void three_hosts(struct made_up *m)
{
	met(m, 3);
	made_up_latency(m, LATENCY_CONNECT, 2000);
}

static void no_nat(struct made_up *m)
{
	met(m, 1);
	m->trial.nat = (struct nat_report){.exists = false};
}

/* Old duplicates, which the client has nothing to do with. */
static void not_sent_again(struct made_up *m)
{
	nat(m, 60);
	made_up_count(m, TD_SERVER, offsetof(struct counters, paws_timewait), 20, 6);
}

static void reset_and_lost(struct made_up *m)
{
	nat(m, 60);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, out_rsts), 20, 6);
	syns_again(m, 20);
}

#define PORTS_OF_NAT "nat-ports-exhausted"
#define OLDER "older-timestamp-met"

static const struct finding_case cases[] = {
	{PORTS_OF_NAT, "by TIME_WAITs", by_time_waits, PORTS_OF_NAT " ",
		.text = "the NAT dropped 12 of 112 SYNs without an answer (insert_failed of "
			"conntrack -S, first seen at 0.4 s), since it found no port: 98 of its 100 "
			"to 10.0.0.1:8080 were held, 90 by TIME_WAITs of its own, 7 by "
			"connections, 1 by connections that were reset; a client sends such a "
			"SYN again after a second; 0.83/s last for good (ports / 120 s of "
			"nf_conntrack_tcp_timeout_time_wait): keep connections alive, or give "
			"the NAT more ports (--nat-ports) or addresses",
		.fields = "end=nat held_by=TIME_WAIT t_s=0.4 syns=112 refused=12 unconnected=0 "
			  "ports_held=98 ports_available=100 time_waits=90 "
			  "lasting_rate_per_s=0.833333"},
	{PORTS_OF_NAT, "by open ones", by_open_ones, PORTS_OF_NAT " ",
		.text = "the NAT dropped 12 of 112 SYNs without an answer (insert_failed of "
			"conntrack -S, first seen at 0.4 s), since it found no port: 98 of its 100 "
			"to 10.0.0.1:8080 were held, 97 by connections, 1 by connections that were "
			"reset; a client sends such a SYN again after a second, and 11 connections "
			"were given up before; at most 100 connections at once have one each: open "
			"fewer, or give the NAT more ports (--nat-ports) or addresses",
		.fields = "end=nat held_by=open connections t_s=0.4 syns=112 refused=12 "
			  "unconnected=11 ports_held=98 ports_available=100 time_waits=0 "
			  "lasting_rate_per_s=0.833333"},
	{PORTS_OF_NAT, "few, by open ones", few_refused_by_open_ones, PORTS_OF_NAT " "},
	{PORTS_OF_NAT, "two were given one port", few_refused, ""},
	{PORTS_OF_NAT, "all ports held, and none missed", all_held, ""},
	{PORTS_OF_NAT, "dropped with ports free", most_ports_free, ""},
	{PORTS_OF_NAT, "SYNs lost behind a NAT", lost_behind_it, ""},
	{OLDER, "one host", one_host, OLDER " ",
		.text = "20 SYNs of 1000 connections met a TIME_WAIT of the server's that another "
			"connection had left at their port of the NAT, with newer timestamps "
			"(PAWSTimewait, first seen at 0.6 s; of one host, whose kernel has "
			"timestamps begin elsewhere for each of its ports): the server answered "
			"with an ACK, the client reset that, and sent its SYN again a second "
			"later; with connections at 0.83/s (ports / 120 s of "
			"nf_conntrack_tcp_timeout_time_wait) or fewer the NAT's ports rest for "
			"long enough: keep connections alive, give it more ports (--nat-ports), or "
			"have the client close first",
		.fields = "t_s=0.6 met=20 opened=1000 hosts=1 ports_available=100 "
			  "lasting_rate_per_s=0.833333"},
	{OLDER, "three hosts", three_hosts, OLDER " ",
		.text = "20 SYNs of 1000 connections met a TIME_WAIT of the server's that another "
			"connection had left at their port of the NAT, with newer timestamps "
			"(PAWSTimewait, first seen at 0.6 s; 3 hosts behind it, each with a clock "
			"of its own): the server answered with an ACK, the client reset that, and "
			"sent its SYN again a second later (the slowest connect() took 2.00 s); "
			"with connections at 0.83/s (ports / 120 s of "
			"nf_conntrack_tcp_timeout_time_wait) or fewer the NAT's ports rest for "
			"long enough: keep connections alive, give it more ports (--nat-ports), or "
			"have the client close first",
		.fields = "t_s=0.6 met=20 opened=1000 hosts=3 connect_max_s=2 ports_available=100 "
			  "lasting_rate_per_s=0.833333"},
	{OLDER, "no NAT", no_nat, ""},
	{OLDER, "old duplicates", not_sent_again, ""},
	{OLDER, "resets, and SYNs that were lost", reset_and_lost, ""},
};

const struct finding_cases cases_of_nat = {cases, sizeof(cases) / sizeof(cases[0])};
