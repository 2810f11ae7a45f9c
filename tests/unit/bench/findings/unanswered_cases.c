/* Cases of requests that got no byte of a response. */
#include "made_up_trial.h"

#include <stddef.h>

#include <stdio.h>

/* So many of 1000, the first at 0.2 s, the last at 0.7 s. */
static void by_fin(struct made_up *m, uint64_t connections, uint64_t first_requests)
{
	m->trial.totals.outcomes[OUTCOME_SHORT] = connections;
	m->trial.totals.unanswered_by_fin = (struct load_unanswered){.connections = connections,
		.first_requests = first_requests,
		.first_ns = START_NS + 2 * PERIOD_NS,
		.last_ns = START_NS + 7 * PERIOD_NS,
		.least_ns = 200000,
		.most_ns = 400000000};
}

static void later_by_fin(struct made_up *m)
{
	by_fin(m, 30, 0);
}

static void first_by_fin(struct made_up *m)
{
	by_fin(m, 30, 30);
}

/* So many ended short of clients that half close, and as many of others. */
static void half_closing(struct made_up *m, uint64_t ended)
{
	first_by_fin(m);
	m->trial.client_count = 2;
	m->trial.clients[0].behaviour = client_behaviour_find("late", NULL);
	m->trial.clients[0].outcomes[OUTCOME_SHORT] = 40;
	m->trial.clients[1].behaviour = client_behaviour_find("half-close", NULL);
	m->trial.clients[1].outcomes[OUTCOME_SHORT] = ended;
}

static void half_closed(struct made_up *m)
{
	half_closing(m, 30);
}

/* Behind the proxy: so many connections, in each phase, that it reset. */
static void half_closed_behind(struct made_up *m, enum reset_phase phase, uint64_t reset)
{
	static struct trial behind;
	half_closing(m, 30);
	behind = (struct trial){.strategy = &m->strategy,
		.load = {.is_third_party = true, .is_proxy = true, .source_port = "loader"},
		.time_wait_life = time_wait_life_of(250),
		.client_addresses = 1,
		.packet_tap = {.share = 1, .counts = {.connections = 400}}};
	behind.after.server.counters.passive_opens = 400;
	behind.packet_tap.counts.leaving.unanswered = reset;
	behind.packet_tap.counts.at_client.resets_sent[phase] = reset - 5;
	behind.packet_tap.counts.at_client.resets_sent[RESET_BEHIND_OTHER_FIN] += 5;
	m->trial.upstream = &behind;
}

static void reset_behind_the_proxy(struct made_up *m)
{
	half_closed_behind(m, RESET_OPEN, 30);
}

static void fewer_reset_behind_the_proxy(struct made_up *m)
{
	half_closed_behind(m, RESET_OPEN, 29);
}

static void reset_behind_and_answered(struct made_up *m)
{
	half_closed_behind(m, RESET_OPEN, 30);
	m->trial.upstream->packet_tap.counts.leaving.unanswered = 29;
}

static void reset_behind_its_own_fin(struct made_up *m)
{
	half_closed_behind(m, RESET_BEHIND_OWN_FIN, 30);
}

/* About 30 of which an eighth was seen: that may be 14. */
static void perhaps_reset_behind_the_proxy(struct made_up *m)
{
	half_closed_behind(m, RESET_OPEN, 6);
	m->trial.upstream->packet_tap.share = 8;
	m->trial.upstream->packet_tap.counts.connections = 50;
	m->trial.upstream->packet_tap.counts.leaving.unanswered = 20;
}

static void reset_behind_of_others(struct made_up *m)
{
	half_closed_behind(m, RESET_OPEN, 30);
	m->trial.clients[1].outcomes[OUTCOME_SHORT] = 29;
}

static void half_closed_beside(struct made_up *m)
{
	half_closing(m, 29);
}

static void some_first_by_fin(struct made_up *m)
{
	by_fin(m, 30, 20);
}

static void one_by_fin(struct made_up *m)
{
	by_fin(m, 1, 1);
	m->trial.totals.unanswered_by_fin.last_ns = START_NS + 2 * PERIOD_NS;
	m->trial.totals.unanswered_by_fin.least_ns = 400000000;
}

/* Of all, so many have a RST of the server beside its FIN; the loader kept as many. */
static void races(struct made_up *m, uint64_t raced, uint64_t judged)
{
	by_fin(m, 30, 10);
	m->trial.totals.kept_unanswered = m->trial.totals.kept_connections = 20;
	m->trial.totals.kept_unanswered_ns = START_NS + 5 * PERIOD_NS;
	m->trial.packet_tap.counts = (struct first_closer_counts){
		.connections = judged, .server = judged, .at_server = {.reset_beside_fin = raced}};
}

static void some_raced(struct made_up *m)
{
	races(m, 12, OPENED);
}

/* 3 of a quarter stand for 12. */
static void some_raced_of_a_share(struct made_up *m)
{
	races(m, 3, OPENED / 4);
	m->trial.packet_tap.share = 4;
}

static void all_raced(struct made_up *m)
{
	races(m, 30, OPENED);
	m->trial.totals.unanswered_by_fin.first_requests = 0;
	m->trial.totals.kept_unanswered = m->trial.totals.kept_connections = 30;
}

static void short_in_the_middle(struct made_up *m)
{
	m->trial.totals.outcomes[OUTCOME_SHORT] = 30;
}

static void the_process_ended(struct made_up *m)
{
	by_fin(m, 8, 8);
	snprintf(m->trial.failure, sizeof(m->trial.failure), "the server was killed");
}

/* Workers, of a server that goes on. */
static void processes_ended(struct made_up *m)
{
	by_fin(m, 8, 8);
	m->trial.server_end.ended = 9;
}

/* At a sample the whole server was ended by a restart. */
static void restarted_at(struct made_up *m, size_t sample)
{
	m->trial.event_count = 1;
	m->trial.events[0] = (struct event_record){
		.spec = {.at_ns = sample * PERIOD_NS, .kind = EVENT_RESTART, .text = "restart"},
		.done_ns = START_NS + sample * PERIOD_NS,
		.stopped_ns = START_NS + sample * PERIOD_NS + 1000000,
		.started_ns = START_NS + sample * PERIOD_NS + 2000000,
		.listened_ns = START_NS + sample * PERIOD_NS + 3000000};
}

/* The first one came at 0.2 s. */
static void closed_behind_a_restart(struct made_up *m)
{
	by_fin(m, 8, 8);
	restarted_at(m, 2);
	m->trial.server_end.ended = 1;
}

static void closed_before_a_restart(struct made_up *m)
{
	by_fin(m, 8, 8);
	restarted_at(m, 3);
}

/* Its process went on: HUP has it load its configuration anew. */
static void closed_behind_a_signal(struct made_up *m)
{
	closed_behind_a_restart(m);
	m->trial.server_end.ended = 0;
	m->trial.events[0].spec.kind = EVENT_SIGNAL;
	m->trial.events[0].stopped_ns = 0;
}

static void closed_behind_a_fatal_signal(struct made_up *m)
{
	closed_behind_a_signal(m);
	m->trial.events[0].spec.text = "TERM";
	m->trial.events[0].ended_ns = START_NS + 3 * PERIOD_NS;
}

static void closed_behind_the_proxys_restart(struct made_up *m)
{
	closed_behind_a_restart(m);
	m->trial.server_end.ended = 0;
	m->trial.events[0].spec.of_proxy = true;
}

static const struct holder httpd = {.pid = 4711, .processes = 1, .held = 90, .name = "httpd"};

/* Of 100 that timed out, so many got no answer, from 0.6 to 0.9 s; 60 of these on first requests.
 */
static void silent(struct made_up *m, uint64_t connections)
{
	m->trial.totals.outcomes[OUTCOME_TIMED_OUT] = 100;
	m->trial.load.timeout_ns = 500000000;
	m->trial.totals.unanswered_by_deadline = (struct load_unanswered){connections, 60,
		START_NS + 6 * PERIOD_NS, START_NS + 9 * PERIOD_NS, 500000000, 510000000};
}

/* What a look at 0.4 s found. */
static void seen(struct made_up *m, struct answer_report report)
{
	silent(m, 100);
	report.at_ns = START_NS + 4 * PERIOD_NS;
	report.least_ns = 250000000;
	report.waiting = report.read + report.unread + report.unaccepted + report.gone +
			 report.unacknowledged;
	m->trial.answers = report;
}

static void not_looked_at(struct made_up *m)
{
	silent(m, 100);
}

static void later_requests(struct made_up *m)
{
	silent(m, 100);
	m->trial.totals.unanswered_by_deadline.first_requests = 0;
	made_up_latency(m, LATENCY_RESPONSE, 400);
}

/* The longest wait is of one without an answer. */
static void later_requests_in_the_window(struct made_up *m)
{
	later_requests(m);
	m->trial.totals.unfinished[LATENCY_RESPONSE] = 100;
}

static void read_and_held(struct made_up *m)
{
	seen(m, (struct answer_report){.read = 90, .holder = httpd});
}

static void held_unread(struct made_up *m)
{
	seen(m, (struct answer_report){.unread = 90, .holder = httpd});
}

static void not_accepted_yet(struct made_up *m)
{
	seen(m, (struct answer_report){.unaccepted = 90});
}

static void gone(struct made_up *m)
{
	seen(m, (struct answer_report){.gone = 1});
}

static void not_acknowledged(struct made_up *m)
{
	seen(m, (struct answer_report){.unacknowledged = 90});
}

static void of_all_kinds(struct made_up *m)
{
	seen(m, (struct answer_report){5, 0, 0, 1, 3, 4, 2, 1, httpd});
}

static void of_two_kinds(struct made_up *m)
{
	seen(m, (struct answer_report){.read = 1, .unaccepted = 3});
}

/* All that were looked at changed meanwhile. */
static void of_no_kind(struct made_up *m)
{
	seen(m, (struct answer_report){.read = 0});
	m->trial.answers.waiting = 2;
}

/* Some of those that were seen waiting had their answer. */
static void beside_unclosed(struct made_up *m)
{
	read_and_held(m);
	m->trial.totals.unanswered_by_deadline.connections = 60;
	m->trial.totals.unclosed = 40;
	m->trial.totals.unclosed_ns = START_NS + 7 * PERIOD_NS;
}

/* So many are in the queue at the end, where they have waited since 0.1 s. */
static void accepted_never(struct made_up *m, uint64_t waiting)
{
	silent(m, 100);
	m->trial.server_end.accept_watch = (struct accept_watch_report){.waiting = waiting,
		.longest = {.inode = 9, .waiting = (uint32_t)waiting, .backlog = 128},
		.beside = 1,
		.beside_waiting = 1,
		.untouched_since_ns = START_NS + PERIOD_NS};
	m->samples[SAMPLES - 1].at_ns += 2000000000;
}

static void all_never_accepted(struct made_up *m)
{
	accepted_never(m, 100);
}

static void some_never_accepted(struct made_up *m)
{
	accepted_never(m, 70);
}

static void stopped_meanwhile(struct made_up *m)
{
	read_and_held(m);
	m->trial.server_end.stop_watch =
		(struct stop_watch_report){.first_ns = START_NS + 3 * PERIOD_NS,
			.stopped_ns = 250000000,
			.processes = 1,
			.pid = httpd.pid,
			.name = "httpd"};
}

static void another_stopped_meanwhile(struct made_up *m)
{
	stopped_meanwhile(m);
	m->trial.server_end.stop_watch.pid = 4712;
}

static void handshakes_timed_out(struct made_up *m)
{
	silent(m, 0);
}

#define SILENT "never-answered"
#define NO_BYTE(which)                                                                             \
	"no byte of a response came within 0.5 s (--timeout) on 100 of 1000 connections, whose "   \
	"handshake and request were complete (" which "; given up from 0.60 to 0.90 s)"
#define MIXED NO_BYTE("60 on the first request of a connection, 40 later")
#define SEEN(count) ": at 0.40 s " count " had waited for 0.25 s or more"
#define GENERAL                                                                                    \
	"; see what the server's threads wait for, and have it answer or close by a deadline of "  \
	"its own"
#define FIELDS(first)                                                                              \
	"t_s=0.6 last_t_s=0.9 unanswered=100 attempted=1000 first_requests=" first " timeout_s=0." \
	"5 "

#define CLOSED "closed-unanswered"
#define EMPTY ": clients see an empty reply, and cannot know whether the request was acted on; "
#define LOOK                                                                                       \
	"another way to close changes nothing of that: look, in the server's log, for what ends "  \
	"a connection before it answers, as a worker that dies, a handler that fails, a limit, "   \
	"an upstream that closes"
#define READ_AND_CLOSED                                                                            \
	"the server read the request and closed, with a FIN and no byte of a response, on "
#define WHEN "from 0.20 to 0.70 s, 0.2 to 400 ms behind the request)"

#define HALF_CLOSED                                                                                \
	"30 of 1000 connections (on the first request of a connection; " WHEN EMPTY                \
	"each of these clients had shut its side behind its request (half-close): see whether "    \
	"the server takes the end of its input for a client that has left, and have it answer "    \
	"what it has read before it closes"
#define EIGHT                                                                                      \
	READ_AND_CLOSED "8 of 1000 connections (on the first request of a connection; " WHEN EMPTY
#define BY_EVENT(event)                                                                            \
	event " ended the server, and that closed them: have it finish its connections before it " \
	      "ends"

/* By the packets of a third party's load. */
static void closed_by_packets(struct made_up *m, uint64_t first, struct response_omissions later)
{
	struct first_closer_counts *counts = &m->trial.packet_tap.counts;
	made_up_wrk(m);
	counts->connections = OPENED;
	counts->leaving.closed_unanswered = first;
	counts->leaving.closed_first_ns = first > 0 ? START_NS + 2 * PERIOD_NS : 0;
	counts->responses.omissions = later;
}

static void first_by_packets(struct made_up *m)
{
	closed_by_packets(m, 7, (struct response_omissions){0});
}

static void by_packets_behind_a_restart(struct made_up *m)
{
	first_by_packets(m);
	restarted_at(m, 2);
}

static void by_packets_before_a_restart(struct made_up *m)
{
	first_by_packets(m);
	restarted_at(m, 3);
}

static void later_by_packets(struct made_up *m)
{
	closed_by_packets(m, 7, (struct response_omissions){5, 2, START_NS + PERIOD_NS});
}

static void only_later_by_packets(struct made_up *m)
{
	closed_by_packets(m, 0, (struct response_omissions){5, 0, START_NS + PERIOD_NS});
}

static void announced_by_packets(struct made_up *m)
{
	closed_by_packets(m, 0, (struct response_omissions){5, 5, START_NS + PERIOD_NS});
}

/* Closed before a request came, by packets; the load says that so many failed. */
static void closed_unasked(struct made_up *m, uint64_t connections, double failed)
{
	struct first_closer_counts *counts = &m->trial.packet_tap.counts;
	made_up_wrk(m);
	counts->connections = OPENED;
	counts->leaving.closed_unasked = connections;
	counts->leaving.unasked_first_ns = connections > 0 ? START_NS + 2 * PERIOD_NS : 0;
	m->trial.third_party.said.errors[LOADER_READ] = failed;
}

static void unasked_and_failed(struct made_up *m)
{
	closed_unasked(m, 40, 38);
}

static void unasked_and_nothing_failed(struct made_up *m)
{
	closed_unasked(m, 40, 0);
}

static void nothing_unasked_and_failed(struct made_up *m)
{
	closed_unasked(m, 0, 38);
}

static void unasked_by_the_builtin(struct made_up *m)
{
	m->trial.packet_tap.counts.connections = OPENED;
	m->trial.packet_tap.counts.leaving.closed_unasked = 7;
	m->trial.packet_tap.counts.leaving.unasked_first_ns = START_NS + PERIOD_NS;
	m->trial.totals.outcomes[OUTCOME_RESET] = 7;
	m->trial.totals.outcomes[OUTCOME_COMPLETED] -= 7;
}

/* Silent to a third party's load, by packets, and by what the loader says. */
static void silent_by_packets(struct made_up *m)
{
	made_up_wrk(m);
	m->trial.third_party.said.requests = 0;
	m->trial.packet_tap.counts.connections = OPENED;
	m->trial.packet_tap.counts.leaving.silent =
		(struct ending_span){40, 0, UINT64_C(1200000000), UINT64_C(3000000000), 40};
}

static void silent_to_some(struct made_up *m)
{
	silent_by_packets(m);
	m->trial.third_party.said.requests = 100000;
}

static void silent_since_the_queue_is_full(struct made_up *m)
{
	silent_by_packets(m);
	made_up_count(m, TD_SERVER, offsetof(struct counters, listen_overflows), 7, 10);
}

static void silent_and_none_left(struct made_up *m)
{
	silent_by_packets(m);
	m->trial.packet_tap.counts.leaving.silent = (struct ending_span){0};
}

#define UNASKED "closed-unasked"
#define UNASKED_TEXT(which, failed)                                                                \
	"the server closed " which ", with a FIN and no byte, before a byte of a request had "     \
	"come (the first at " failed " failed; look, in the server's log, for a limit of "         \
	"connections (nginx: worker_connections), or for a close(2) right behind accept(2)"

#define BY_PACKETS_AND(which, cure)                                                                \
	"the server's kernel had a request, or a part of it, and the server closed, with a FIN "   \
	"and no byte of a response: on " which                                                     \
	"; clients see an empty reply, and cannot know whether the request was acted on; " cure
#define BY_PACKETS(which) BY_PACKETS_AND(which, LOOK)
#define SEVEN "the first request of 7 of 1000 connections (the first at 0.20 s)"

static const struct finding_case cases[] = {
	{UNASKED, "closed before a request came", unasked_and_failed, "closed-unasked ",
		.text = UNASKED_TEXT("40 of 1000 connections",
			"0.20 s); the request met a closed socket: 38 of the load's reads and "
			"writes"),
		.fields = "t_s=0.2 closed=40 opened=1000 failed=38 known_by=all"},
	{UNASKED, "closed before a request came, of the builtin loader", unasked_by_the_builtin,
		"closed-unasked ",
		.text = UNASKED_TEXT("7 of 1000 connections",
			"0.10 s); the request met a closed socket: 7 of the load's connections")},
	{"never-answered", "of a third party's load", silent_by_packets, "never-answered ",
		.text = "no byte of a response had come on 40 of 1000 connections when the client "
			"left them, 1.2 to 3 s after it had opened them, and none of its requests "
			"was answered; see what the server's threads wait for, and have it answer "
			"or close by a deadline of its own",
		.fields = "unanswered=40 opened=1000 waited_s_least=1.2 waited_s_most=3"},
	{"never-answered", "others were answered", silent_to_some, ""},
	{"never-answered", "the queue was full", silent_since_the_queue_is_full,
		"listen-overflow "},
	{"never-answered", "the client left none of them", silent_and_none_left, ""},
	{UNASKED, "closed idle, and nothing failed", unasked_and_nothing_failed, ""},
	{UNASKED, "failed, and none closed before a request", nothing_unasked_and_failed, ""},
	{CLOSED, "by packets, first requests", first_by_packets, "closed-unanswered ",
		.text = BY_PACKETS(
			"the first request of 7 of 1000 connections (the first at 0.20 s)"),
		.fields = "t_s=0.2 unanswered=7 opened=1000 first_requests=7 later_seen=0"},
	{CLOSED, "by packets, behind a restart", by_packets_behind_a_restart, "closed-unanswered ",
		.text = BY_PACKETS_AND(SEVEN, BY_EVENT("restart (--at 0.2s)"))},
	{CLOSED, "by packets, before a restart", by_packets_before_a_restart, "closed-unanswered ",
		.text = BY_PACKETS(SEVEN)},
	{CLOSED, "by packets, later ones, too", later_by_packets,
		"closed-unanswered keep-alive-race ",
		.text = BY_PACKETS("the first request of 7 of 1000 connections, and on a later one "
				   "of 3 seen (the first "
				   "at 0.10 s)"),
		.fields = "t_s=0.1 unanswered=10 opened=1000 first_requests=7 later_seen=3"},
	{CLOSED, "by packets, later ones alone", only_later_by_packets, "closed-unanswered ",
		.text = BY_PACKETS("a later request, behind an answer, of 5 connections seen (the "
				   "first at 0.10 s)"),
		.fields = "t_s=0.1 unanswered=5 opened=1000 first_requests=0 later_seen=5"},
	{CLOSED, "by packets, behind an announced close", announced_by_packets, "keep-alive-race "},
	{CLOSED, "later requests", later_by_fin, "closed-unanswered ",
		.text = READ_AND_CLOSED "30 of 1000 connections (on connections that had been "
					"answered before; " WHEN EMPTY LOOK,
		.fields = "t_s=0.2 last_t_s=0.7 unanswered=30 attempted=1000 short_unanswered=30 "
			  "first_requests=0 waited_ms_least=0.2 waited_ms_most=400"},
	{CLOSED, "first requests", first_by_fin, "closed-unanswered ",
		.text = READ_AND_CLOSED "30 of 1000 connections (on the first request of a "
					"connection; " WHEN EMPTY LOOK},
	{CLOSED, "of clients that half close", half_closed, "closed-unanswered ",
		.text = READ_AND_CLOSED HALF_CLOSED},
	{CLOSED, "half closed, and reset behind the proxy", reset_behind_the_proxy,
		"closed-unanswered ",
		.text = READ_AND_CLOSED
		"30 of 1000 connections (on the first request of a "
		"connection; " WHEN EMPTY
		"each of these clients had shut its side behind its request (half-close), and the "
		"proxy reset 30 of its 400 connections to the upstream with no FIN before: have it "
		"pass the FIN on and wait for the answer (HAProxy: without option nolinger, which "
		"has it close with SO_LINGER{1,0})"},
	{CLOSED, "half closed, and fewer reset behind the proxy", fewer_reset_behind_the_proxy,
		"closed-unanswered ", .text = READ_AND_CLOSED HALF_CLOSED},
	{CLOSED, "half closed, and reset behind the proxy when one was answered",
		reset_behind_and_answered, "closed-unanswered ",
		.text = READ_AND_CLOSED HALF_CLOSED},
	{CLOSED, "half closed, and reset behind the proxy's own FIN", reset_behind_its_own_fin,
		"closed-unanswered ", .text = READ_AND_CLOSED HALF_CLOSED},
	{CLOSED, "half closed, and perhaps reset behind the proxy", perhaps_reset_behind_the_proxy,
		"closed-unanswered ", .text = READ_AND_CLOSED HALF_CLOSED},
	{CLOSED, "reset behind the proxy, of others", reset_behind_of_others, "closed-unanswered ",
		.text = READ_AND_CLOSED "30 of 1000 connections (on the first request of a "
					"connection; " WHEN EMPTY LOOK},
	{CLOSED, "of others beside clients that half close", half_closed_beside,
		"closed-unanswered ",
		.text = READ_AND_CLOSED "30 of 1000 connections (on the first request of a "
					"connection; " WHEN EMPTY LOOK},
	{CLOSED, "first and later requests", some_first_by_fin, "closed-unanswered ",
		.text = READ_AND_CLOSED "30 of 1000 connections (20 on the first request of a "
					"connection, 10 later; " WHEN EMPTY LOOK},
	{CLOSED, "one", one_by_fin, "closed-unanswered ",
		.text = READ_AND_CLOSED "1 of 1000 connections (on the first request of a "
					"connection; at 0.20 s, 400 ms behind the "
					"request)" EMPTY LOOK},
	{CLOSED, "some raced", some_raced, "closed-unanswered keep-alive-race ",
		.text = READ_AND_CLOSED
		"at least 18 of 1000 connections (of 30 that had no answer, some of which raced: "
		"10 on "
		"the first request of a connection, 20 later; " WHEN EMPTY LOOK,
		.fields = "t_s=0.2 last_t_s=0.7 unanswered=18 attempted=1000 short_unanswered=30 "
			  "first_requests=10 waited_ms_least=0.2 waited_ms_most=400"},
	{CLOSED, "some raced, by a share", some_raced_of_a_share,
		"closed-unanswered keep-alive-race ",
		.fields = "t_s=0.2 last_t_s=0.7 unanswered=18 attempted=1000 short_unanswered=30 "
			  "first_requests=10 waited_ms_least=0.2 waited_ms_most=400"},
	{CLOSED, "all raced", all_raced, "keep-alive-race "},
	{CLOSED, "in the middle of a response", short_in_the_middle, ""},
	{CLOSED, "the process ended", the_process_ended, "closed-unanswered ",
		.text = READ_AND_CLOSED
		"8 of 1000 connections (on the first request of a connection; " WHEN EMPTY
		"see what ended the trial: a process that ends closes its connections"},
	{CLOSED, "processes ended", processes_ended, "closed-unanswered ",
		.text = READ_AND_CLOSED
		"8 of 1000 connections (on the first request of a connection; " WHEN EMPTY
		"processes of the server ended meanwhile (9 seen), which closes what they have "
		"open: see what ends them, and have each finish its connections first; else look, "
		"in the server's log, for what ends a connection before it answers"},
	{CLOSED, "behind a restart", closed_behind_a_restart, "closed-unanswered ",
		.text = EIGHT BY_EVENT("restart (--at 0.2s)")},
	{CLOSED, "before a restart", closed_before_a_restart, "closed-unanswered ",
		.text = EIGHT LOOK},
	{CLOSED, "behind a signal that ended nothing", closed_behind_a_signal, "closed-unanswered ",
		.text = EIGHT LOOK},
	{CLOSED, "behind a signal that ended the server", closed_behind_a_fatal_signal,
		"closed-unanswered ", .text = EIGHT BY_EVENT("TERM (--at 0.2s)")},
	{CLOSED, "behind a restart of the proxy", closed_behind_the_proxys_restart,
		"closed-unanswered ", .text = EIGHT LOOK},
	{SILENT, "not looked at", not_looked_at, "never-answered ", .text = MIXED GENERAL,
		.fields = FIELDS("60") "state=unknown"},
	{SILENT, "later requests", later_requests, "never-answered ",
		.text = NO_BYTE(
			"on connections that had been answered before") ", while the "
									"slowest answer took 400 "
									"ms" GENERAL},
	{SILENT, "the longest wait is of none", later_requests_in_the_window, "never-answered ",
		.text = NO_BYTE("on connections that had been answered before") GENERAL},
	{SILENT, "read", read_and_held, "never-answered ",
		.text = MIXED SEEN(
			"90") ", of which 90 were held with the request read, by httpd "
			      "(pid 4711); see what its threads wait for (their stacks: a lock, a "
			      "pool, an "
			      "upstream), and have it answer or close by a deadline of its own",
		.fields = FIELDS("60") "state=read looked_t_s=0.4 waiting=90 read=90 unread=0 "
				       "unaccepted=0 gone=0 unacknowledged=0 process=httpd "
				       "pid=4711 processes=1"},
	{SILENT, "unread", held_unread, "never-answered ",
		.text = MIXED SEEN("90") ", of which 90 were held with the request unread, which "
					 "its kernel had acknowledged, by httpd (pid 4711); have "
					 "it read what is "
					 "ready: a thread that is busy or waits, or an event that "
					 "was lost (EPOLLET "
					 "without reading to EAGAIN)"},
	{SILENT, "not accepted yet", not_accepted_yet, "never-answered ",
		.text = MIXED SEEN("90") ", of which 90 were not taken by accept(2), with the "
					 "request in its kernel; accept while other connections "
					 "are served, in an "
					 "event loop or with more workers"},
	{SILENT, "gone", gone, "never-answered ",
		.text = MIXED SEEN("1") ", of which 1 was without a socket at the server, whose "
					"kernel had acknowledged the request, and neither FIN nor "
					"RST had come; its "
					"end was dropped in silence (TCP_REPAIR, as haproxy's "
					"silent-drop does it), "
					"or what it sent was filtered: answer or reset, if clients "
					"are to know"},
	{SILENT, "not acknowledged", not_acknowledged, "never-answered ",
		.text = MIXED SEEN("90") ", of which 90 were with a request that the server's "
					 "kernel had not acknowledged; see what drops segments: a "
					 "full accept queue, "
					 "or a filter"},
	{SILENT, "of all kinds", of_all_kinds, "never-answered ",
		.text = MIXED SEEN(
			"11") ", of which 3 were held with the request read, by httpd "
			      "(pid 4711); 4 were held with the request unread, which its kernel "
			      "had "
			      "acknowledged; 2 were not taken by accept(2), with the request in "
			      "its "
			      "kernel; 1 was without a socket at the server, whose kernel had "
			      "acknowledged the request, and neither FIN nor RST had come; 1 was "
			      "with a "
			      "request that the server's kernel had not acknowledged" GENERAL,
		.fields = FIELDS("60") "state=several looked_t_s=0.4 waiting=11 read=3 unread=4 "
				       "unaccepted=2 gone=1 unacknowledged=1 process=httpd "
				       "pid=4711 processes=1"},
	{SILENT, "of two kinds", of_two_kinds, "never-answered ",
		.fields = FIELDS("60") "state=several looked_t_s=0.4 waiting=4 read=1 unread=0 "
				       "unaccepted=3 gone=0 unacknowledged=0"},
	{SILENT, "of no kind", of_no_kind, "never-answered ", .text = MIXED GENERAL,
		.fields = FIELDS("60") "state=unknown"},
	{SILENT, "beside what is not closed", beside_unclosed,
		"never-answered server-never-closes ",
		.fields = "t_s=0.6 last_t_s=0.9 unanswered=60 attempted=1000 first_requests=60 "
			  "timeout_s=0.5 state=unknown"},
	{SILENT, "all wait to be accepted", all_never_accepted, "never-accepted "},
	{SILENT, "some wait to be accepted", some_never_accepted, "never-accepted never-answered ",
		.text = "no byte of a response came within 0.5 s (--timeout) on 30 of 1000 "
			"connections, "
			"whose handshake and request were complete (of all 100 without an answer "
			"60 on "
			"the first request of a connection, 40 later; given up from 0.60 to 0.90 "
			"s)" GENERAL,
		.fields = "t_s=0.6 last_t_s=0.9 unanswered=30 attempted=1000 first_requests=60 "
			  "timeout_s=0.5 state=unknown"},
	{SILENT, "stopped meanwhile", stopped_meanwhile, "server-stopped "},
	{SILENT, "another was stopped", another_stopped_meanwhile,
		"server-stopped never-answered "},
	{SILENT, "handshakes that did not end", handshakes_timed_out, ""},
};

const struct finding_cases cases_of_unanswered = {cases, sizeof(cases) / sizeof(cases[0])};
