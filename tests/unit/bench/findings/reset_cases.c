/* Cases of why an end's kernel sent a RST. */
#include "made_up_trial.h"

#define COUNTER(name) offsetof(struct counters, name)

/* The server resets so many connections from 0.3 s on, each for the reason that this counter has.
 */
static void server_aborts(struct made_up *m, size_t counter, uint64_t resets)
{
	m->strategy.first_closer = m->strategy.holder = TD_SERVER;
	made_up_count(m, TD_SERVER, counter, resets, 3);
	made_up_count(m, TD_SERVER, COUNTER(out_rsts), resets, 3);
}

static void unread(struct made_up *m)
{
	server_aborts(m, COUNTER(abort_on_close), 40);
}

/* Reset before an answer, or in its middle. */
static void unread_and_lost(struct made_up *m)
{
	unread(m);
	m->trial.totals.outcomes[OUTCOME_RESET] = 30;
	m->trial.totals.outcomes[OUTCOME_SHORT] = 5;
}

/* A worker that is killed. */
static void unread_by_processes_that_ended(struct made_up *m)
{
	unread_and_lost(m);
	m->trial.server_end.ended = 9;
}

/* The server's kernel gives up 12 connections from 0.5 s on; `established` of them in ESTABLISHED.
 */
static void given_up(struct made_up *m, uint64_t established, uint64_t zero_windows)
{
	made_up_count(m, TD_SERVER, COUNTER(abort_on_timeout), 12, 5);
	made_up_count(m, TD_SERVER, COUNTER(estab_resets), established, 5);
	made_up_count(m, TD_CLIENT, COUNTER(to_zero_window), zero_windows, 4);
}

static void not_read(struct made_up *m)
{
	given_up(m, 12, 30);
}

/* At its end the client resets what it has not read. */
static void not_read_and_reset(struct made_up *m)
{
	given_up(m, 12, 30);
	m->strategy.first_closer = m->strategy.holder = TD_SERVER;
	made_up_count(m, TD_CLIENT, COUNTER(out_rsts), 60, 9);
	made_up_count(m, TD_SERVER, COUNTER(abort_on_timeout), 48, 5);
}

static void gone(struct made_up *m)
{
	given_up(m, 12, 0);
	made_up_count(m, TD_SERVER, COUNTER(out_rsts), 1, 9);
}

static void gone_behind_the_close(struct made_up *m)
{
	given_up(m, 4, 0);
}

static void given_up_beside_a_proxys(struct made_up *m)
{
	not_read(m);
	m->trial.packet_tap.others.server.attempted = 11;
}

static void given_up_of_a_proxy(struct made_up *m)
{
	not_read(m);
	m->trial.packet_tap.others.server.attempted = 12;
}

static void given_up_by_the_client(struct made_up *m)
{
	made_up_count(m, TD_CLIENT, COUNTER(abort_on_timeout), 12, 5);
	made_up_count(m, TD_CLIENT, COUNTER(to_zero_window), 30, 4);
}

static void unread_and_of_others(struct made_up *m)
{
	unread(m);
	m->trial.packet_tap.others.server.resets = 39;
}

static void unread_of_others(struct made_up *m)
{
	unread(m);
	m->trial.packet_tap.others.server.resets = 40;
}

static void unread_by_the_client(struct made_up *m)
{
	made_up_count(m, TD_CLIENT, COUNTER(abort_on_close), 40, 3);
}

/* The strategy resets in any case. */
static void unread_where_a_reset_is_declared(struct made_up *m)
{
	unread(m);
	m->strategy.holder = TD_NONE;
}

static void unread_of_a_third_party(struct made_up *m)
{
	unread_where_a_reset_is_declared(m);
	made_up_third_party_server(m);
}

static void unread_before(struct made_up *m)
{
	made_up_count(m, TD_SERVER, COUNTER(abort_on_close), 40, 0);
	m->trial.before.server.counters.abort_on_close = 40;
}

/* Of all resets that the packet tap saw, those behind a FIN are of data that came after it. */
static void resets_seen(struct made_up *m, uint64_t without_fin, uint64_t beside_fin)
{
	struct first_closer_counts *counts = &m->trial.packet_tap.counts;
	counts->connections = counts->server = OPENED;
	counts->at_server.reset_without_fin = without_fin;
	counts->at_server.reset_beside_fin = beside_fin;
}

/* The client resets, too: EstabResets does not tell whose these were. */
static void chosen_beside_the_clients(struct made_up *m)
{
	struct first_closer_counts *counts = &m->trial.packet_tap.counts;
	server_aborts(m, COUNTER(abort_on_data), 45);
	made_up_count(m, TD_SERVER, COUNTER(estab_resets), 45, 3);
	made_up_count(m, TD_CLIENT, COUNTER(out_rsts), 49, 3);
	resets_seen(m, 45, 0);
	counts->at_server.resets_sent[RESET_OPEN] = 20;
	counts->at_server.resets_sent[RESET_ACROSS_FIN] = 15;
	counts->at_server.resets_sent[RESET_BEHIND_OTHER_FIN] = 10;
	counts->at_client.reset_without_fin = 49;
	counts->at_client.resets_sent[RESET_BEHIND_OTHER_FIN] = 49;
}

/* One in four was seen: 40 resets of the server are 160. */
static void chosen_of_a_share(struct made_up *m)
{
	struct first_closer_counts *counts = &m->trial.packet_tap.counts;
	server_aborts(m, COUNTER(abort_on_data), 170);
	m->trial.packet_tap.share = 4;
	resets_seen(m, 40, 0);
	counts->connections = counts->server = OPENED / 4;
	counts->at_server.resets_sent[RESET_OPEN] = 40;
}

/* 9 less three times 3, times four. */
static void chosen_of_too_small_a_share(struct made_up *m)
{
	chosen_of_a_share(m);
	m->trial.packet_tap.counts.at_server.resets_sent[RESET_OPEN] = 9;
}

/* What is counted is the answers to late data. */
static void answered_beside_unread(struct made_up *m)
{
	unread(m);
	server_aborts(m, COUNTER(abort_on_data), 30);
	resets_seen(m, 40, 30);
	m->trial.packet_tap.counts.at_server.resets_sent[RESET_OPEN] = 40;
	m->trial.packet_tap.counts.at_server.resets_answered[RESET_BEHIND_OWN_FIN] = 20;
	m->trial.packet_tap.counts.at_server.resets_answered[RESET_OPEN] = 10;
}

/* shutdown(2), then close(2) with SO_LINGER{1,0}: the connection was not open any more. */
static void behind_fin(struct made_up *m)
{
	struct ending_counts *server = &m->trial.packet_tap.counts.at_server;
	server_aborts(m, COUNTER(abort_on_data), 40);
	resets_seen(m, 0, 40);
	server->killed_by_data = server->fin_first = 40;
	server->resets_sent[RESET_BEHIND_OWN_FIN] = 38;
	server->resets_sent[RESET_BEHIND_BOTH_FINS] = 2;
	server->reset_behind_fin = (struct ending_span){40, 80000000, 500000, 31000000, 0};
}

/* Of large responses the FIN was not sent yet. */
static void behind_fin_and_in_place(struct made_up *m)
{
	behind_fin(m);
	server_aborts(m, COUNTER(abort_on_data), 25);
	m->trial.packet_tap.counts.at_server.reset_without_fin = 25;
	m->trial.packet_tap.counts.at_server.resets_sent[RESET_OPEN] = 25;
	m->trial.totals.truncated[RESPONSE_BY_LENGTH] = m->trial.totals.truncated_by_reset = 25;
	m->trial.totals.outcomes[OUTCOME_RESET] = 25;
}

static void behind_fin_of_a_share(struct made_up *m)
{
	behind_fin(m);
	server_aborts(m, COUNTER(abort_on_data), 110);
	m->trial.packet_tap.share = 4;
	m->trial.packet_tap.counts.connections = m->trial.packet_tap.counts.server = OPENED / 4;
}

/* A server that waits for the client's FIN, and then no longer. */
static void late_behind_fin(struct made_up *m)
{
	behind_fin(m);
	m->trial.packet_tap.counts.at_server.reset_behind_fin =
		(struct ending_span){40, UINT64_C(48000000000), 400000000, 2500000000, 40};
}

static void behind_fin_with_wrk(struct made_up *m)
{
	made_up_wrk(m);
	behind_fin(m);
}

/* Late data, to which the kernel answers. */
static void answered_behind_fin(struct made_up *m)
{
	struct ending_counts *server = &m->trial.packet_tap.counts.at_server;
	behind_fin(m);
	server->resets_answered[RESET_BEHIND_OWN_FIN] = 40;
	server->resets_sent[RESET_BEHIND_OWN_FIN] = server->resets_sent[RESET_BEHIND_BOTH_FINS] = 0;
}

/* A close_notify, on most connections; a load of which all were looked at, or the first ones. */
static void notified_behind_fin(struct made_up *m)
{
	struct ending_counts *server = &m->trial.packet_tap.counts.at_server;
	server_aborts(m, COUNTER(abort_on_data), 40);
	resets_seen(m, 0, 40);
	server->killed_by_data = server->fin_first = 40;
	server->resets_answered[RESET_BEHIND_OWN_FIN] = 40;
	m->trial.packet_tap.counts.late_data =
		(struct late_data){80, 40, 40, 40, START_NS + 3 * PERIOD_NS};
}

static void data_behind_fin(struct made_up *m)
{
	notified_behind_fin(m);
	m->trial.packet_tap.counts.late_data.knew_fin = 30;
	m->trial.packet_tap.counts.late_data.tls_alerts = 0;
	m->trial.server_end.ended = 9;
}

static void data_behind_fin_as_declared(struct made_up *m)
{
	notified_behind_fin(m);
	m->strategy.holder = TD_NONE;
}

/* One of a hundred is told, and fewer are not. */
static void few_behind_fin(struct made_up *m)
{
	notified_behind_fin(m);
	m->trial.packet_tap.counts.late_data.looked_at = 4000;
}

static void too_few_behind_fin(struct made_up *m)
{
	notified_behind_fin(m);
	m->trial.packet_tap.counts.late_data.looked_at = 4001;
}

/* A RST answers the client's FIN, which came too late. */
static void fin_behind_fin(struct made_up *m)
{
	notified_behind_fin(m);
	m->trial.packet_tap.counts.late_data.reset = 0;
}

/* close(2) with input unread: the RST comes in place of the FIN. */
static void unread_and_looked_at(struct made_up *m)
{
	unread(m);
	m->trial.packet_tap.counts.late_data.looked_at = 80;
}

static void nothing_looked_at(struct made_up *m)
{
	notified_behind_fin(m);
	m->trial.packet_tap.counts.late_data = (struct late_data){.looked_at = 0};
}

static void both_behind_fin(struct made_up *m)
{
	behind_fin(m);
	server_aborts(m, COUNTER(abort_on_data), 30);
	m->trial.packet_tap.counts.at_server.reset_beside_fin = 70;
	m->trial.packet_tap.counts.at_server.resets_answered[RESET_BEHIND_OWN_FIN] = 30;
}

static void unread_behind_fin(struct made_up *m)
{
	behind_fin(m);
	made_up_count(m, TD_SERVER, COUNTER(abort_on_data), (uint64_t)-40, 3);
	made_up_count(m, TD_SERVER, COUNTER(abort_on_close), 40, 3);
}

static void linger2_behind_fin(struct made_up *m)
{
	behind_fin(m);
	made_up_count(m, TD_SERVER, COUNTER(abort_on_data), (uint64_t)-40, 3);
	made_up_count(m, TD_SERVER, COUNTER(abort_on_linger), 40, 3);
}

static void linger2_as_declared(struct made_up *m)
{
	linger2_behind_fin(m);
	m->strategy.holder = TD_NONE;
}

static void linger2_of_the_client(struct made_up *m)
{
	made_up_count(m, TD_CLIENT, COUNTER(abort_on_linger), 40, 3);
}

static void behind_fin_as_declared(struct made_up *m)
{
	behind_fin(m);
	m->strategy.holder = TD_NONE;
}

/* SO_LINGER{1,0}: these were open until then. */
static void chosen(struct made_up *m)
{
	server_aborts(m, COUNTER(abort_on_data), 40);
	made_up_count(m, TD_SERVER, COUNTER(estab_resets), 40, 3);
}

/* 30 more of data that came late; 20 that timed out, which sends no RST. */
static void chosen_beside_others(struct made_up *m)
{
	chosen(m);
	server_aborts(m, COUNTER(abort_on_data), 30);
	made_up_count(m, TD_SERVER, COUNTER(estab_resets), 20, 3);
	made_up_count(m, TD_SERVER, COUNTER(abort_on_timeout), 20, 3);
}

static void chosen_by_a_third_party(struct made_up *m)
{
	chosen(m);
	m->strategy.holder = TD_NONE;
	made_up_third_party_server(m);
}

static void chosen_as_declared(struct made_up *m)
{
	chosen(m);
	m->strategy.holder = TD_NONE;
}

static void chosen_by_the_client(struct made_up *m)
{
	made_up_count(m, TD_CLIENT, COUNTER(abort_on_data), 40, 3);
	made_up_count(m, TD_CLIENT, COUNTER(out_rsts), 40, 3);
	made_up_count(m, TD_SERVER, COUNTER(estab_resets), 40, 3);
}

static void chosen_of_others(struct made_up *m)
{
	chosen(m);
	m->trial.packet_tap.others.server.resets = 40;
}

/* Data after the close; beside it the client resets others. */
static void late_data(struct made_up *m)
{
	server_aborts(m, COUNTER(abort_on_data), 40);
	made_up_count(m, TD_SERVER, COUNTER(estab_resets), 30, 3);
	made_up_count(m, TD_CLIENT, COUNTER(out_rsts), 30, 3);
	m->trial.packet_tap.counts.at_client.reset_without_fin = 30;
}

static void late_data_and_a_listener_closed(struct made_up *m)
{
	server_aborts(m, COUNTER(abort_on_data), 40);
	server_aborts(m, COUNTER(estab_resets), 30);
}

/* Nothing tells the reason. */
static void counted_and_not_seen(struct made_up *m)
{
	server_aborts(m, COUNTER(abort_on_data), 40);
}

/* No TCPAbort counter says why. */
static void listener_closed(struct made_up *m)
{
	server_aborts(m, COUNTER(estab_resets), 40);
	resets_seen(m, 40, 0);
	m->trial.server_end.accept_watch.gone = 1;
}

/* The server has dissolved its connections. */
static void listener_there_all_the_time(struct made_up *m)
{
	listener_closed(m);
	m->trial.server_end.accept_watch.gone = 0;
}

static void listener_closed_beside_others(struct made_up *m)
{
	listener_closed(m);
	made_up_count(m, TD_SERVER, COUNTER(estab_resets), 60, 3);
	made_up_count(m, TD_SERVER, COUNTER(out_rsts), 60, 3);
	made_up_count(m, TD_SERVER, COUNTER(abort_on_timeout), 60, 5);
	made_up_count(m, TD_SERVER, COUNTER(estab_resets), 30, 5);
	made_up_count(m, TD_CLIENT, COUNTER(out_rsts), 30, 5);
}

static void listener_closed_and_none_other(struct made_up *m)
{
	listener_closed(m);
	made_up_setting(m, TD_SERVER, "net.ipv4.tcp_migrate_req", "1");
	made_up_count(m, TD_SERVER, COUNTER(migrate_success), 7, 3);
	made_up_count(m, TD_SERVER, COUNTER(migrate_failure), 40, 3);
}

static void one_listener_closed(struct made_up *m)
{
	listener_closed(m);
	m->trial.server_end.accept_watch.at_once = 1;
}

static void one_of_two_listeners_closed(struct made_up *m)
{
	listener_closed(m);
	m->trial.server_end.accept_watch.at_once = 2;
}

static void one_listener_closed_that_would_migrate(struct made_up *m)
{
	listener_closed_and_none_other(m);
	m->trial.server_end.accept_watch.at_once = 1;
}

/* Each of the server's resets has its counter. */
static void listener_open(struct made_up *m)
{
	unread(m);
	made_up_count(m, TD_SERVER, COUNTER(estab_resets), 40, 3);
	resets_seen(m, 40, 0);
}

/* A server answers with resets what fits no socket, and its own connections are reset. */
static void listener_open_and_client_resets(struct made_up *m)
{
	listener_closed(m);
	made_up_count(m, TD_CLIENT, COUNTER(out_rsts), 40, 3);
	m->trial.packet_tap.counts.at_client.reset_without_fin = 15;
	m->trial.packet_tap.counts.at_client.reset_beside_fin = 25;
}

/* While nothing listens, SYNs meet TIME_WAITs: the client's RSTs end no connection. */
static void listener_closed_and_time_waits_met(struct made_up *m)
{
	listener_closed(m);
	made_up_count(m, TD_CLIENT, COUNTER(out_rsts), 274, 3);
}

/* As many may have ended older connections. */
static void listener_closed_and_old_ones_met(struct made_up *m)
{
	listener_closed_and_time_waits_met(m);
	made_up_count(m, TD_SERVER, COUNTER(challenge_ack), 40, 3);
}

/* Of one in four connections: none of the client's RSTs was seen, which may be 36 of them. */
static void listener_closed_of_a_share(struct made_up *m)
{
	listener_closed_and_time_waits_met(m);
	m->trial.packet_tap.share = 4;
	resets_seen(m, 10, 0);
	m->trial.packet_tap.counts.connections = m->trial.packet_tap.counts.server = OPENED / 4;
}

/* Each RST that was seen is one. */
static void listener_closed_of_a_share_and_seen(struct made_up *m)
{
	listener_closed_of_a_share(m);
	m->trial.packet_tap.counts.at_server.resets_sent[RESET_OPEN] = 8;
	m->trial.packet_tap.counts.at_server.resets_sent[RESET_BEHIND_OTHER_FIN] = 2;
}

/* It may have been one of those that a counter explains. */
static void listener_open_of_a_share_and_seen(struct made_up *m)
{
	listener_closed_of_a_share_and_seen(m);
	made_up_count(m, TD_SERVER, COUNTER(abort_on_close), 36, 3);
}

static void listener_open_and_segments_that_fit_nothing(struct made_up *m)
{
	server_aborts(m, COUNTER(out_rsts), 20);
	resets_seen(m, 40, 0);
}

static void listener_of_others(struct made_up *m)
{
	listener_closed(m);
	m->trial.packet_tap.others.server.resets = 20;
}

/* The server's kernel sent no RST in place of a FIN. */
static void listener_closed_unseen(struct made_up *m)
{
	listener_closed(m);
	resets_seen(m, 0, 0);
}

/* Connections that were reset before a byte of an answer; of these `asked` behind a request. `sent`
 * are all resets that close(2) sent. */
static void unanswered(struct made_up *m, uint64_t reset, uint64_t asked, uint64_t sent)
{
	struct first_closer_counts *counts = &m->trial.packet_tap.counts;
	resets_seen(m, sent, 0);
	counts->at_server.resets_sent[RESET_OPEN] = sent;
	counts->leaving.reset_unanswered = reset;
	counts->leaving.reset_asked = asked;
	counts->leaving.reset_first_ns = START_NS + 3 * PERIOD_NS;
	m->trial.totals.outcomes[OUTCOME_RESET] = reset;
}

/* A limiter; some requests had come before it closed. */
static void limited(struct made_up *m)
{
	unread(m);
	chosen(m);
	unanswered(m, 80, 50, 80);
}

static void limited_unread(struct made_up *m)
{
	unread(m);
	unanswered(m, 40, 40, 40);
}

static void limited_unasked(struct made_up *m)
{
	chosen(m);
	unanswered(m, 40, 0, 40);
}

static void limited_by_processes_that_ended(struct made_up *m)
{
	limited_unread(m);
	m->trial.server_end.ended = 9;
}

/* 25 more had an answer in front of the RST. */
static void limited_beside_unread(struct made_up *m)
{
	unread(m);
	server_aborts(m, COUNTER(abort_on_close), 25);
	unanswered(m, 40, 40, 65);
	m->trial.totals.outcomes[OUTCOME_RESET] = 50;
}

/* Which of them were closed unread is not known: each of the counted may have had an answer. */
static void limited_or_unread(struct made_up *m)
{
	unread(m);
	unanswered(m, 40, 40, 80);
}

/* One in four was seen. */
static void limited_of_a_share(struct made_up *m)
{
	unread(m);
	server_aborts(m, COUNTER(abort_on_close), 120);
	unanswered(m, 40, 40, 40);
	m->trial.packet_tap.share = 4;
	m->trial.packet_tap.counts.connections = m->trial.packet_tap.counts.server = OPENED / 4;
}

static void limited_as_declared(struct made_up *m)
{
	limited(m);
	m->strategy.holder = TD_NONE;
}

/* A listener that was closed resets what waits. */
static void listener_closed_unanswered(struct made_up *m)
{
	listener_closed(m);
	unanswered(m, 40, 40, 40);
}

/* Kept connections beside a limiter. */
static void limited_beside_races(struct made_up *m)
{
	limited_unread(m);
	m->trial.totals.kept_unanswered = m->trial.totals.kept_connections = 5;
}

#define UNANSWERED "reset-unanswered"
#define UNREAD "reset-unread"
#define TIMEOUT "aborted-on-timeout"
#define CHOSEN "reset-chosen"
#define BEHIND "reset-behind-fin"
#define AFTER "reset-after-fin"
#define LISTENER "reset-listener-closed"

static const struct finding_case cases[] = {
	{AFTER, "a close_notify", notified_behind_fin, "reset-after-fin ",
		.text = "on 40 of 80 connections that were looked at (50 %) data of the client "
			"came behind the server's FIN, met a socket that was closed, and was "
			"answered with a RST (first at 0.3 s), so no TIME_WAIT protects the next "
			"connection of the same ports; on 40 of them it was as long as a TLS alert "
			"(close_notify); each time the client had the FIN, and so the whole "
			"response; read to the client's FIN before close(2): shutdown(SHUT_WR), "
			"read, close (nginx: lingering_close always)",
		.fields = "t_s=0.3 reset=40 looked_at=80 knew_fin=40 tls_alerts=40 opened=1000"},
	{AFTER, "other data, of processes that ended", data_behind_fin, "reset-after-fin ",
		.text = "on 40 of 80 connections that were looked at (50 %) data of the client "
			"came behind the server's FIN, met a socket that was closed, and was "
			"answered with a RST (first at 0.3 s), so no TIME_WAIT protects the next "
			"connection of the same ports; on 30 the client had the FIN, and so the "
			"whole response, and on the other 10 what was still to be sent, if "
			"anything, was dropped; processes of the server ended meanwhile (9 seen), "
			"which closes what they have open: have each finish its connections first; "
			"else read to the client's FIN before close(2): shutdown(SHUT_WR), read, "
			"close (nginx: lingering_close always)",
		.fields = "t_s=0.3 reset=40 looked_at=80 knew_fin=30 tls_alerts=0 opened=1000"},
	{AFTER, "one of a hundred", few_behind_fin, "reset-after-fin "},
	{AFTER, "one of a hundred and no more", too_few_behind_fin, ""},
	{AFTER, "data, as declared", data_behind_fin_as_declared, ""},
	{AFTER, "the client's FIN comes too late", fin_behind_fin, ""},
	{AFTER, "unread at close(2)", unread_and_looked_at, "reset-unread "},
	{AFTER, "no connection was looked at", nothing_looked_at, ""},
	{UNANSWERED, "unread and chosen", limited, "reset-unanswered ",
		.text = "the server reset 80 of 1000 connections before it had sent a byte of an "
			"answer (the first at 0.30 s), 40 at close(2) with the request unread "
			"(TCPAbortOnClose), 40 by SO_LINGER{1,0} (TCPAbortOnData); look in the "
			"server's log for a limit of connections or of their rate, or for a "
			"handler that fails; 503, closed as graceful does, would tell the client",
		.fields = "t_s=0.3 reset=80 unread=40 chosen=40 opened=1000 known_by=all"},
	{UNANSWERED, "unread", limited_unread, "reset-unanswered ",
		.fields = "t_s=0.3 reset=40 unread=40 chosen=0 opened=1000 known_by=all"},
	{UNANSWERED, "chosen before a request", limited_unasked, "reset-unanswered ",
		.fields = "t_s=0.3 reset=40 unread=0 chosen=40 opened=1000 known_by=all"},
	{UNANSWERED, "processes that ended", limited_by_processes_that_ended, "reset-unanswered ",
		.text = "the server reset 40 of 1000 connections before it had sent a byte of an "
			"answer (the first at 0.30 s), at close(2) with the request unread "
			"(TCPAbortOnClose); processes of the server ended meanwhile (9 seen), "
			"which closes what they have open: have each finish its connections "
			"first, and see what ends it; else look in the server's log for a limit of "
			"connections or of their rate, or for a handler that fails; 503, closed as "
			"graceful does, would tell the client"},
	{UNANSWERED, "beside some with an answer", limited_beside_unread,
		"reset-unanswered reset-unread ",
		.fields = "t_s=0.3 reset=40 unread=40 chosen=0 opened=1000 known_by=all"},
	{UNANSWERED, "beside races", limited_beside_races, "reset-unanswered "},
	{UNANSWERED, "a share was seen", limited_of_a_share, "reset-unanswered ",
		.fields = "t_s=0.3 reset=160 unread=160 chosen=0 opened=1000 known_by=share"},
	{UNANSWERED, "each may have had an answer", limited_or_unread, "reset-unread "},
	{UNANSWERED, "all had an answer", unread, "reset-unread "},
	{UNANSWERED, "the strategy resets", limited_as_declared, ""},
	{UNANSWERED, "a listener that was closed", listener_closed_unanswered,
		"reset-listener-closed "},
	{UNREAD, "one in 25", unread, "reset-unread ",
		.text = "the server closed 40 of 1000 connections before it had read all their "
			"input (TCPAbortOnClose, first seen at 0.3 s): its kernel reset them, "
			"which "
			"drops what is still to be sent, though every response was whole in this "
			"trial; read to the end of the input before close(2), as graceful does: "
			"shutdown(SHUT_WR), read, close",
		.fields = "t_s=0.3 unread=40 opened=1000"},
	{UNREAD, "no whole response", unread_and_lost, "reset-unread ",
		.text = "the server closed 40 of 1000 connections before it had read all their "
			"input (TCPAbortOnClose, first seen at 0.3 s): its kernel reset them, "
			"which "
			"drops what is still to be sent (35 connections got no whole response); "
			"read to the end of the input before close(2), as graceful does: "
			"shutdown(SHUT_WR), read, close"},
	{UNREAD, "processes that ended", unread_by_processes_that_ended, "reset-unread ",
		.text = "the server closed 40 of 1000 connections before it had read all their "
			"input (TCPAbortOnClose, first seen at 0.3 s): its kernel reset them, "
			"which drops what is still to be sent (35 connections got no whole "
			"response); processes of the server ended meanwhile (9 seen), which closes "
			"what they have open: have each finish its connections first, and see what "
			"ends it; else read to the end of the input before close(2), as graceful "
			"does: shutdown(SHUT_WR), read, close",
		.fields = "t_s=0.3 unread=40 opened=1000 processes_ended=9"},
	{UNREAD, "all but one may be another connection's", unread_and_of_others, "reset-unread ",
		.fields = "t_s=0.3 unread=1 opened=1000"},
	{UNREAD, "nothing is declared", unread_of_a_third_party, "reset-unread "},
	{UNREAD, "all may be other connections'", unread_of_others, ""},
	{UNREAD, "the client's", unread_by_the_client, ""},
	{UNREAD, "the strategy resets", unread_where_a_reset_is_declared, ""},
	{UNREAD, "before the trial", unread_before, ""},
	{UNREAD, "another reason", counted_and_not_seen, ""},
	{TIMEOUT, "a client that does not read", not_read, "aborted-on-timeout ",
		.text = "the server's kernel gave up 12 of 1000 connections (TCPAbortOnTimeout, "
			"first seen at 0.5 s): the client did not read, and closed its window 30 "
			"times (TCPToZeroWindowAdv); the server gets ETIMEDOUT, and no segment "
			"tells the client; have the client read what it asked for; the server's "
			"TCP_USER_TIMEOUT bounds what one that does not read costs",
		.fields = "t_s=0.5 aborted=12 opened=1000 zero_windows=30 resets_sent=0"},
	{TIMEOUT, "a client that does not read, and resets in the end", not_read_and_reset,
		"aborted-on-timeout "},
	{TIMEOUT, "a client that is gone", gone, "aborted-on-timeout ",
		.text = "the server's kernel gave up 12 of 1000 connections (TCPAbortOnTimeout, "
			"first seen at 0.5 s): the client had not closed its window: it was gone, "
			"or segments were lost; the server gets ETIMEDOUT; see what drops "
			"segments; TCP_USER_TIMEOUT, keep-alive probes and tcp_retries2 say how "
			"long the server's kernel waits"},
	{TIMEOUT, "behind the server's close", gone_behind_the_close, "aborted-on-timeout ",
		.text = "the server's kernel gave up 12 of 1000 connections (TCPAbortOnTimeout, "
			"first seen at 0.5 s), at least 8 of them when the server had closed "
			"already: the client had not closed its window: it was gone, or segments "
			"were lost; the server gets ETIMEDOUT, and no segment tells the client; "
			"see what drops segments; TCP_USER_TIMEOUT, keep-alive probes and "
			"tcp_retries2 say how long the server's kernel waits"},
	{TIMEOUT, "beside a proxy's own connections", given_up_beside_a_proxys,
		"aborted-on-timeout ",
		.fields = "t_s=0.5 aborted=1 opened=1000 zero_windows=30 resets_sent=0"},
	{TIMEOUT, "of a proxy's own connections", given_up_of_a_proxy, ""},
	{TIMEOUT, "the client gave up first", given_up_by_the_client, ""},
	{CHOSEN, "one in 25", chosen, "reset-chosen ",
		.text = "the server chose to reset 40 of 1000 connections (TCPAbortOnData, first "
			"seen at 0.3 s): SO_LINGER{1,0} was set at close(2), which drops what is "
			"still to be sent, though every response was whole in this trial; take "
			"SO_LINGER out, and close as graceful does",
		.fields = "t_s=0.3 chosen=40 opened=1000 known_by=all"},
	{CHOSEN, "beside other reasons", chosen_beside_others, "reset-chosen aborted-on-timeout ",
		.fields = "t_s=0.3 chosen=40 opened=1000 known_by=all"},
	{CHOSEN, "beside the client's", chosen_beside_the_clients, "reset-chosen ",
		.fields = "t_s=0.3 chosen=45 opened=1000 known_by=all"},
	{CHOSEN, "a share was seen", chosen_of_a_share, "reset-chosen ",
		.text = "the server chose to reset about 160 of 1000 connections (TCPAbortOnData, "
			"first seen at 0.3 s): SO_LINGER{1,0} was set at close(2), which drops "
			"what is still to be sent, though every response was whole in this trial; "
			"take SO_LINGER out, and close as graceful does",
		.fields = "t_s=0.3 chosen=160 opened=1000 known_by=share"},
	{CHOSEN, "too few were seen", chosen_of_too_small_a_share, ""},
	{CHOSEN, "answers, and unread input", answered_beside_unread, "reset-unread "},
	{CHOSEN, "behind the server's FIN", behind_fin, "reset-behind-fin "},
	{BEHIND, "one in 25", behind_fin, "reset-behind-fin ",
		.text = "on 40 of 1000 connections the server sent a RST behind its own FIN "
			"(TCPAbortOnData, first seen at 0.3 s), 2 ms after it in the mean and 31 "
			"ms at most: SO_LINGER{1,0} was set at a close(2) that came after "
			"shutdown(2), so no TIME_WAIT protects the next connection of the same "
			"ports, and what had not arrived is lost, though every response was whole "
			"in this trial; take SO_LINGER out, and read to the client's FIN before "
			"close(2)",
		.fields = "t_s=0.3 behind_fin=40 opened=1000 server_time_wait_per_connection=0 "
			  "behind_ms_mean=2 behind_ms_most=31 known_by=all"},
	{BEHIND, "and in place of a FIN", behind_fin_and_in_place,
		"response-truncated reset-chosen reset-behind-fin "},
	{BEHIND, "a share was seen", behind_fin_of_a_share, "reset-behind-fin ",
		.fields = "t_s=0.3 behind_fin=150 opened=1000 server_time_wait_per_connection=0 "
			  "behind_ms_mean=2 behind_ms_most=31 known_by=share"},
	{BEHIND, "seconds later", late_behind_fin, "reset-behind-fin ",
		.text = "on 40 of 1000 connections the server sent a RST behind its own FIN "
			"(TCPAbortOnData, first seen at 0.3 s), 1.2 s after it in the mean and 2.5 "
			"s at most: SO_LINGER{1,0} was set at a close(2) that came after "
			"shutdown(2), so no TIME_WAIT protects the next connection of the same "
			"ports, and what had not arrived is lost, though every response was whole "
			"in this trial; take SO_LINGER out, and read to the client's FIN before "
			"close(2)"},
	{BEHIND, "a loader that does not tell", behind_fin_with_wrk, "reset-behind-fin ",
		.text = "on 40 of 1000 connections the server sent a RST behind its own FIN "
			"(TCPAbortOnData, first seen at 0.3 s), 2 ms after it in the mean and 31 "
			"ms at most: SO_LINGER{1,0} was set at a close(2) that came after "
			"shutdown(2), so no TIME_WAIT protects the next connection of the same "
			"ports, and what had not arrived is lost; take SO_LINGER out, and read to "
			"the client's FIN before close(2)"},
	{BEHIND, "beside late data", both_behind_fin, "reset-behind-fin ",
		.text = "on 40 of 1000 connections the server sent a RST behind its own FIN "
			"(TCPAbortOnData, first seen at 0.3 s): SO_LINGER{1,0} was set at a "
			"close(2) that came after shutdown(2), so no TIME_WAIT protects the next "
			"connection of the same ports, and what had not arrived is lost, though "
			"every response was whole in this trial; take SO_LINGER out, and read to "
			"the "
			"client's FIN before close(2)"},
	{BEHIND, "late data", answered_behind_fin, ""},
	{BEHIND, "unread input behind shutdown(2)", unread_behind_fin, "reset-unread "},
	{BEHIND, "a negative TCP_LINGER2", linger2_behind_fin, "reset-without-fin-wait "},
	{"reset-without-fin-wait", "behind the ACK of the FIN", linger2_behind_fin,
		"reset-without-fin-wait ",
		.text = "the server's kernel reset 40 of 1000 connections at close(2), in place of "
			"waiting for the client's FIN (TCPAbortOnLinger, first seen at 0.3 s): "
			"TCP_LINGER2 was negative, so no TIME_WAIT protects the next connection "
			"of the same ports, and the client's socket ends with ECONNRESET; give "
			"TCP_LINGER2 seconds above 0, or read to the client's FIN before close(2)",
		.fields = "t_s=0.3 resets=40 opened=1000 server_time_wait_per_connection=0"},
	{"reset-without-fin-wait", "as declared", linger2_as_declared, ""},
	{"reset-without-fin-wait", "of the client", linger2_of_the_client, ""},
	{BEHIND, "the strategy resets", behind_fin_as_declared, ""},
	{CHOSEN, "nothing is declared", chosen_by_a_third_party, "reset-chosen "},
	{CHOSEN, "the strategy resets", chosen_as_declared, ""},
	{CHOSEN, "the client's", chosen_by_the_client, ""},
	{CHOSEN, "all may be other connections'", chosen_of_others, ""},
	{CHOSEN, "data after the close", late_data, ""},
	{CHOSEN, "the same, and a listener", late_data_and_a_listener_closed, ""},
	{CHOSEN, "nothing was seen", counted_and_not_seen, ""},
	{LISTENER, "one in 25", listener_closed, "reset-listener-closed ",
		.text = "the server closed a listener with connections in its queue, and its "
			"kernel "
			"reset 40 of 1000 connections (EstabResets, and no TCPAbort counter; first "
			"seen at 0.3 s); set net.ipv4.tcp_migrate_req = 1, which hands them to "
			"another listener of the port, or have all workers share one listener",
		.fields = "t_s=0.3 resets=40 resets_most=40 opened=1000 migrated=0 not_migrated=0"},
	{LISTENER, "beside deadlines and the client's resets", listener_closed_beside_others,
		"reset-listener-closed aborted-on-timeout ",
		.fields = "t_s=0.3 resets=40 resets_most=40 opened=1000 migrated=0 not_migrated=0"},
	{LISTENER, "the only one", one_listener_closed, "reset-listener-closed ",
		.text = "the server closed a listener with connections in its queue, and its "
			"kernel reset 40 of 1000 connections (EstabResets, and no TCPAbort "
			"counter; first seen at 0.3 s); no other listener of its address was seen "
			"beside it, which could have taken them (net.ipv4.tcp_migrate_req): keep "
			"it open over a restart, so that the next process inherits it, or have "
			"that listen first (SO_REUSEPORT), with tcp_migrate_req = 1",
		.fields = "t_s=0.3 resets=40 resets_most=40 opened=1000 listeners_at_once=1 "
			  "migrated=0 "
			  "not_migrated=0"},
	{LISTENER, "one of two", one_of_two_listeners_closed, "reset-listener-closed ",
		.text = "the server closed a listener with connections in its queue, and its "
			"kernel reset 40 of 1000 connections (EstabResets, and no TCPAbort "
			"counter; first seen at 0.3 s); set net.ipv4.tcp_migrate_req = 1, which "
			"hands them to another listener of the port, or have all workers share one "
			"listener",
		.fields = "t_s=0.3 resets=40 resets_most=40 opened=1000 listeners_at_once=2 "
			  "migrated=0 "
			  "not_migrated=0"},
	{LISTENER, "the only one, that would migrate", one_listener_closed_that_would_migrate,
		"reset-listener-closed ",
		.text = "the server closed a listener with connections in its queue, and its "
			"kernel reset 40 of 1000 connections (EstabResets, and no TCPAbort "
			"counter; first seen at 0.3 s); no other listener of its address was seen "
			"beside it, which could have taken them (net.ipv4.tcp_migrate_req): keep "
			"it open over a restart, so that the next process inherits it, or have "
			"that listen first (SO_REUSEPORT), with tcp_migrate_req = 1"},
	{LISTENER, "no other listener", listener_closed_and_none_other, "reset-listener-closed ",
		.text = "the server closed a listener with connections in its queue, and its "
			"kernel "
			"reset 40 of 1000 connections (EstabResets, and no TCPAbort counter; first "
			"seen at 0.3 s); no other listener of the port could take them, though "
			"net.ipv4.tcp_migrate_req is set: have all workers share one listener",
		.fields =
			"t_s=0.3 resets=40 resets_most=40 opened=1000 migrated=7 not_migrated=40"},
	{LISTENER, "resets with a counter", listener_open, "reset-unread "},
	{LISTENER, "resets of the client", listener_open_and_client_resets, ""},
	{LISTENER, "where SYNs met TIME_WAITs", listener_closed_and_time_waits_met,
		"reset-listener-closed ",
		.fields = "t_s=0.3 resets=40 resets_most=40 opened=1000 migrated=0 not_migrated=0"},
	{LISTENER, "where SYNs met old connections", listener_closed_and_old_ones_met, ""},
	{LISTENER, "from a share", listener_closed_of_a_share, "reset-listener-closed ",
		.text = "the server closed a listener with connections in its queue, and its "
			"kernel reset 4 to 40 of 1000 connections (EstabResets, and no TCPAbort "
			"counter; first seen at 0.3 s); set net.ipv4.tcp_migrate_req = 1, which "
			"hands them to another listener of the port, or have all workers share one "
			"listener",
		.fields = "t_s=0.3 resets=4 resets_most=40 opened=1000 migrated=0 not_migrated=0"},
	{LISTENER, "from a share, seen", listener_closed_of_a_share_and_seen,
		"reset-listener-closed ",
		.fields = "t_s=0.3 resets=10 resets_most=40 opened=1000 migrated=0 not_migrated=0"},
	{LISTENER, "from a share, seen beside aborts", listener_open_of_a_share_and_seen,
		"reset-unread "},
	{LISTENER, "the listener stayed", listener_there_all_the_time, ""},
	{LISTENER, "what fits no socket", listener_open_and_segments_that_fit_nothing, ""},
	{LISTENER, "of other connections", listener_of_others, ""},
	{LISTENER, "none was seen", listener_closed_unseen, ""},
};

const struct finding_cases cases_of_resets = {cases, sizeof(cases) / sizeof(cases[0])};
