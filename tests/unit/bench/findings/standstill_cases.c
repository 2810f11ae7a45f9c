/* Cases of a server that stands still for a while. */
#include "made_up_trial.h"

/* 50 exchanges end a sample, each of which took `usual_ms`; but none between the samples `first`
 * and `last`, in which 8 are under way. */
static void still(struct made_up *m, size_t first, size_t last, uint64_t usual_ms)
{
	uint64_t answered = 0;
	for (size_t i = 0; i < SAMPLES; i++) {
		struct sample_progress *progress = &m->samples[i].progress;
		if (i <= first || i > last)
			answered += 50;
		progress->answered = answered;
		progress->awaited = i == first ? 9 : 8;
		progress->server_cpu_ns = i * PERIOD_NS / 4;
	}
	made_up_latency(m, LATENCY_RESPONSE, usual_ms);
}

static void for_a_while(struct made_up *m)
{
	still(m, 4, 13, 5);
}

static void with_unaccepted(struct made_up *m, uint64_t unaccepted)
{
	for_a_while(m);
	for (size_t i = 0; i < SAMPLES; i++) {
		struct sample *s = &m->samples[i];
		s->server.census.by_owner[SOCKET_ESTABLISHED_UNACCEPTED] = unaccepted - 1;
		s->server.census.by_owner[SOCKET_CLOSE_WAIT_UNACCEPTED] = 1;
	}
	/* Of another time: the first sample's, and one that was carried over. */
	for (size_t i = 4; i <= 7; i += 3) {
		m->samples[i].server.census.by_owner[SOCKET_ESTABLISHED_UNACCEPTED] = 0;
		m->samples[i].census_fresh = i == 4;
	}
}

static void none_accepted(struct made_up *m)
{
	with_unaccepted(m, 8);
}

static void some_accepted(struct made_up *m)
{
	with_unaccepted(m, 3);
}

static void to_the_end(struct made_up *m)
{
	still(m, 10, SAMPLES - 1, 5);
}

static void from_the_start(struct made_up *m)
{
	still(m, 0, 9, 5);
}

static void for_half_a_second(struct made_up *m)
{
	still(m, 4, 9, 50);
}

static void for_less(struct made_up *m)
{
	still(m, 4, 8, 5);
}

static void slow_but_steady(struct made_up *m)
{
	still(m, 4, 13, 91);
}

/* The 900 others took 5 ms; 100 connections waited for one each. */
static void among_few(struct made_up *m)
{
	struct histogram *responses;
	for_a_while(m);
	responses = m->trial.totals.latencies[LATENCY_RESPONSE];
	histogram_reset(responses);
	for (int i = 0; i < 110; i++)
		histogram_record(responses, i < 10 ? 5000000 : 1000000000);
}

static void of_one(struct made_up *m)
{
	for_a_while(m);
	m->samples[8].progress.awaited = 1;
}

static void nothing_was_asked(struct made_up *m)
{
	for_a_while(m);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].progress.awaited = 0;
}

static void busy_loader(struct made_up *m)
{
	for_a_while(m);
	made_up_burn(m, TD_CLIENT, 0.6, 0);
}

static void loader_with_time(struct made_up *m)
{
	for_a_while(m);
	made_up_burn(m, TD_CLIENT, 0.4, 0);
}

static void behind_the_window(struct made_up *m)
{
	still(m, 10, SAMPLES - 1, 5);
	m->trial.window_ns = 10 * PERIOD_NS;
}

static void as_the_window_ends(struct made_up *m)
{
	still(m, 10, SAMPLES - 1, 5);
	m->trial.window_ns = 10 * PERIOD_NS + 1;
}

static void stop(struct made_up *m, uint64_t ns)
{
	for_a_while(m);
	m->trial.server_end.stop_watch =
		(struct stop_watch_report){.first_ns = START_NS + 4 * PERIOD_NS,
			.stopped_ns = ns,
			.processes = 1,
			.pid = 4711,
			.name = "httpd"};
}

static void stopped_meanwhile(struct made_up *m)
{
	stop(m, 450000000);
}

static void stopped_for_less(struct made_up *m)
{
	stop(m, 449999999);
}

static void of_wrk(struct made_up *m)
{
	for_a_while(m);
	made_up_wrk(m);
}

#define STILL "server-stood-still"

/* What is under way may wait for its SYN to be sent again. */
static void behind_a_nat(struct made_up *m, uint64_t dropped)
{
	for_a_while(m);
	m->trial.nat = (struct nat_report){.exists = true,
		.port_low = 1024,
		.port_high = 65535,
		.time_wait_s = 120,
		.counters = {.insert_failed = dropped}};
}

static void behind_a_nat_that_dropped(struct made_up *m)
{
	behind_a_nat(m, 3);
}

static void behind_a_nat_of_which_syns_came_again(struct made_up *m)
{
	behind_a_nat(m, 0);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, syn_retrans), 3, 7);
}

static void behind_a_nat_that_is_well(struct made_up *m)
{
	behind_a_nat(m, 0);
}

/* An event of the trial's upstream, or of the proxy itself, that ended it or not. */
static void event_add(struct made_up *m, const char *text, uint64_t at_ns, bool of_proxy, bool ends)
{
	uint64_t done_ns = START_NS + at_ns;
	m->trial.events[m->trial.event_count++] = (struct event_record){
		.spec = {.kind = EVENT_SIGNAL, .at_ns = at_ns, .of_proxy = of_proxy, .text = text},
		.done_ns = done_ns,
		.ended_ns = ends ? done_ns + 1 : 0};
}

static void with_event(
	struct made_up *m, const char *text, uint64_t at_ns, bool of_proxy, bool ends)
{
	for_a_while(m);
	m->trial.server.is_proxy = true;
	event_add(m, text, at_ns, of_proxy, ends);
}

static void upstream_was_killed(struct made_up *m)
{
	with_event(m, "KILL", 5 * PERIOD_NS, false, true);
}

static void proxy_was_killed(struct made_up *m)
{
	with_event(m, "KILL", 4 * PERIOD_NS, true, true);
}

static void upstream_was_told_to_reload(struct made_up *m)
{
	with_event(m, "HUP", 4 * PERIOD_NS, false, false);
}

static void upstream_was_killed_later(struct made_up *m)
{
	with_event(m, "KILL", 6 * PERIOD_NS, false, true);
}

/* Killed at 0.1 s, it listened again at `listened_ns`. */
static void upstream_came_back(struct made_up *m, uint64_t listened_ns)
{
	with_event(m, "KILL", PERIOD_NS, false, true);
	m->trial.events[m->trial.event_count++] = (struct event_record){
		.spec = {.kind = EVENT_RESTART, .at_ns = 2 * PERIOD_NS, .text = "restart"},
		.done_ns = START_NS + 2 * PERIOD_NS,
		.stopped_ns = START_NS + 2 * PERIOD_NS,
		.listened_ns = START_NS + listened_ns};
}

static void upstream_came_back_before(struct made_up *m)
{
	upstream_came_back(m, 4 * PERIOD_NS);
}

static void upstream_came_back_late(struct made_up *m)
{
	upstream_came_back(m, 4 * PERIOD_NS + 1);
}

/* What came back before was killed at 0.4 s. */
static void upstream_was_killed_again(struct made_up *m)
{
	upstream_came_back(m, 3 * PERIOD_NS);
	event_add(m, "KILL", 4 * PERIOD_NS, false, true);
}

#define OF_EVENT                                                                                   \
	"the proxy stood still for 0.9 s or more (from 0.4 s): no exchange ended, while 8 or "     \
	"more were under way; otherwise half of them took at most 5.00 ms; it used 25 % of a "     \
	"CPU meanwhile: "

static const struct finding_case cases[] = {
	{STILL, "the upstream was killed", upstream_was_killed, "server-stood-still ",
		.text = OF_EVENT
		"KILL (--at 0.5s) had ended the upstream: see how long the proxy waits for one "
		"that is gone, and how often it tries again (timeouts, retries, health checks)",
		.fields = "t_s=0.4 still_s=0.9 waiting=8 unaccepted=0 usual_ms=5 "
			  "server_cpu_share=0.25 event=KILL (--at 0.5s)"},
	{STILL, "the proxy was killed", proxy_was_killed, "server-stood-still ",
		.text = OF_EVENT "KILL (--at 0.4s) had ended it"},
	{STILL, "the upstream came back late", upstream_came_back_late, "server-stood-still ",
		.fields = "t_s=0.4 still_s=0.9 waiting=8 unaccepted=0 usual_ms=5 "
			  "server_cpu_share=0.25 event=restart (--at 0.2s)"},
	{STILL, "the upstream was killed again", upstream_was_killed_again, "server-stood-still ",
		.fields = "t_s=0.4 still_s=0.9 waiting=8 unaccepted=0 usual_ms=5 "
			  "server_cpu_share=0.25 event=KILL (--at 0.4s)"},
	{STILL, "the upstream was told to reload", upstream_was_told_to_reload,
		"server-stood-still ",
		.fields = "t_s=0.4 still_s=0.9 waiting=8 unaccepted=0 usual_ms=5 "
			  "server_cpu_share=0.25"},
	{STILL, "the upstream was killed later", upstream_was_killed_later, "server-stood-still ",
		.fields = "t_s=0.4 still_s=0.9 waiting=8 unaccepted=0 usual_ms=5 "
			  "server_cpu_share=0.25"},
	{STILL, "the upstream came back before", upstream_came_back_before, "server-stood-still ",
		.fields = "t_s=0.4 still_s=0.9 waiting=8 unaccepted=0 usual_ms=5 "
			  "server_cpu_share=0.25"},
	{STILL, "for a while", for_a_while, "server-stood-still ",
		.text = "the server stood still for 0.9 s or more (from 0.4 s): no exchange ended, "
			"while 8 or more were under way; otherwise half of them took at most 5.00 "
			"ms; it used 25 % of a CPU meanwhile: find out what it waits for, or "
			"computes, then (its log, its limit of connections, strace, a profile)",
		.fields = "t_s=0.4 still_s=0.9 waiting=8 unaccepted=0 usual_ms=5 "
			  "server_cpu_share=0.25"},
	{STILL, "none is accepted", none_accepted, "server-stood-still ",
		.text = "the server stood still for 0.9 s or more (from 0.4 s): no exchange ended, "
			"while 8 or more were under way, all of which waited to be accepted; "
			"otherwise half of them took at most 5.00 ms; it used 25 % of a CPU "
			"meanwhile: find out what it waits for, or computes, then (its log, its "
			"limit of connections, strace, a profile)",
		.fields = "t_s=0.4 still_s=0.9 waiting=8 unaccepted=8 usual_ms=5 "
			  "server_cpu_share=0.25"},
	{STILL, "some are accepted", some_accepted, "server-stood-still ",
		.text = "the server stood still for 0.9 s or more (from 0.4 s): no exchange ended, "
			"while 8 or more were under way, 3 of which waited to be accepted; "
			"otherwise half of them took at most 5.00 ms; it used 25 % of a CPU "
			"meanwhile: find out what it waits for, or computes, then (its log, its "
			"limit of connections, strace, a profile)"},
	{STILL, "to the end", to_the_end, "server-stood-still ",
		.fields = "t_s=1 still_s=0.9 waiting=8 unaccepted=0 usual_ms=5 "
			  "server_cpu_share=0.25"},
	{STILL, "from the start", from_the_start, "server-stood-still ",
		.fields = "t_s=0 still_s=0.9 waiting=8 unaccepted=0 usual_ms=5 "
			  "server_cpu_share=0.25"},
	{STILL, "for half a second", for_half_a_second, "server-stood-still "},
	{STILL, "behind a NAT that is well", behind_a_nat_that_is_well, "server-stood-still "},
	{STILL, "behind a NAT that dropped SYNs", behind_a_nat_that_dropped, ""},
	{STILL, "behind a NAT, and SYNs came again", behind_a_nat_of_which_syns_came_again, ""},
	{STILL, "for less", for_less, ""},
	{STILL, "a slow but steady server", slow_but_steady, ""},
	{STILL, "among few", among_few, "server-stood-still "},
	{STILL, "one slow exchange", of_one, ""},
	{STILL, "nothing was asked", nothing_was_asked, ""},
	{STILL, "a busy loader", busy_loader, ""},
	{STILL, "a loader with time", loader_with_time, "server-stood-still "},
	{STILL, "behind the window", behind_the_window, ""},
	{STILL, "as the window ends", as_the_window_ends, "server-stood-still "},
	{STILL, "stopped meanwhile", stopped_meanwhile, "server-stopped "},
	{STILL, "stopped for less than half", stopped_for_less,
		"server-stopped server-stood-still "},
	{STILL, "of a third-party loader", of_wrk, ""},
};

const struct finding_cases cases_of_standstill = {cases, sizeof(cases) / sizeof(cases[0])};
