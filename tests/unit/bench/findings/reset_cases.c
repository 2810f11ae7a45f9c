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

#define UNREAD "reset-unread"
#define CHOSEN "reset-chosen"
#define LISTENER "reset-listener-closed"

static const struct finding_case cases[] = {
	{UNREAD, "one in 25", unread, "reset-unread ",
		.text = "the server closed 40 of 1000 connections before it had read all their "
			"input (TCPAbortOnClose, first seen at 0.3 s): its kernel reset them and "
			"dropped what was still to be sent; read to the end of the input before "
			"close(2), as graceful does: shutdown(SHUT_WR), read, close",
		.fields = "t_s=0.3 unread=40 opened=1000"},
	{UNREAD, "all but one may be another connection's", unread_and_of_others, "reset-unread ",
		.fields = "t_s=0.3 unread=1 opened=1000"},
	{UNREAD, "nothing is declared", unread_of_a_third_party, "reset-unread "},
	{UNREAD, "all may be other connections'", unread_of_others, ""},
	{UNREAD, "the client's", unread_by_the_client, ""},
	{UNREAD, "the strategy resets", unread_where_a_reset_is_declared, ""},
	{UNREAD, "before the trial", unread_before, ""},
	{UNREAD, "another reason", counted_and_not_seen, ""},
	{CHOSEN, "one in 25", chosen, "reset-chosen ",
		.text = "the server chose to reset 40 of 1000 connections (TCPAbortOnData and "
			"EstabResets, first seen at 0.3 s): SO_LINGER{1,0} was set at close(2), "
			"which drops what is still to be sent; take SO_LINGER out, and close as "
			"graceful does",
		.fields = "t_s=0.3 chosen=40 opened=1000"},
	{CHOSEN, "beside other reasons", chosen_beside_others, "reset-chosen ",
		.fields = "t_s=0.3 chosen=40 opened=1000"},
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
		.fields = "t_s=0.3 resets=40 opened=1000 migrated=0 not_migrated=0"},
	{LISTENER, "beside deadlines and the client's resets", listener_closed_beside_others,
		"reset-listener-closed ",
		.fields = "t_s=0.3 resets=40 opened=1000 migrated=0 not_migrated=0"},
	{LISTENER, "no other listener", listener_closed_and_none_other, "reset-listener-closed ",
		.text = "the server closed a listener with connections in its queue, and its "
			"kernel "
			"reset 40 of 1000 connections (EstabResets, and no TCPAbort counter; first "
			"seen at 0.3 s); no other listener of the port could take them, though "
			"net.ipv4.tcp_migrate_req is set: have all workers share one listener",
		.fields = "t_s=0.3 resets=40 opened=1000 migrated=7 not_migrated=40"},
	{LISTENER, "resets with a counter", listener_open, "reset-unread "},
	{LISTENER, "resets of the client", listener_open_and_client_resets, ""},
	{LISTENER, "what fits no socket", listener_open_and_segments_that_fit_nothing, ""},
	{LISTENER, "of other connections", listener_of_others, ""},
	{LISTENER, "none was seen", listener_closed_unseen, ""},
};

const struct finding_cases cases_of_resets = {cases, sizeof(cases) / sizeof(cases[0])};
