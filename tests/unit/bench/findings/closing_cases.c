/* Cases of connections that an end does not close. */
#include "made_up_trial.h"

/* In samples `from` up to `to`. */
static void state(struct made_up *m, enum td_who end, enum socket_state state, uint64_t sockets,
	size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		struct sample *s = &m->samples[i];
		(end == TD_SERVER ? &s->server : &s->client)->census.by_owner[state] = sockets;
	}
}

static void leak(struct made_up *m)
{
	state(m, TD_SERVER, SOCKET_CLOSE_WAIT_OWNED, 20, 4, SAMPLES);
	m->trial.still_open.server_close_wait_ms = 1700;
}

/* By the ticks of the kernel the oldest is older than the load. */
static void leak_from_the_first_instant(struct made_up *m)
{
	leak(m);
	m->trial.still_open.server_close_wait_ms = 1000000;
}

static void leak_of_one_process(struct made_up *m)
{
	leak(m);
	m->trial.server_end.holders[SOCKET_CLOSE_WAIT_OWNED] =
		(struct holder){.pid = 4711, .processes = 1, .held = 20, .name = "httpd"};
}

static void leak_of_several_processes(struct made_up *m)
{
	leak(m);
	m->trial.server_end.holders[SOCKET_CLOSE_WAIT_OWNED] =
		(struct holder){.pid = 4711, .processes = 3, .held = 12, .name = "httpd"};
}

static void closed_late(struct made_up *m)
{
	state(m, TD_SERVER, SOCKET_CLOSE_WAIT_OWNED, 20, 4, SAMPLES - 1);
}

static void never_accepted(struct made_up *m)
{
	state(m, TD_SERVER, SOCKET_CLOSE_WAIT_UNACCEPTED, 20, 4, SAMPLES);
}

static void leak_of_the_client(struct made_up *m)
{
	state(m, TD_CLIENT, SOCKET_CLOSE_WAIT_OWNED, 20, 4, SAMPLES);
}

/* The server closes first. Of its orphans in FIN_WAIT_2 these are gone and were no TIME_WAIT, and
 * the packet tap has seen what came for each. */
static void orphans(struct made_up *m, uint64_t expired, uint64_t killed)
{
	m->strategy.first_closer = m->strategy.holder = TD_SERVER;
	state(m, TD_SERVER, SOCKET_FIN_WAIT_2_ORPHANED, 20, 3, 10);
	made_up_count(m, TD_SERVER, offsetof(struct counters, tw), OPENED, 3);
	made_up_count(m, TD_SERVER, offsetof(struct counters, out_rsts), expired + killed, 12);
	m->trial.packet_tap.counts = (struct first_closer_counts){.connections = OPENED,
		.server = OPENED,
		.at_server = {.time_wait = OPENED - expired - killed,
			.expired = expired,
			.killed_by_data = killed}};
}

static void expired(struct made_up *m)
{
	orphans(m, 20, 0);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_fin_timeout", "60");
}

static void became_time_wait(struct made_up *m)
{
	orphans(m, 0, 0);
}

static void killed(struct made_up *m)
{
	orphans(m, 0, 20);
}

/* The server's RSTs were sent, and no packet tells what for. */
static void gone_unseen(struct made_up *m)
{
	orphans(m, 20, 0);
	m->trial.packet_tap.counts = (struct first_closer_counts){.connections = 0};
}

/* Each of 12 SYNs draws a challenge, which a RST answers, and is sent again. */
static void old_met_with(struct made_up *m, uint64_t syns_again)
{
	made_up_count(m, TD_SERVER, offsetof(struct counters, challenge_ack), 14, 6);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, out_rsts), 13, 6);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, syn_retrans), syns_again, 7);
	m->trial.packet_tap.counts.met_old = 3;
}

static void old_met(struct made_up *m)
{
	old_met_with(m, 12);
}

/* A RST or data that lies within the window, but not where it should, is challenged, too. */
static void challenged_and_reset(struct made_up *m)
{
	old_met_with(m, 0);
}

static void syn_sent_again(struct made_up *m)
{
	made_up_count(m, TD_CLIENT, offsetof(struct counters, syn_retrans), 12, 7);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, out_rsts), 13, 6);
	m->trial.packet_tap.counts.met_old = 3;
}

static void challenged_unseen(struct made_up *m)
{
	old_met(m);
	m->trial.packet_tap.counts.met_old = 0;
}

/* Looks found so many closes that threads were asleep in; a census, as many sockets. */
static void asleep_in_close(struct made_up *m, uint64_t closes)
{
	m->trial.server_end.close_watch = (struct close_watch_report){.looks = 40,
		.threads = 9,
		.blocked = closes,
		.at_once = closes ? 4 : 0,
		.first_ns = START_NS + 3 * PERIOD_NS,
		.longest_ms = closes ? 1234 : 0,
		.processes = 1,
		.pid = 4711,
		.name = "httpd"};
	state(m, TD_SERVER, SOCKET_FIN_WAIT_1, 5, 4, 6);
	state(m, TD_SERVER, SOCKET_FIN_WAIT_2_ORPHANED, 3, 4, 6);
	state(m, TD_SERVER, SOCKET_ORPHANED, 3, 4, 6);
}

static void close_blocks(struct made_up *m)
{
	asleep_in_close(m, 12);
}

static void close_blocks_of_several(struct made_up *m)
{
	asleep_in_close(m, 12);
	m->trial.server_end.close_watch.processes = 2;
}

/* The client's FIN came first. */
static void close_blocks_in_last_ack(struct made_up *m)
{
	asleep_in_close(m, 12);
	state(m, TD_SERVER, SOCKET_FIN_WAIT_1, 0, 4, 6);
	state(m, TD_SERVER, SOCKET_LAST_ACK, 1, 5, 6);
}

/* Sockets that the process has shut down, or the kernel alone closes. */
static void closes_late(struct made_up *m)
{
	asleep_in_close(m, 0);
}

/* What these threads close is no socket: the kernel alone holds those that are closing. */
static void close_blocks_of_a_terminal(struct made_up *m)
{
	asleep_in_close(m, 12);
	state(m, TD_SERVER, SOCKET_ORPHANED, 8, 4, 6);
}

static void close_blocks_of_the_client(struct made_up *m)
{
	asleep_in_close(m, 12);
	state(m, TD_SERVER, SOCKET_FIN_WAIT_1, 0, 4, 6);
	state(m, TD_CLIENT, SOCKET_FIN_WAIT_1, 5, 4, 6);
}

/* The longest took 1.01 s; the first came at 0.4 s. */
static void late_fins(struct made_up *m, uint64_t late)
{
	m->trial.totals.closed_late = late;
	m->trial.totals.closed_late_ns = START_NS + 4 * PERIOD_NS;
	m->trial.totals.closed_late_most_ns = 1010000000;
}

static void fins_late(struct made_up *m)
{
	late_fins(m, 10);
}

static void one_holds_what_closes_late(struct made_up *m)
{
	fins_late(m);
	m->trial.server_end.late_holder = (struct holder){4711, 1, 20, "httpd"};
}

static void closes_late_since_it_is_stopped(struct made_up *m)
{
	fins_late(m);
	m->trial.server_end.stop_watch.stopped_ns = 300000000;
}

static void closes_late_though_stopped_for_a_moment(struct made_up *m)
{
	fins_late(m);
	m->trial.server_end.stop_watch.stopped_ns = 299000000;
}

static void closes_late_by_accident(struct made_up *m)
{
	late_fins(m, 9);
}

static void fins_sent_again(struct made_up *m)
{
	fins_late(m);
	made_up_count(m, TD_SERVER, offsetof(struct counters, retrans_segs), 1, 2);
}

static void few_fins_sent_again(struct made_up *m)
{
	late_fins(m, 30);
	made_up_count(m, TD_SERVER, offsetof(struct counters, retrans_segs), 20, 2);
}

/* The client's FIN was first. */
static void closes_late_behind_the_client(struct made_up *m)
{
	struct first_closer_counts *counts = &m->trial.packet_tap.counts;
	made_up_wrk(m);
	counts->connections = counts->client = OPENED;
	counts->at_client.fin_first = OPENED;
	counts->at_server.fin_behind_fin =
		(struct ending_span){OPENED, 1000000, 1000, UINT64_C(1500000000), 10};
}

static void late_fins_sent_again(struct made_up *m)
{
	closes_late_behind_the_client(m);
	made_up_count(m, TD_SERVER, offsetof(struct counters, retrans_segs), 1, 2);
}

static void the_clients_fins_sent_again(struct made_up *m)
{
	closes_late_behind_the_client(m);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, retrans_segs), 1, 2);
}

static void a_share_closes_late(struct made_up *m)
{
	struct first_closer_counts *counts = &m->trial.packet_tap.counts;
	closes_late_behind_the_client(m);
	m->trial.packet_tap.share = 4;
	counts->connections = counts->client = OPENED / 4;
}

static void a_few_close_late(struct made_up *m)
{
	closes_late_behind_the_client(m);
	m->trial.packet_tap.counts.at_server.fin_behind_fin.late = 9;
}

/* What took so long may have been the response. */
static void answers_late(struct made_up *m)
{
	closes_late_behind_the_client(m);
	m->trial.packet_tap.counts.at_client.half_closed = 1;
}

static void answers_one_that_has_gone(struct made_up *m)
{
	closes_late_behind_the_client(m);
	m->trial.packet_tap.counts.at_client.resets_answered[RESET_BEHIND_BOTH_FINS] = 1;
}

/* The server's FIN was first, and on 10 of 1000 connections the client's came late; so many were in
 * CLOSE_WAIT at the client when it ended. */
static void client_closes_late(struct made_up *m, uint64_t held_at_end)
{
	struct first_closer_counts *counts = &m->trial.packet_tap.counts;
	made_up_wrk(m);
	m->strategy.first_closer = m->strategy.holder = TD_SERVER;
	counts->connections = counts->server = OPENED;
	counts->at_server.time_wait = counts->at_server.fin_first = OPENED;
	counts->at_client.fin_behind_fin =
		(struct ending_span){OPENED, 1000000, 1000, UINT64_C(1500000000), 10};
	made_up_count(m, TD_SERVER, offsetof(struct counters, tw), OPENED, 3);
	state(m, TD_CLIENT, SOCKET_CLOSE_WAIT_OWNED, 10, 4, SAMPLES);
	state(m, TD_CLIENT, SOCKET_CLOSE_WAIT_OWNED, held_at_end, SAMPLES - 3, SAMPLES);
}

static void client_closes_some_late(struct made_up *m)
{
	client_closes_late(m, 9);
}

static void client_closes_when_some_have_expired(struct made_up *m)
{
	client_closes_some_late(m);
	made_up_count(m, TD_SERVER, offsetof(struct counters, out_rsts), 1, 12);
	m->trial.packet_tap.counts.at_server.time_wait = OPENED - 1;
	m->trial.packet_tap.counts.at_server.expired = 1;
}

static void client_closes_none(struct made_up *m)
{
	client_closes_late(m, 10);
}

static void client_closes_none_of_a_share(struct made_up *m)
{
	client_closes_late(m, 3);
	m->trial.packet_tap.share = 4;
	m->trial.packet_tap.counts.connections = OPENED / 4;
}

static void client_closes_nine_late(struct made_up *m)
{
	client_closes_some_late(m);
	m->trial.packet_tap.counts.at_client.fin_behind_fin.late = 9;
}

static void clients_fin_sent_again(struct made_up *m)
{
	client_closes_some_late(m);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, retrans_segs), 1, 2);
}

/* The client had more to send behind the server's FIN. */
static void client_uploads_on(struct made_up *m)
{
	client_closes_none(m);
	m->trial.packet_tap.counts.at_server.half_closed = 1;
}

static void builtin_closes_late(struct made_up *m)
{
	client_closes_some_late(m);
	m->trial.load.is_third_party = false;
}

/* The census finds none any more, and its end is seen within 0.2 s. */
static void client_has_ended(struct made_up *m, size_t none_from)
{
	client_closes_none(m);
	state(m, TD_CLIENT, SOCKET_CLOSE_WAIT_OWNED, 0, none_from, SAMPLES);
}

static void client_ends_in_time(struct made_up *m)
{
	client_has_ended(m, SAMPLES - 2);
}

static void client_closes_all_before_its_end(struct made_up *m)
{
	client_has_ended(m, SAMPLES - 3);
}

/* A third party's load, by packets. */
static void announced_and_late(struct made_up *m, uint64_t late)
{
	made_up_wrk(m);
	m->trial.packet_tap.counts.responses.close_behind =
		(struct ending_span){.count = 500, .most_ns = UINT64_C(1500000000), .late = late};
}

static void announced_and_some_late(struct made_up *m)
{
	announced_and_late(m, 10);
}

static void announced_and_few_late(struct made_up *m)
{
	announced_and_late(m, 9);
}

#define LATE "server-closes-late"
#define BLOCKS "close-blocks"
#define OLD "old-connection-met"
#define LEAK "close-wait-leak"
#define CLIENT "client-never-closes"
#define CLIENT_LATE "client-closes-late"

#define LATE_CAUSE                                                                                 \
	"the kernel sends a FIN when the last descriptor is closed: close(2) was called late, or " \
	"a child process has inherited the descriptor; have the server call shutdown(SHUT_WR) "    \
	"behind its last response, and open its sockets with SOCK_CLOEXEC"

static const struct finding_case cases[] = {
	{CLIENT_LATE, "one in a hundred", client_closes_some_late, CLIENT_LATE " ",
		.text = "on 10 of 1000 connections the client's FIN came 0.3 s or more behind the "
			"server's (1.5 s at most): they waited in CLOSE_WAIT at the client (9 when "
			"the loader ended), and in FIN_WAIT_2 at the server; have the client close "
			"as soon as read(2) returns 0, look so at what lies in its pool, and leave "
			"no descriptor to a child",
		.fields = "late=10 opened=1000 longest_s=1.5 held_at_end=9"},
	{CLIENT_LATE, "fewer", client_closes_nine_late, ""},
	{CLIENT_LATE, "FINs that were sent again", clients_fin_sent_again, ""},
	{CLIENT_LATE, "the builtin loader", builtin_closes_late, ""},
	{CLIENT_LATE, "some had expired", client_closes_when_some_have_expired,
		"client-never-closes "},
	{CLIENT_LATE, "none of them is closed", client_closes_none, "client-never-closes "},
	{CLIENT, "until it ends", client_closes_none, "client-never-closes ",
		.text = "the client had not closed 10 or more of 1000 connections that the server "
			"had "
			"closed when the loader came to its end: they were in CLOSE_WAIT (first "
			"seen "
			"at 0.4 s), the oldest for 1.5 s, where no timer ends them and each costs "
			"a "
			"descriptor, and the server's ends waited in FIN_WAIT_2; have the client "
			"close "
			"when read(2) returns 0",
		.fields = "t_s=0.4 held=10 opened=1000 oldest_s=1.5"},
	{CLIENT, "a share was seen", client_closes_none_of_a_share, "client-never-closes "},
	{CLIENT, "closed by its end", client_ends_in_time, "client-never-closes "},
	{CLIENT, "closed before its end", client_closes_all_before_its_end, CLIENT_LATE " "},
	{CLIENT, "one is closed", client_closes_some_late, CLIENT_LATE " "},
	{CLIENT, "more to send", client_uploads_on, ""},
	{LATE, "one in a hundred", fins_late, "server-closes-late ",
		.text = "on 10 of 1000 connections the server's FIN came 0.3 s or more after the "
			"last byte of the response (1.01 s at most, the first at 0.40 "
			"s); " LATE_CAUSE,
		.fields = "t_s=0.4 late=10 opened=1000 longest_s=1.01"},
	{LATE, "its holder was seen", one_holds_what_closes_late, "server-closes-late ",
		.text = "on 10 of 1000 connections the server's FIN came 0.3 s or more after the "
			"last byte of the response (1.01 s at most, the first at 0.40 s): "
			"meanwhile "
			"the socket was held by httpd (pid 4711); " LATE_CAUSE,
		.fields = "t_s=0.4 late=10 opened=1000 longest_s=1.01 process=httpd pid=4711 "
			  "processes=1"},
	{LATE, "stopped for a moment", closes_late_though_stopped_for_a_moment,
		"server-closes-late "},
	{LATE, "the server was stopped", closes_late_since_it_is_stopped, ""},
	{LATE, "more than were sent again", few_fins_sent_again, "server-closes-late "},
	{LATE, "behind the client's FIN", closes_late_behind_the_client, "server-closes-late ",
		.text = "on 10 of 1000 connections the server's FIN came 0.3 s or more behind the "
			"client's (1.5 s at most): they waited in CLOSE_WAIT at the "
			"server; " LATE_CAUSE,
		.fields = "late=10 opened=1000 longest_s=1.5"},
	{LATE, "of a third party's load", announced_and_some_late, "server-closes-late ",
		.text = "on 10 of 500 connections seen whose response announced the close the "
			"server's FIN came 0.3 s or more after its last byte (1.5 s at most): a "
			"client that waits for the end of the stream takes that for the time of "
			"the answer; " LATE_CAUSE,
		.fields = "late=10 seen=500 opened=1000 longest_s=1.5"},
	{LATE, "few of a third party's load", announced_and_few_late, ""},
	{LATE, "a share was seen", a_share_closes_late, "server-closes-late ",
		.fields = "late=40 opened=1000 longest_s=1.5"},
	{LATE, "the client's FINs were sent again", the_clients_fins_sent_again,
		"server-closes-late "},
	{LATE, "FINs behind the client's were sent again", late_fins_sent_again, ""},
	{LATE, "by accident", closes_late_by_accident, ""},
	{LATE, "FINs that were sent again", fins_sent_again, ""},
	{LATE, "a few behind the client's", a_few_close_late, ""},
	{LATE, "answers late", answers_late, ""},
	{LATE, "answers a client that has gone", answers_one_that_has_gone, ""},
	{LEAK, "twenty", leak, "close-wait-leak ",
		.text = "the server did not close 20 of 1000 connections that the client had "
			"closed: its process holds them in CLOSE_WAIT, the oldest for 1.7 s (since "
			"0.3 s), where no timer ends them, and each costs a descriptor; "
			"have the server close when read(2) returns 0",
		.fields = "t_s=0.3 held=20 opened=1000 oldest_s=1.7"},
	{LEAK, "from the first instant", leak_from_the_first_instant, "close-wait-leak ",
		.fields = "t_s=0 held=20 opened=1000 oldest_s=1000"},
	{LEAK, "of one process", leak_of_one_process, "close-wait-leak ",
		.text = "the server did not close 20 of 1000 connections that the client had "
			"closed: httpd (pid 4711) holds them in CLOSE_WAIT, the oldest for 1.7 s "
			"(since 0.3 s), where no timer ends them, and each costs a descriptor; "
			"have the server close when read(2) returns 0",
		.fields = "t_s=0.3 held=20 opened=1000 oldest_s=1.7 process=httpd pid=4711 "
			  "processes=1"},
	{LEAK, "of several processes", leak_of_several_processes, "close-wait-leak ",
		.text = "the server did not close 20 of 1000 connections that the client had "
			"closed: httpd (pid 4711) and 2 other processes hold them in CLOSE_WAIT, "
			"the oldest for 1.7 s (since 0.3 s), where no timer ends them, and each "
			"costs a descriptor; have the server close when read(2) returns 0",
		.fields = "t_s=0.3 held=20 opened=1000 oldest_s=1.7 process=httpd pid=4711 "
			  "processes=3"},
	{LEAK, "closed late", closed_late, ""},
	{LEAK, "never accepted", never_accepted, ""},
	{LEAK, "the client's", leak_of_the_client, ""},
	{BLOCKS, "twelve", close_blocks, "close-blocks ",
		.text = "close(2) blocked httpd (pid 4711): 12 times a thread was seen asleep in "
			"it, the first at 0.30 s, for 1.23 s at the longest, and up to 4 of 9 "
			"threads at once, which serve nobody meanwhile; the server sets SO_LINGER "
			"with a time, and that makes close(2) wait, of a non-blocking socket, too, "
			"until the client has acknowledged everything: leave SO_LINGER alone, the "
			"kernel delivers the rest after close(2), too",
		.fields = "t_s=0.3 blocked=12 at_once=4 threads=9 longest_s=1.234 process=httpd "
			  "pid=4711"},
	{BLOCKS, "of several processes", close_blocks_of_several, "close-blocks "},
	{BLOCKS, "in LAST_ACK", close_blocks_in_last_ack, "close-blocks "},
	{BLOCKS, "in no close(2)", closes_late, ""},
	{BLOCKS, "of no socket", close_blocks_of_a_terminal, ""},
	{BLOCKS, "with the client's sockets", close_blocks_of_the_client, ""},
	{CLIENT, "twenty", expired, "client-never-closes ",
		.text = "the client did not close 20 of 1000 connections in time after the "
			"server's FIN: they waited in FIN_WAIT_2 at the server (first seen at 0.3 "
			"s) until tcp_fin_timeout (60 s), or the server's TCP_LINGER2, ended them "
			"without a TIME_WAIT; have the client close when read(2) returns 0",
		.fields = "t_s=0.3 expired=20 opened=1000"},
	{CLIENT, "closed late", became_time_wait, ""},
	{CLIENT, "killed by data", killed, ""},
	{CLIENT, "nothing tells", gone_unseen, ""},
	{OLD, "twelve", old_met, "old-connection-met ",
		.text = "12 of 1000 connections met an old one of the same ports at the server "
			"(TCPChallengeACK, first seen at 0.6 s): the client had forgotten it, had "
			"to reset it, and sent its SYN again; have the server end what its clients "
			"have left (close when read(2) returns 0, SO_KEEPALIVE), or give the "
			"client more ports",
		.fields = "t_s=0.6 met=12 opened=1000"},
	{OLD, "challenges of another kind", challenged_and_reset, ""},
	{OLD, "SYNs that were lost", syn_sent_again, ""},
	{OLD, "none was seen", challenged_unseen, ""},
};

const struct finding_cases cases_of_closing = {cases, sizeof(cases) / sizeof(cases[0])};
