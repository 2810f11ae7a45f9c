/* Cases of a client that waits in vain, and of a server that is stopped meanwhile. */
#include "made_up_trial.h"

#include <math.h>

static const struct holder httpd = {.pid = 4711, .processes = 1, .held = 90, .name = "httpd"};

static void timed_out(struct made_up *m)
{
	m->trial.totals.outcomes[OUTCOME_TIMED_OUT] = 100;
	m->trial.load.timeout_ns = 1500000000;
}

static void never_closed(struct made_up *m)
{
	timed_out(m);
	m->trial.totals.unclosed = 90;
	m->trial.totals.unclosed_ns = START_NS + 4 * PERIOD_NS;
}

static void never_closed_behind_close_notify(struct made_up *m)
{
	never_closed(m);
	m->trial.totals.tls = (struct load_tls){.handshakes = 1000, .peer_notified = 1000};
}

static void never_closed_behind_some(struct made_up *m)
{
	never_closed(m);
	m->trial.totals.tls = (struct load_tls){.handshakes = 1000, .peer_notified = 910};
}

static void never_closed_by_one(struct made_up *m)
{
	never_closed(m);
	m->trial.server_end.quiet_holder = httpd;
}

static void resets_are_lost(struct made_up *m)
{
	never_closed(m);
	m->trial.wire.counts[RELAY_SERVER].lost = 90;
	made_up_count(m, TD_SERVER, offsetof(struct counters, out_rsts), 90, 2);
}

static void never_closed_and_frames_are_lost(struct made_up *m)
{
	resets_are_lost(m);
	made_up_count(m, TD_SERVER, offsetof(struct counters, out_rsts), (uint64_t)-1, 3);
}

static void never_closed_and_few_frames_are_lost(struct made_up *m)
{
	resets_are_lost(m);
	m->trial.wire.counts[RELAY_SERVER].lost = 89;
	m->trial.wire.counts[RELAY_CLIENT].lost = 90;
}

static void never_closed_by_several(struct made_up *m)
{
	never_closed_by_one(m);
	m->trial.server_end.quiet_holder.processes = 3;
}

/* From 0.3 s on, for so long. */
static void stop(struct made_up *m, uint64_t stopped_ns)
{
	m->trial.server_end.stop_watch =
		(struct stop_watch_report){.first_ns = START_NS + 3 * PERIOD_NS,
			.stopped_ns = stopped_ns,
			.processes = 1,
			.pid = httpd.pid,
			.name = "httpd"};
}

static void stopped_for_a_while(struct made_up *m)
{
	stop(m, 740000000);
}

static void stopped_half_the_time(struct made_up *m)
{
	never_closed_by_one(m);
	stop(m, 750000000);
	m->trial.server_end.stop_watch.at_end = true;
}

static void stopped_for_less(struct made_up *m)
{
	never_closed_by_one(m);
	stop(m, 749999999);
}

/* The process that was stopped is not the one that does not close. */
static void stopped_beside(struct made_up *m)
{
	stopped_half_the_time(m);
	m->trial.server_end.stop_watch.pid = 4712;
}

/* One of them is the one that does not close: which ones they are is not known. */
static void several_stopped_beside(struct made_up *m)
{
	stopped_beside(m);
	m->trial.server_end.stop_watch.processes = 3;
}

static void stopped_and_nobody_known(struct made_up *m)
{
	stopped_beside(m);
	m->trial.server_end.quiet_holder = (struct holder){.pid = 0};
}

static void leak_at(struct made_up *m, bool is_stopped, uint32_t pid)
{
	struct sample *s = &m->samples[SAMPLES - 1];
	s->server.census.by_owner[SOCKET_CLOSE_WAIT_OWNED] = 20;
	m->trial.server_end.holders[SOCKET_CLOSE_WAIT_OWNED] = httpd;
	stop(m, 740000000);
	m->trial.server_end.stop_watch.at_end = is_stopped;
	m->trial.server_end.stop_watch.pid = pid;
}

static void stopped_with_a_fin_unread(struct made_up *m)
{
	leak_at(m, true, httpd.pid);
}

static void several_stopped_with_a_fin_unread(struct made_up *m)
{
	leak_at(m, true, 4712);
	m->trial.server_end.stop_watch.processes = 2;
}

static void stopped_and_gone_on(struct made_up *m)
{
	leak_at(m, false, httpd.pid);
}

static void stopped_beside_a_leak(struct made_up *m)
{
	leak_at(m, true, 4712);
}

/* All had come by the sample 4; the loader ended at the last. */
static void loader_counts(struct made_up *m, double requests, size_t still_from)
{
	made_up_wrk(m);
	m->trial.third_party.said =
		(struct loader_said){.requests = requests, .latency_us = {[LOADER_MEAN] = NAN}};
	m->trial.packet_tap.counts.connections = 4;
	m->trial.packet_tap.counts.leaving.server_waited = 4;
	m->trial.packet_tap.counts.leaving.waited_until_ns = trial_load_ended_ns(&m->trial);
	for (size_t i = 0; i < SAMPLES; i++)
		m->samples[i].client.counters.out_segs = 100 + (i < still_from ? i : still_from);
}

static void loader_waits(struct made_up *m)
{
	loader_counts(m, 0, 4);
}

/* A sample came between its close and its end. */
static void loader_closes_before_it_ends(struct made_up *m)
{
	loader_waits(m);
	m->trial.packet_tap.counts.leaving.waited_until_ns = m->samples[SAMPLES - 2].at_ns + 1;
	m->samples[SAMPLES - 1].client.counters.out_segs += 8;
}

static void loader_waits_no_longer_than_a_pause(struct made_up *m)
{
	loader_counts(m, 0, SAMPLES - 3);
}

static void loader_takes_an_answer(struct made_up *m)
{
	loader_counts(m, 2 * OPENED, 4);
}

static void one_was_not_waited_for(struct made_up *m)
{
	loader_counts(m, 0, 4);
	m->trial.packet_tap.counts.leaving.server_waited = 3;
}

static void loader_is_mute(struct made_up *m)
{
	loader_counts(m, 0, 4);
	m->trial.third_party.kind = NULL;
}

#define NEVER "server-never-closes"
#define STOPPED "server-stopped"

static const struct finding_case cases[] = {
	{NEVER, "the loader counts nothing", loader_waits, "server-never-closes ",
		.fields = "unclosed=4 waited_s=1.6"},
	{NEVER, "it closes before it ends", loader_closes_before_it_ends, "server-never-closes ",
		.fields = "unclosed=4 waited_s=1.4"},
	{NEVER, "but for a pause", loader_waits_no_longer_than_a_pause, ""},
	{NEVER, "it counts one", loader_takes_an_answer, ""},
	{NEVER, "one was closed by the server", one_was_not_waited_for, ""},
	{NEVER, "it says nothing", loader_is_mute, ""},
	{NEVER, "nine in a hundred", never_closed, "server-never-closes ",
		.text = "the server did not close 90 of 1000 connections: every response had come, "
			"and the client gave up 1.5 s later and reset them (the first at 0.40 s); "
			"have the server close after a request that says Connection: close (RFC "
			"9112, section 9.6); how long the client waits is --timeout",
		.fields = "t_s=0.4 unclosed=90 attempted=1000 waited_s=1.5"},
	{NEVER, "it has sent close_notify", never_closed_behind_close_notify,
		"server-never-closes ",
		.text = "the server did not close 90 of 1000 connections: every response had come, "
			"with the server's close_notify behind it, and the client gave up 1.5 s "
			"later and reset them (the first at 0.40 s); it may wait for the client's "
			"close_notify, which the builtin loader sends with its FIN: have the "
			"server send its FIN behind its own (shutdown(SHUT_WR)), or load it with a "
			"client that answers (--loader-command); how long the client waits is "
			"--timeout"},
	{NEVER, "it has sent none there", never_closed_behind_some, "server-never-closes ",
		.text = "the server did not close 90 of 1000 connections: every response had come, "
			"and the client gave up 1.5 s later and reset them (the first at 0.40 s); "
			"have the server close after a request that says Connection: close (RFC "
			"9112, section 9.6); how long the client waits is --timeout"},
	{NEVER, "of one process", never_closed_by_one, "server-never-closes ",
		.text = "the server did not close 90 of 1000 connections, held by httpd (pid "
			"4711): every response had come, and the client gave up 1.5 s later and "
			"reset them (the first at 0.40 s); have the server close after a request "
			"that says Connection: close (RFC 9112, section 9.6); how long the client "
			"waits is --timeout",
		.fields = "t_s=0.4 unclosed=90 attempted=1000 waited_s=1.5 process=httpd pid=4711 "
			  "processes=1"},
	{NEVER, "of several processes", never_closed_by_several, "server-never-closes ",
		.fields = "t_s=0.4 unclosed=90 attempted=1000 waited_s=1.5 process=httpd pid=4711 "
			  "processes=3"},
	{NEVER, "resets that the wire lost", resets_are_lost, ""},
	{NEVER, "the wire lost others", never_closed_and_frames_are_lost, "server-never-closes "},
	{NEVER, "the wire lost fewer", never_closed_and_few_frames_are_lost,
		"server-never-closes "},
	{NEVER, "responses that never came", timed_out, ""},
	{NEVER, "stopped meanwhile", stopped_half_the_time, "server-stopped "},
	{NEVER, "stopped for less than half the time", stopped_for_less,
		"server-stopped server-never-closes "},
	{NEVER, "another was stopped", stopped_beside, "server-stopped server-never-closes "},
	{STOPPED, "for a while", stopped_for_a_while, "server-stopped ",
		.text = "httpd (pid 4711) was stopped by a signal (state T, first seen at 0.30 s, "
			"for 0.74 s or more in all): meanwhile it neither answered nor closed, "
			"which says nothing about how the server closes; find out what sends "
			"SIGSTOP or "
			"SIGTSTP, and measure again",
		.fields = "t_s=0.3 stopped_s=0.74 timed_out=0 process=httpd pid=4711 processes=1"},
	{STOPPED, "while a client waited", stopped_half_the_time, "server-stopped ",
		.text = "httpd (pid 4711) was stopped by a signal (state T, first seen at 0.30 s, "
			"for 0.75 s or more in all, and to the end): meanwhile it neither answered "
			"nor closed, and 100 of 1000 connections timed out, which says nothing "
			"about how the server closes; find out what sends SIGSTOP or SIGTSTP, and "
			"measure "
			"again"},
	{STOPPED, "three at once", several_stopped_beside, "server-stopped ",
		.text = "httpd (pid 4712) and 2 other processes were stopped by a signal "
			"(state T, first seen at 0.30 s, for 0.75 s or more in all, and to the "
			"end): meanwhile they neither answered nor closed, and 100 of 1000 "
			"connections timed out, which says nothing about how the server closes; "
			"find out "
			"what sends SIGSTOP or SIGTSTP, and measure again"},
	{STOPPED, "it is not known who keeps connections", stopped_and_nobody_known,
		"server-stopped "},
	{STOPPED, "in CLOSE_WAIT", stopped_with_a_fin_unread, "server-stopped "},
	{STOPPED, "several, in CLOSE_WAIT", several_stopped_with_a_fin_unread, "server-stopped "},
	{STOPPED, "and went on", stopped_and_gone_on, "server-stopped close-wait-leak "},
	{STOPPED, "asleep instead", never_closed_by_one, "server-never-closes "},
	{STOPPED, "answers are late", timed_out, ""},
	{STOPPED, "beside a leak", stopped_beside_a_leak, "server-stopped close-wait-leak "},
};

const struct finding_cases cases_of_waiting = {cases, sizeof(cases) / sizeof(cases[0])};
