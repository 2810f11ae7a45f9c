/* Rows of a trial: what clients that are not plain came to (--clients). */
#include "bench/result/fields/field.h"

static const struct field fields[] = {
	{"trials[].clients", FIELD_LIST, FIELD_OPTIONAL,
		.sentence = "What the clients of each behaviour came to (--clients), which are in "
			    "the load's figures, too; left out where all are plain."},
	{"trials[].clients[]", FIELD_OBJECT, .sentence = "One behaviour."},
	{"trials[].clients[].behaviour", FIELD_TEXT,
		.sentence = "Its name (teardown list --clients)."},
	{"trials[].clients[].connections", FIELD_COUNT,
		.sentence = "Clients of it, each with one connection at a time."},
	{"trials[].clients[].attempted", FIELD_COUNT,
		.sentence = "Connections that they tried to open."},
	{"trials[].clients[].completed", FIELD_COUNT,
		.sentence = "Of these, those that ended as the behaviour means them to."},
	{"trials[].clients[].short", FIELD_COUNT,
		.sentence = "Of these, those that ended in the server's FIN before that."},
	{"trials[].clients[].reset", FIELD_COUNT,
		.sentence = "Of these, those that ended in a RST, or another error, before that."},
	{"trials[].clients[].timed_out", FIELD_COUNT,
		.sentence = "Of these, those that the client gave up (--timeout)."},
	{"trials[].clients[].connect_errors", FIELD_COUNT,
		.sentence = "Of these, those that did not open."},
	{"trials[].clients[].responses", FIELD_COUNT, .sentence = "Whole responses."},
	{"trials[].clients[].truncated", FIELD_COUNT,
		.sentence = "Responses that ended in the middle."},
	{"trials[].clients[].refused", FIELD_COUNT,
		.sentence = "Responses without the expected status (2xx, or as --expect says), or "
			    "no HTTP."},
	{"trials[].clients[].unanswered_kept", FIELD_COUNT,
		.sentence = "Requests on a connection that had been kept, which no byte of a "
			    "response came to."},
	{"trials[].clients[].idle_least_s", FIELD_NUMBER, FIELD_NULLABLE, .unit = "s",
		.sentence = "How long those connections had been idle, at least."},
	{"trials[].clients[].idle_most_s", FIELD_NUMBER, FIELD_NULLABLE, .unit = "s",
		.sentence = "How long those connections had been idle, at most."},
	{"trials[].clients[].closed_idle", FIELD_COUNT,
		.sentence = "Connections that the server closed while the client paused: no "
			    "request is lost."},
	{"trials[].clients[].held", FIELD_COUNT,
		.sentence = "Connections that the client still held when the load ended."},
};

const struct field_group field_group_clients = {
	"Clients", fields, sizeof(fields) / sizeof(fields[0])};
