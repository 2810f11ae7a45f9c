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

static void data_aborts(struct made_up *m)
{
	server_aborts(m, COUNTER(abort_on_data), 40);
}

#define UNREAD "reset-unread"

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
	{UNREAD, "another reason", data_aborts, ""},
};

const struct finding_cases cases_of_resets = {cases, sizeof(cases) / sizeof(cases[0])};
