/* Rows of a sample. */
#include "bench/result/fields/field.h"
#include "bench/result/fields/sample_row.h"

#define OF_SAMPLE(member) .source = FIELD_FROM(FIELD_OF_SAMPLE, struct sample_row, member)

static const struct field fields[] = {
	{"trials[].samples", FIELD_LIST, .merge = FIELD_MADE,
		.sentence = "What was read at instants of the trial; the last one after it had "
			    "settled."},
	{"trials[].samples[]", FIELD_OBJECT, .merge = FIELD_PARTS, .sentence = "One sample."},
	{"trials[].samples[].t_s", FIELD_REAL, .unit = "s", OF_SAMPLE(t_s), .merge = FIELD_FIRST,
		.sentence = "Seconds since the loader's start; of a third-party loader, since its "
			    "first SYN."},
	{"trials[].samples[].opened", FIELD_COUNT, FIELD_OPTIONAL, OF_SAMPLE(opened),
		.merge = FIELD_SUM,
		.sentence = "Handshakes completed so far, as the server's kernel counts them; left "
			    "out where its host was lost before it told."},
	{"trials[].samples[].completed", FIELD_COUNT, FIELD_OPTIONAL, OF_SAMPLE(completed),
		.merge = FIELD_SUM,
		.sentence = "Connections completed so far; not of a third-party loader."},
	{"trials[].samples[].refused", FIELD_COUNT, FIELD_OPTIONAL, OF_SAMPLE(refused),
		.merge = FIELD_SUM,
		.sentence = "Attempts to connect that were refused so far (ECONNREFUSED); not of a "
			    "third-party loader."},
	{"trials[].samples[].reset", FIELD_COUNT, FIELD_OPTIONAL, OF_SAMPLE(reset),
		.merge = FIELD_SUM,
		.sentence =
			"Connections that a RST ended before their last response so far; not of "
			"a third-party loader."},
	{"trials[].samples[].server_tw", FIELD_COUNT, FIELD_OPTIONAL, OF_SAMPLE(server_tw),
		.merge = FIELD_SUM,
		.sentence = "TIME_WAITs at the server, from sockstat: of all connections, orphans "
			    "in FIN_WAIT_2 among them."},
	{"trials[].samples[].client_tw", FIELD_COUNT, OF_SAMPLE(client_tw), .merge = FIELD_SUM,
		.sentence = "TIME_WAITs at the client, from sockstat: of all connections, orphans "
			    "in FIN_WAIT_2 among them."},
	{"trials[].samples[].client_open", FIELD_COUNT, FIELD_OPTIONAL, OF_SAMPLE(client_open),
		.merge = FIELD_SUM,
		.sentence = "The client's sockets but those in TIME_WAIT, from sockstat."},
	{"trials[].samples[].client_ports", FIELD_COUNT, FIELD_OPTIONAL, OF_SAMPLE(client_ports),
		.merge = FIELD_SUM,
		.sentence = "Distinct client ports in any state: from sock_diag where a census was "
			    "taken, else the client's sockets by sockstat (not of a proxy: it "
			    "has those of both hops)."},
	{"trials[].samples[].server_fin_wait2", FIELD_COUNT, FIELD_OPTIONAL,
		OF_SAMPLE(server_fin_wait2), .merge = FIELD_LEFT_OUT,
		.sentence = "FIN_WAIT_2 at the server; where a census was taken, as the two that "
			    "follow."},
	{"trials[].samples[].server_tw_census", FIELD_COUNT, FIELD_OPTIONAL,
		OF_SAMPLE(server_tw_census), .merge = FIELD_LEFT_OUT,
		.sentence = "TIME_WAITs of the load at the server, from sock_diag."},
	{"trials[].samples[].client_tw_census", FIELD_COUNT, FIELD_OPTIONAL,
		OF_SAMPLE(client_tw_census), .merge = FIELD_LEFT_OUT,
		.sentence = "TIME_WAITs of the load at the client, from sock_diag."},
	{"trials[].samples[].server_states", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_LEFT_OUT,
		.sentence = "Sockets of the server in each state (trials[].states), where a census "
			    "was taken and found any; a state that none was in is left out."},
	{"trials[].samples[].server_states.{state}", FIELD_COUNT, FIELD_OPTIONAL,
		.merge = FIELD_LEFT_OUT, .sentence = "The server's sockets in {state}."},
	{"trials[].samples[].client_states", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_LEFT_OUT,
		.sentence = "The same of the client."},
	{"trials[].samples[].client_states.{state}", FIELD_COUNT, FIELD_OPTIONAL,
		.merge = FIELD_LEFT_OUT, .sentence = "The client's sockets in {state}."},
	{"trials[].samples[].connect_us_p50", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "us",
		OF_SAMPLE(connect_us_p50), .merge = FIELD_LEFT_OUT,
		.sentence = "Median time of connect() since the sample before."},
	{"trials[].samples[].loader_cpu_s", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "s",
		OF_SAMPLE(loader_cpu_s), .merge = FIELD_SUM,
		.sentence = "Processor time of the loader so far."},
	{"trials[].samples[].server_cpu_s", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "s",
		OF_SAMPLE(server_cpu_s), .merge = FIELD_SUM,
		.sentence = "Processor time of the server so far."},
};

const struct field_group field_group_sample = {
	"A sample", fields, sizeof(fields) / sizeof(fields[0])};
