/* Cases of settings that do nothing. */
#include "made_up_trial.h"

#define REUSE "net.ipv4.tcp_tw_reuse"
#define STAMPS "net.ipv4.tcp_timestamps"
#define TIMEOUT "net.ipv4.tcp_fin_timeout"

static void reuse_for_loopback(struct made_up *m)
{
	made_up_setting(m, TD_CLIENT, REUSE, "2");
}

static void reuse(struct made_up *m)
{
	made_up_setting(m, TD_CLIENT, REUSE, "1");
	made_up_setting(m, TD_SERVER, STAMPS, "1");
}

static void reuse_without_timestamps(struct made_up *m)
{
	made_up_setting(m, TD_CLIENT, REUSE, "1");
	made_up_setting(m, TD_CLIENT, STAMPS, "0");
}

static void reuse_without_timestamps_at_both(struct made_up *m)
{
	reuse_without_timestamps(m);
	made_up_setting(m, TD_SERVER, STAMPS, "0");
}

static void no_reuse_and_no_timestamps(struct made_up *m)
{
	made_up_setting(m, TD_CLIENT, REUSE, "0");
	made_up_setting(m, TD_CLIENT, STAMPS, "0");
}

static void reuse_at_the_server(struct made_up *m)
{
	made_up_setting(m, TD_SERVER, REUSE, "1");
}

/* As a proxy does. */
static void reuse_at_a_server_that_connects(struct made_up *m)
{
	reuse_at_the_server(m);
	made_up_count(m, TD_SERVER, offsetof(struct counters, active_opens), 1, 3);
}

static void timeout_of(struct made_up *m, const char *value)
{
	made_up_setting(m, TD_SERVER, TIMEOUT, value);
	made_up_count(m, TD_SERVER, offsetof(struct counters, tw), 70, 3);
}

static void a_short_fin_timeout(struct made_up *m)
{
	timeout_of(m, "10");
}

static void the_usual_fin_timeout(struct made_up *m)
{
	timeout_of(m, "60");
}

static void without_time_waits(struct made_up *m)
{
	made_up_setting(m, TD_SERVER, TIMEOUT, "10");
	made_up_count(m, TD_CLIENT, offsetof(struct counters, tw), 70, 3);
}

/* One still waits. */
static void with_an_orphan(struct made_up *m)
{
	a_short_fin_timeout(m);
	for (size_t i = 3; i < SAMPLES; i++) {
		m->samples[i].server.census.states[5] = 1;
		m->samples[i].server.census.fin_wait2_in_tw = 1;
	}
}

/* 3 of 70 expired, as packets of each connection tell. */
static void with_an_expired_orphan(struct made_up *m)
{
	a_short_fin_timeout(m);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, out_rsts), 3, 3);
	m->trial.packet_tap.counts.connections = OPENED;
	m->trial.packet_tap.counts.server = OPENED;
	m->trial.packet_tap.counts.at_server.time_wait = 67;
	m->trial.packet_tap.counts.at_server.expired = 3;
}

#define NOTHING "setting-without-effect"

static const struct finding_case cases[] = {
	{NOTHING, "reuse for loopback", reuse_for_loopback, NOTHING " ",
		.text = "the client's tcp_tw_reuse = 2 did nothing: it is for loopback addresses "
			"alone, and the server's was none; set it to 1",
		.fields = "end=client setting=net.ipv4.tcp_tw_reuse value=2"},
	{NOTHING, "reuse without timestamps", reuse_without_timestamps, NOTHING " ",
		.text = "the client's tcp_tw_reuse = 1 did nothing: no TIME_WAIT is reused without "
			"timestamps, and tcp_timestamps are off at the client; turn these on",
		.fields = "end=client setting=net.ipv4.tcp_tw_reuse value=1"},
	{NOTHING, "reuse without timestamps at both", reuse_without_timestamps_at_both, NOTHING " ",
		.text = "the client's tcp_tw_reuse = 1 did nothing: no TIME_WAIT is reused without "
			"timestamps, and tcp_timestamps are off at the server and at the client; "
			"turn these on",
		.fields = "end=client setting=net.ipv4.tcp_tw_reuse value=1"},
	{NOTHING, "reuse at the server", reuse_at_the_server, NOTHING " ",
		.text = "the server's tcp_tw_reuse = 1 did nothing: only connect(2) looks at it, "
			"and the server opened no connection; set it at the end that connects",
		.fields = "end=server setting=net.ipv4.tcp_tw_reuse value=1"},
	{NOTHING, "a short tcp_fin_timeout", a_short_fin_timeout, NOTHING " ",
		.text = "the server's tcp_fin_timeout = 10 did nothing to its TIME_WAITs, which "
			"last 60 to 62.05 s whatever it says: it bounds orphans in FIN_WAIT_2, "
			"and none met it; leave it at 60",
		.fields = "end=server setting=net.ipv4.tcp_fin_timeout value=10 time_waits=70"},
	{NOTHING, "reuse", reuse, ""},
	{NOTHING, "no reuse and no timestamps", no_reuse_and_no_timestamps, ""},
	{NOTHING, "a server that connects", reuse_at_a_server_that_connects, ""},
	{NOTHING, "the usual tcp_fin_timeout", the_usual_fin_timeout, ""},
	{NOTHING, "no TIME_WAIT at that end", without_time_waits, ""},
	{NOTHING, "an orphan waits", with_an_orphan, ""},
	{NOTHING, "an orphan met it", with_an_expired_orphan, "client-never-closes "},
};

const struct finding_cases cases_of_settings = {cases, sizeof(cases) / sizeof(cases[0])};
