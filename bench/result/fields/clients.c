/* Rows of a trial: what clients that are not plain (--clients), and those beside the load
 * (--beside), came to. */
#include "bench/result/fields/field.h"
#include "bench/trial/record.h"

static bool has_beside(const struct trial *trial)
{
	return trial->beside_count > 0;
}

/* What is known of the clients of each behaviour. */
#define ROWS(list)                                                                                 \
	{list "[]", FIELD_OBJECT, .merge = FIELD_PARTS, .sentence = "One behaviour."},             \
		{list "[].behaviour", FIELD_TEXT, .merge = FIELD_SAME,                             \
			.sentence = "Its name (teardown list --clients)."},                        \
		{list "[].connections", FIELD_COUNT, .merge = FIELD_SUM,                           \
			.sentence = "Clients of it, each with one connection at a time."},         \
		{list "[].attempted", FIELD_COUNT, .merge = FIELD_SUM,                             \
			.sentence = "Connections that they tried to open."},                       \
		{list "[].completed", FIELD_COUNT, .merge = FIELD_SUM,                             \
			.sentence = "Of these, those that ended as the behaviour means them to."}, \
		{list "[].short", FIELD_COUNT, .merge = FIELD_SUM,                                 \
			.sentence =                                                                \
				"Of these, those that ended in the server's FIN before that."},    \
		{list "[].reset", FIELD_COUNT, .merge = FIELD_SUM,                                 \
			.sentence = "Of these, those that ended in a RST, or another error, "      \
				    "before that."},                                               \
		{list "[].timed_out", FIELD_COUNT, .merge = FIELD_SUM,                             \
			.sentence = "Of these, those that the client gave up (--timeout)."},       \
		{list "[].connect_errors", FIELD_COUNT, .merge = FIELD_SUM,                        \
			.sentence = "Of these, those that did not open."},                         \
		{list "[].responses", FIELD_COUNT, .merge = FIELD_SUM,                             \
			.sentence = "Whole responses."},                                           \
		{list "[].truncated", FIELD_COUNT, .merge = FIELD_SUM,                             \
			.sentence = "Responses that ended in the middle."},                        \
		{list "[].refused", FIELD_COUNT, .merge = FIELD_SUM,                               \
			.sentence = "Responses without the expected status (2xx, or as --expect "  \
				    "says), or "                                                   \
				    "no HTTP."},                                                   \
		{list "[].unanswered_kept", FIELD_COUNT, .merge = FIELD_SUM,                       \
			.sentence =                                                                \
				"Requests on a connection that had been kept, which no byte of a " \
				"response came to."},                                              \
		{list "[].idle_least_s", FIELD_NUMBER, FIELD_NULLABLE, .unit = "s",                \
			.merge = FIELD_LEAST,                                                      \
			.sentence = "How long those connections had been idle, at least."},        \
		{list "[].idle_most_s", FIELD_NUMBER, FIELD_NULLABLE, .unit = "s",                 \
			.merge = FIELD_MOST,                                                       \
			.sentence = "How long those connections had been idle, at most."},         \
		{list "[].pauses", FIELD_COUNT, .merge = FIELD_SUM,                                \
			.sentence = "Pauses between two requests that were due (--think)."},       \
		{list "[].pauses_cut", FIELD_COUNT, .merge = FIELD_SUM,                            \
			.sentence = "Of these, those that the load's end cut short: the next "     \
				    "request was sent at once."},                                  \
		{list "[].closed_idle", FIELD_COUNT, .merge = FIELD_SUM,                           \
			.sentence =                                                                \
				"Connections that the server closed while the client paused: no "  \
				"request is lost."},                                               \
		{list "[].reset_idle", FIELD_COUNT, .merge = FIELD_SUM,                            \
			.sentence = "Connections that the server reset while the client paused."}, \
	{                                                                                          \
		list "[].held", FIELD_COUNT,                                                       \
			.merge = FIELD_SUM,                                                        \
			.sentence = "Connections that the client still held when the load ended."  \
	}

static const struct field fields[] = {
	{"trials[].clients", FIELD_LIST, FIELD_OPTIONAL, .merge = FIELD_PARTS,
		.sentence = "What the clients of each behaviour came to (--clients), which are in "
			    "the load's figures, too; left out where all are plain."},
	ROWS("trials[].clients"),
	{"trials[].beside", FIELD_OBJECT, FIELD_OPTIONAL, .known = has_beside, .merge = FIELD_PARTS,
		.sentence = "Clients beside the load (--beside), which are in none of its figures; "
			    "left out where there are none."},
	{"trials[].beside.clients", FIELD_LIST, .merge = FIELD_PARTS,
		.sentence = "What those of each behaviour came to."},
	ROWS("trials[].beside.clients"),
	{"trials[].beside.server", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "The server's sockets of connections that are not the load's."},
	{"trials[].beside.server.held_peak", FIELD_COUNT, .better = FIELD_LESS,
		.merge = FIELD_SUM_OF_PEAKS,
		.sentence = "Most of them at one instant that a process held a descriptor of."},
	{"trials[].beside.server.held_end", FIELD_COUNT, .better = FIELD_LESS, .merge = FIELD_SUM,
		.sentence = "Of them, those that a process held a descriptor of once the clients "
			    "beside the load had left and the server had had two seconds to "
			    "close."},
	{"trials[].beside.server.reopened_end", FIELD_COUNT, .better = FIELD_LESS,
		.merge = FIELD_SUM,
		.sentence = "Of these, those that no client has: in ESTABLISHED, while the "
			    "client's end is in TIME_WAIT, and so has had the server's FIN. The "
			    "kernel made them of an ACK that passed as the answer to a SYN cookie; "
			    "they are no leak of the server's."},
	{"trials[].beside.server.peak", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "Most of them in one state that a census found at one instant; a state "
			    "that none was in is left out."},
	{"trials[].beside.server.peak.{state}", FIELD_COUNT, FIELD_OPTIONAL, .better = FIELD_LESS,
		.absent_is_zero = true, .merge = FIELD_SUM_OF_PEAKS,
		.sentence = "Most of them in {state} at one instant."},
};

const struct field_group field_group_clients = {
	"Clients", fields, sizeof(fields) / sizeof(fields[0])};
