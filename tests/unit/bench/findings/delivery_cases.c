/* Cases of what the builtin loader met, and of what it hides. */
#include "made_up_trial.h"

#include <errno.h>

/* The first of them at 0.1 s. */
static void cut(struct made_up *m, enum response_framing framing, uint64_t ended_short,
	uint64_t reset, uint64_t missing)
{
	struct load_totals *t = &m->trial.totals;
	t->outcomes[OUTCOME_SHORT] = ended_short;
	t->outcomes[OUTCOME_RESET] = reset;
	t->truncated[framing] += ended_short + reset;
	t->truncated_by_reset += reset;
	t->truncated_ns = START_NS + PERIOD_NS;
	t->bytes_received -= missing;
}

/* Of two of the server's resets the clients were not told. */
static void truncated(struct made_up *m)
{
	cut(m, RESPONSE_BY_LENGTH, 2, 3, 1000);
	made_up_count(m, TD_SERVER, offsetof(struct counters, out_rsts), 5, 1);
}

static void some_by_a_fin(struct made_up *m)
{
	cut(m, RESPONSE_BY_LENGTH, 4, 3, 1000);
	made_up_count(m, TD_SERVER, offsetof(struct counters, out_rsts), 5, 1);
}

static void only_short(struct made_up *m)
{
	cut(m, RESPONSE_BY_LENGTH, 2, 0, 1);
}

/* Chunks were announced, and the last one was not among them. */
static void truncated_in_a_chunk(struct made_up *m)
{
	cut(m, RESPONSE_CHUNKED, 0, 3, 1000);
}

static void truncated_between_chunks(struct made_up *m)
{
	cut(m, RESPONSE_CHUNKED, 0, 3, 0);
}

static void truncated_in_place_of_a_fin(struct made_up *m)
{
	cut(m, RESPONSE_BY_CLOSE, 0, 1, 0);
}

static void truncated_in_the_head(struct made_up *m)
{
	cut(m, RESPONSE_IN_HEAD, 1, 0, 128);
}

/* Connections that were reset, or closed, before a response began, and behind the last byte. */
static void reset_behind_the_last_byte(struct made_up *m)
{
	m->trial.totals.outcomes[OUTCOME_RESET] = 3;
}

static void no_answer(struct made_up *m)
{
	m->trial.totals.outcomes[OUTCOME_RESET] = 3;
	m->trial.totals.outcomes[OUTCOME_SHORT] = 3;
	m->trial.totals.bytes_received -= 6 * 128;
}

static void timed_out(struct made_up *m)
{
	m->trial.totals.outcomes[OUTCOME_TIMED_OUT] = 3;
	m->trial.totals.bytes_received = 127000;
}

static void surplus(struct made_up *m)
{
	m->trial.totals.exchanges = OPENED;
	m->trial.totals.surplus_responses = 3;
	m->trial.totals.surplus_bytes = 120;
	m->trial.totals.surplus_ns = START_NS + PERIOD_NS;
}

static void surplus_of_a_third_party(struct made_up *m)
{
	made_up_wrk(m);
	m->trial.packet_tap.counts.responses.surplus =
		(struct response_surplus){800, 3, 120, START_NS + PERIOD_NS};
}

static void no_surplus_of_a_third_party(struct made_up *m)
{
	made_up_wrk(m);
	m->trial.packet_tap.counts.responses.surplus = (struct response_surplus){.closed = 800};
}

static void client_resets(struct made_up *m, uint64_t resets)
{
	m->strategy.first_closer = m->strategy.holder = TD_SERVER;
	made_up_count(m, TD_CLIENT, offsetof(struct counters, out_rsts), resets, 2);
}

/* As the packets of all connections show them. */
static void client_resets_seen(struct made_up *m, uint64_t resets)
{
	struct first_closer_counts *counts = &m->trial.packet_tap.counts;
	client_resets(m, resets);
	counts->connections = counts->server = OPENED;
	counts->at_client.reset_without_fin = resets;
	counts->at_client.resets_sent[RESET_BEHIND_OTHER_FIN] = resets;
}

static void hidden(struct made_up *m)
{
	client_resets(m, 100);
	made_up_count(m, TD_SERVER, offsetof(struct counters, tw), 250, 4);
	m->trial.packet_tap.counts = (struct first_closer_counts){
		.connections = OPENED, .server = OPENED, .at_server = {.time_wait = 250}};
	m->trial.packet_tap.counts.at_client = (struct ending_counts){.reset_without_fin = 70,
		.reset_beside_fin = 30,
		.resets_sent =
			{[RESET_OPEN] = 40, [RESET_ACROSS_FIN] = 10, [RESET_BEHIND_OTHER_FIN] = 20},
		.resets_answered = {[RESET_BEHIND_OWN_FIN] = 25, [RESET_BEHIND_BOTH_FINS] = 5}};
}

/* One in four was seen. */
static void a_share_is_hidden(struct made_up *m)
{
	client_resets_seen(m, 200);
	m->trial.packet_tap.share = 4;
	m->trial.packet_tap.counts.connections = OPENED / 4;
	m->trial.packet_tap.counts.at_client.reset_without_fin = 48;
	m->trial.packet_tap.counts.at_client.resets_sent[RESET_BEHIND_OTHER_FIN] = 48;
}

/* By the estimate 224 of 200. */
static void more_is_hidden_than_there_is(struct made_up *m)
{
	a_share_is_hidden(m);
	m->trial.packet_tap.counts.at_client.reset_without_fin = 56;
	m->trial.packet_tap.counts.at_client.resets_sent[RESET_OPEN] = 40;
	m->trial.packet_tap.counts.at_client.resets_sent[RESET_BEHIND_OTHER_FIN] = 16;
}

static void all_hidden(struct made_up *m)
{
	client_resets_seen(m, 950);
}

static void nearly_all_hidden(struct made_up *m)
{
	client_resets_seen(m, 949);
}

/* Each segment of the server's that comes behind the first RST is answered with one more. */
static void several_resets_each(struct made_up *m)
{
	client_resets_seen(m, 60);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, out_rsts), 600, 2);
}

static void several_resets_of_few(struct made_up *m)
{
	client_resets_seen(m, OPENED / 20 - 1);
	made_up_count(m, TD_CLIENT, offsetof(struct counters, out_rsts), 600, 2);
}

static void hidden_by_just_enough(struct made_up *m)
{
	client_resets(m, OPENED / 20);
}

static void resets_by_accident(struct made_up *m)
{
	client_resets(m, OPENED / 20 - 1);
}

static void the_clients_policy(struct made_up *m)
{
	client_resets(m, 100);
	m->strategy.first_closer = TD_CLIENT;
}

static void the_servers_resets(struct made_up *m)
{
	m->strategy.first_closer = m->strategy.holder = TD_SERVER;
	made_up_count(m, TD_SERVER, offsetof(struct counters, out_rsts), 100, 2);
}

/* One of its resets for each connection that the client gave up. */
static void resets_of_deadlines(struct made_up *m)
{
	client_resets(m, 100 + OPENED / 20 - 1);
	m->trial.totals.outcomes[OUTCOME_TIMED_OUT] = 100;
}

static void resets_beside_deadlines(struct made_up *m)
{
	client_resets(m, 100 + OPENED / 20);
	m->trial.totals.outcomes[OUTCOME_TIMED_OUT] = 100;
}

static void hidden_from_others(struct made_up *m)
{
	made_up_wrk(m);
	hidden(m);
	made_up_third_party_server(m);
}

static void stall(struct made_up *m)
{
	made_up_latency(m, LATENCY_TOTAL, 2);
	made_up_latency(m, LATENCY_CORRECTED, 900);
	m->trial.totals.window_exchanges = 3000;
}

static void stall_of_half_as_much_again(struct made_up *m)
{
	made_up_latency(m, LATENCY_TOTAL, 2);
	made_up_latency(m, LATENCY_CORRECTED, 3);
}

static void stall_in_a_second(struct made_up *m)
{
	stall(m);
	m->trial.window_ns = 1000000000;
}

static void stall_in_less_than_a_second(struct made_up *m)
{
	stall(m);
	m->trial.window_ns = 999000000;
}

static void stall_of_few_exchanges(struct made_up *m)
{
	stall(m);
	histogram_destroy(m->trial.totals.latencies[LATENCY_TOTAL]);
	m->trial.totals.latencies[LATENCY_TOTAL] = histogram_create();
	for (int i = 0; i < 999; i++)
		histogram_record(m->trial.totals.latencies[LATENCY_TOTAL], 2000000);
}

static void ordinary_spread(struct made_up *m)
{
	made_up_latency(m, LATENCY_TOTAL, 20);
	made_up_latency(m, LATENCY_CORRECTED, 29);
}

static void open_loop(struct made_up *m)
{
	made_up_latency(m, LATENCY_TOTAL, 900);
	made_up_latency(m, LATENCY_UNCORRECTED, 2);
	m->trial.totals.latencies[LATENCY_CORRECTED] = histogram_create();
}

/* The loader waited for a port, not for the server. */
static void waited_for_ports(struct made_up *m)
{
	stall(m);
	made_up_refuse(m, EADDRNOTAVAIL, 19);
}

/* By the packets of a third party's load. */
static void cut_off(struct made_up *m, struct response_cuts cuts)
{
	made_up_wrk(m);
	m->trial.packet_tap.counts.responses.cuts = cuts;
}

static void cut_off_by_a_fin(struct made_up *m)
{
	cut_off(m, (struct response_cuts){50, 7, 0, 700, 123, START_NS + 2 * PERIOD_NS});
}

static void cut_off_by_some_resets(struct made_up *m)
{
	cut_off(m, (struct response_cuts){50, 7, 2, 900, 123, START_NS + 2 * PERIOD_NS});
}

static void chunked_cut_off(struct made_up *m)
{
	cut_off(m, (struct response_cuts){.sized = 50,
			   .by_fin = 7,
			   .first_ns = START_NS + 2 * PERIOD_NS,
			   .chunked = 7});
}

/* There were more responses than are looked at. */
static void chunked_cut_off_of_the_first(struct made_up *m)
{
	chunked_cut_off(m);
	m->trial.packet_tap.counts.responses.is_partial = true;
}

static void some_chunked_cut_off(struct made_up *m)
{
	cut_off(m, (struct response_cuts){50, 7, 2, 900, 123, START_NS + 2 * PERIOD_NS, 4});
}

static void none_cut_off(struct made_up *m)
{
	cut_off(m, (struct response_cuts){.sized = 50});
}

static void unnotified(struct made_up *m, uint64_t truncated)
{
	m->trial.totals.tls = (struct load_tls){.handshakes = OPENED, .truncated = truncated};
}

static void each_unnotified(struct made_up *m)
{
	unnotified(m, OPENED);
}

static void just_enough_unnotified(struct made_up *m)
{
	unnotified(m, OPENED / 20);
}

static void few_unnotified(struct made_up *m)
{
	unnotified(m, OPENED / 20 - 1);
}

static void each_unnotified_and_cut(struct made_up *m)
{
	unnotified(m, 100);
	cut(m, RESPONSE_BY_CLOSE, 100, 0, 0);
}

static void unnotified_as_declared(struct made_up *m)
{
	unnotified(m, OPENED);
	m->strategy.server.notify = TD_NOTIFY_NONE;
}

#define TRUNCATED "response-truncated"
#define UNNOTIFIED "close-notify-missing"
#define SURPLUS "response-surplus"
#define HIDDEN "loader-hides-server-policy"
#define OMISSION "coordinated-omission"

static const struct finding_case cases[] = {
	{UNNOTIFIED, "each connection", each_unnotified, "close-notify-missing ",
		.text = "on 1000 of 1000 connections over TLS (100 %) the server's FIN came "
			"without close_notify, and no response was cut: clients cannot tell this "
			"end from a cut; OpenSSL's resume no such session, and answer with an "
			"alert, which a closed socket resets; send close_notify before the FIN "
			"(SSL_shutdown(3))",
		.fields = "missing=1000 handshakes=1000 share=1"},
	{UNNOTIFIED, "one in twenty", just_enough_unnotified, "close-notify-missing "},
	{UNNOTIFIED, "fewer", few_unnotified, ""},
	{UNNOTIFIED, "each response was cut, too", each_unnotified_and_cut, "response-truncated "},
	{UNNOTIFIED, "the strategy sends none", unnotified_as_declared, ""},
	{TRUNCATED, "short and reset", truncated, "response-truncated ",
		.text = "5 of 1000 connections lost the end of a response (2 ended short, 3 "
			"were reset, the first at 0.10 s): 1000 of 128000 bytes did not "
			"arrive; close as graceful does: shutdown(SHUT_WR), read to the end of "
			"the input, close",
		.fields = "t_s=0.1 short=2 reset=3 ended_by_fin=0 bytes_promised=128000 "
			  "bytes_received=127000 "
			  "bytes_missing=1000"},
	{TRUNCATED, "some by a FIN", some_by_a_fin, "response-truncated ",
		.text = "7 of 1000 connections lost the end of a response (4 ended short, 2 of "
			"them with a FIN alone, 3 were reset, the first at 0.10 s): 1000 of 128000 "
			"bytes did not arrive; close as graceful does: shutdown(SHUT_WR), read to "
			"the end of the input, close",
		.fields = "t_s=0.1 short=4 reset=3 ended_by_fin=2 bytes_promised=128000 "
			  "bytes_received=127000 bytes_missing=1000"},
	{TRUNCATED, "one byte, by a FIN", only_short, "response-truncated ",
		.text = "the server ended the stream in the middle of a response on 2 of 1000 "
			"connections, with a FIN and no RST (the first at 0.10 s): 1 of 128000 "
			"bytes did not arrive; another way to close changes nothing of that: look "
			"at what makes the response, its handler, its upstream or the length that "
			"it announces",
		.fields = "t_s=0.1 short=2 reset=0 ended_by_fin=2 bytes_promised=128000 "
			  "bytes_received=127999 "
			  "bytes_missing=1"},
	{TRUNCATED, "in a chunk", truncated_in_a_chunk, "response-truncated ",
		.text = "3 of 1000 connections lost the end of a response (3 were "
			"reset, the first at 0.10 s): at least 1000 of 128000 bytes did not "
			"arrive; close as graceful does: shutdown(SHUT_WR), read to the end of "
			"the input, close"},
	{TRUNCATED, "between chunks", truncated_between_chunks, "response-truncated ",
		.text = "3 of 1000 connections lost the end of a response (3 were "
			"reset, the first at 0.10 s): no length said how many bytes were to come; "
			"close as graceful does: shutdown(SHUT_WR), read to the end of the input, "
			"close"},
	{TRUNCATED, "a reset in place of a FIN", truncated_in_place_of_a_fin,
		"response-truncated "},
	{TRUNCATED, "in the head", truncated_in_the_head, "response-truncated "},
	{TRUNCATED, "of a third party, by a FIN", cut_off_by_a_fin, "response-truncated ",
		.text = "the server ended 7 of 50 connections seen in the middle of a response (by "
			"its Content-Length; 7 with a FIN, the first at 0.20 s): 123 "
			"of 700 bytes were not sent; another way to close changes nothing of that: "
			"look at what makes the response, its handler, its upstream or the length "
			"that it announces",
		.fields = "t_s=0.2 seen=50 ended_by_fin=7 reset=0 bytes_promised=700 "
			  "bytes_missing=123"},
	{TRUNCATED, "of a third party, some by a RST", cut_off_by_some_resets,
		"response-truncated ",
		.text = "the server ended 9 of 50 connections seen in the middle of a response (by "
			"its Content-Length; 7 with a FIN, 2 with a RST, the first at 0.20 s): 123 "
			"of 900 bytes were not sent; close as graceful does: shutdown(SHUT_WR), "
			"read to the end of the input, close"},
	{TRUNCATED, "of a third party's first responses", chunked_cut_off_of_the_first,
		"response-truncated ",
		.text = "the server ended 7 of 50 connections seen (of the load's first responses: "
			"later ones were not looked at) in the middle of a response (before its "
			"last chunk; 7 with a FIN, the first at 0.20 s): no length said how many "
			"bytes were to come; another way to close changes nothing of that: look at "
			"what makes the response, its handler, its upstream or the length that it "
			"announces"},
	{TRUNCATED, "of a third party, chunked", chunked_cut_off, "response-truncated ",
		.text = "the server ended 7 of 50 connections seen in the middle of a response "
			"(before its last chunk; 7 with a FIN, the first at 0.20 s): "
			"no length said how many bytes were to come; another way to close changes "
			"nothing of that: look at what makes the response, its handler, its "
			"upstream or the length that it announces",
		.fields = "t_s=0.2 seen=50 ended_by_fin=7 reset=0 before_last_chunk=7 "
			  "bytes_promised=0 bytes_missing=0"},
	{TRUNCATED, "of a third party, some chunked", some_chunked_cut_off, "response-truncated ",
		.text = "the server ended 9 of 50 connections seen in the middle of a response (4 "
			"before its last chunk, the others by its Content-Length; 7 with a FIN, 2 "
			"with a RST, the first at 0.20 s): of those with a length 123 of 900 bytes "
			"were not sent; close as graceful does: shutdown(SHUT_WR), read to the end "
			"of the input, close"},
	{TRUNCATED, "of a third party, whole", none_cut_off, ""},
	{TRUNCATED, "no answer", no_answer, ""},
	{TRUNCATED, "a reset behind the last byte", reset_behind_the_last_byte, ""},
	{TRUNCATED, "the end of a response is late", timed_out, ""},
	{SURPLUS, "behind three", surplus, "response-surplus ",
		.text = "the server sent 120 bytes beyond the announced length on 3 of 1000 "
			"responses (the first at 0.10 s): they are part of no response, are not "
			"among the bytes received, and on a kept connection a client takes them "
			"for "
			"its next response; have the handler announce the length of what it sends "
			"(Content-Length), or send it in chunks, and send no body with 204 and 304",
		.fields = "t_s=0.1 bytes=120 responses=3 of=1000"},
	{SURPLUS, "of a third party's load", surplus_of_a_third_party, "response-surplus ",
		.text = "the server sent 120 bytes beyond the announced length on 3 of 800 "
			"connections seen whose last response had one and announced the close "
			"(the first at 0.10 s): they are part of no response, and on a kept "
			"connection a client takes such bytes for its next response; have the "
			"handler announce the length of what it sends (Content-Length), or send "
			"it in chunks, and send no body with 204 and 304",
		.fields = "t_s=0.1 bytes=120 connections=3 seen=800"},
	{SURPLUS, "none of a third party's load", no_surplus_of_a_third_party, ""},
	{SURPLUS, "too little", only_short, "response-truncated "},
	{SURPLUS, "a reset behind the last byte", reset_behind_the_last_byte, ""},
	{HIDDEN, "one in ten", hidden, "loader-hides-server-policy ",
		.text = "the client reset 100 of 1000 connections (first seen at 0.2 s: 40 before "
			"any FIN, 30 in place of a FIN to the server's, 25 behind its own FIN, "
			"when the response came, 5 behind both FINs): that leaves the server no "
			"TIME_WAIT (holder mixed, declared server), so these say nothing about how "
			"the server closes; the other 90 % do; use a loader that closes plainly "
			"(--client-close plain)",
		.fields = "t_s=0.2 resets=100 opened=1000 server_time_wait_per_connection=0.25 "
			  "holder_declared=server holder_measured=mixed client_close=plain"},
	{HIDDEN, "nineteen in twenty", all_hidden, "loader-hides-server-policy ",
		.text = "the client reset 950 of 1000 connections (first seen at 0.2 s: 950 in "
			"place of a FIN to the server's): that leaves the server no TIME_WAIT "
			"(holder none, declared server), so this says nothing about how the server "
			"closes; use a loader that closes plainly (--client-close plain)"},
	{HIDDEN, "a share was seen", a_share_is_hidden, "loader-hides-server-policy ",
		.text = "the client reset 200 of 1000 connections (first seen at 0.2 s: about 192 "
			"in place of a FIN to the server's): that leaves the server no TIME_WAIT "
			"(holder none, declared server), so these say nothing about how the server "
			"closes; the other 80 % do; use a loader that closes plainly "
			"(--client-close "
			"plain)"},
	{HIDDEN, "an estimate of more than all", more_is_hidden_than_there_is,
		"loader-hides-server-policy ",
		.text = "the client reset 200 of 1000 connections (first seen at 0.2 s: about 143 "
			"before any FIN, about 57 in place of a FIN to the server's): that leaves "
			"the server no TIME_WAIT (holder none, declared server), so these say "
			"nothing about how the server closes; the other 80 % do; use a loader that "
			"closes plainly (--client-close plain)"},
	{HIDDEN, "one less", nearly_all_hidden, "loader-hides-server-policy ",
		.text = "the client reset 949 of 1000 connections (first seen at 0.2 s: 949 in "
			"place of a FIN to the server's): that leaves the server no TIME_WAIT "
			"(holder none, declared server), so these say nothing about how the server "
			"closes; the other 5 % do; use a loader that closes plainly "
			"(--client-close "
			"plain)"},
	{HIDDEN, "ten resets each", several_resets_each, "loader-hides-server-policy ",
		.fields = "t_s=0.2 resets=60 opened=1000 server_time_wait_per_connection=0 "
			  "holder_declared=server holder_measured=none client_close=plain"},
	{HIDDEN, "many resets of few connections", several_resets_of_few, ""},
	{HIDDEN, "one in twenty", hidden_by_just_enough, "loader-hides-server-policy "},
	{HIDDEN, "nothing is declared", hidden_from_others, "loader-hides-server-policy ",
		.text = "the client reset 100 of 1000 connections (first seen at 0.2 s: 40 before "
			"any FIN, 30 in place of a FIN to the server's, 25 behind its own FIN, "
			"when the response came, 5 behind both FINs): that leaves the server no "
			"TIME_WAIT (holder mixed, declared nothing), so these say nothing about "
			"how the server closes; the other 90 % do; use a loader that reads to the "
			"end of the stream before close(2), without SO_LINGER{1,0}, as the builtin "
			"one does",
		.fields = "t_s=0.2 resets=100 opened=1000 server_time_wait_per_connection=0.25 "
			  "holder_declared=nothing holder_measured=mixed client_close=loader"},
	{HIDDEN, "beside those of deadlines", resets_beside_deadlines,
		"loader-hides-server-policy "},
	{HIDDEN, "its own deadlines", resets_of_deadlines, ""},
	{HIDDEN, "by accident", resets_by_accident, ""},
	{HIDDEN, "the client's policy", the_clients_policy, ""},
	{HIDDEN, "the server's resets", the_servers_resets, ""},
	{OMISSION, "a stall", stall, "coordinated-omission ",
		.text = "in this closed loop 99 % of exchanges took at most 2.00 ms, but while "
			"the server was slow it was asked less often: for clients that come at "
			"the same rate throughout it is about 900.00 ms (corrected); for the "
			"tail, measure with --rate",
		.fields = "total_us_p99=2000 total_corrected_us_p99=900000 exchanges=1000 "
			  "exchanges_per_s=1500"},
	{OMISSION, "half as much again", stall_of_half_as_much_again, "coordinated-omission "},
	{OMISSION, "in just a second", stall_in_a_second, "coordinated-omission "},
	{OMISSION, "in less than a second", stall_in_less_than_a_second, ""},
	{OMISSION, "of few exchanges", stall_of_few_exchanges, ""},
	{OMISSION, "an ordinary spread", ordinary_spread, ""},
	{OMISSION, "an open loop", open_loop, ""},
	{OMISSION, "connections waited for ports", waited_for_ports, "ports-exhausted "},
};

const struct finding_cases cases_of_delivery = {cases, sizeof(cases) / sizeof(cases[0])};
