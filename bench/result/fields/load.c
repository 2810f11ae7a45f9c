/* Rows of a trial: what the load came to. */
#include "bench/judge/figures.h"
#include "bench/result/fields/field.h"
#include "bench/trial/record.h"

#include <string.h>

#define COUNTED(path, member, ...)                                                                 \
	{                                                                                          \
		path, FIELD_COUNT, .source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, member),     \
				   .merge = FIELD_SUM, __VA_ARGS__                                 \
	}
/* What only the builtin loader knows. */
#define OUTCOME(path, member, ...)                                                                 \
	{                                                                                          \
		path, FIELD_COUNT, FIELD_NULLABLE,                                                 \
			.known = loader_is_builtin,                                                \
			.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, member),                \
			.merge = FIELD_SUM, __VA_ARGS__                                            \
	}
#define TRUNCATED(path, member, ...)                                                               \
	{                                                                                          \
		path, FIELD_COUNT, FIELD_REQUIRED, FIELD_LESS,                                     \
			.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, totals.member),         \
			.merge = FIELD_SUM, .sentence = __VA_ARGS__                                \
	}
#define AT_MOST_PATH "exchanges_at_most"
#define AT_MOST "trials[]." AT_MOST_PATH
#define STARTS(path, member, ...)                                                                  \
	{                                                                                          \
		path, FIELD_COUNT, FIELD_OPTIONAL,                                                 \
			.known = loop_is_open,                                                     \
			.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, member),                \
			.merge = FIELD_SUM, __VA_ARGS__                                            \
	}

static bool loader_is_builtin(const struct trial *trial)
{
	return !trial->load.is_third_party;
}

/* Of each connection, all that the client sent was looked at. */
static bool arrivals_are_known(const struct trial *trial)
{
	const struct load_totals *totals = &trial->totals;
	uint64_t opened = totals->attempted - totals->outcomes[OUTCOME_CONNECT_ERROR];
	return loader_is_builtin(trial) && trial_is_ended(trial) && trial->packet_tap.lost == 0 &&
	       opened > 0 && trial->packet_tap.counts.arrived.connections == opened;
}

static bool loader_is_third_party(const struct trial *trial)
{
	return trial->load.is_third_party;
}

static bool loader_is_known(const struct trial *trial)
{
	return trial->third_party.kind != NULL;
}

static const char *loader_word(size_t i)
{
	return i < loader_kind_count ? loader_kinds[i]->name : NULL;
}

static bool loop_is_open(const struct trial *trial)
{
	return strcmp(trial->load.loop, "open") == 0;
}

static bool loop_is_of_requests(const struct trial *trial)
{
	return loop_is_open(trial) && trial->load.request_rate_per_s > 0;
}

static bool loop_is_of_connections(const struct trial *trial)
{
	return loop_is_open(trial) && trial->load.rate_per_s > 0;
}

static const char *const loop_words[] = {"open", "closed", "unknown", NULL};
static const char *const arrival_words[] = {"fixed", "poisson", NULL};

static const struct field fields[] = {
	{"trials[].loop", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "What decided when a connection began."},
	{"trials[].loop.kind", FIELD_TEXT, .words = loop_words,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, load.loop), .merge = FIELD_SAME,
		.sentence = "open: a schedule; closed: the end of the connection before; unknown "
			    "of a third-party loader's command."},
	{"trials[].loop.arrivals", FIELD_TEXT, FIELD_OPTIONAL, .words = arrival_words,
		.known = loop_is_open,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, load.arrivals),
		.merge = FIELD_SAME,
		.sentence = "Of an open loop: equal gaps, or gaps as of independent users."},
	{"trials[].loop.requests_per_s", FIELD_ORDINAL, FIELD_OPTIONAL, .unit = "1/s",
		.known = loop_is_of_requests,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, load.request_rate_per_s),
		.merge = FIELD_SUM,
		.sentence = "Of an open loop of requests: those that were to be sent in a second."},
	{"trials[].loop.rate_per_s", FIELD_ORDINAL, FIELD_OPTIONAL, .unit = "1/s",
		.known = loop_is_of_connections,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, load.rate_per_s),
		.merge = FIELD_SUM,
		.sentence =
			"Of an open loop of connections: those that were to begin in a second."},
	{"trials[].loop.intended", FIELD_COUNT, FIELD_OPTIONAL, .merge = FIELD_SUM,
		.sentence = "Of an open loop: connections, or requests, that were to begin."},
	STARTS("trials[].loop.late", totals.late, .better = FIELD_LESS,
		.sentence = "Of an open loop: those that began 1 ms or more too late."),
	STARTS("trials[].loop.starved", totals.starved, .better = FIELD_LESS,
		.sentence = "Of an open loop: late ones that found every connection in use."),
	STARTS("trials[].loop.missed", totals.missed, .better = FIELD_LESS,
		.sentence = "Of an open loop: those that had not begun when it ended."),
	STARTS("trials[].loop.missed_starved", totals.missed_starved, .better = FIELD_LESS,
		.sentence =
			"Of those missed, the ones for which no connection was free at the end."),
	{"trials[].connections", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "What became of the connections. attempted is the sum of completed, "
			    "short, reset, timed_out and connect_errors."},
	{"trials[].connections.attempted", FIELD_COUNT,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, attempted),
		.merge = FIELD_SUM,
		.sentence =
			"Connections that the loader began; of a third-party loader ActiveOpens of "
			"the client's kernel and the connect() that it reports as failed."},
	{"trials[].connections.established", FIELD_COUNT, .merge = FIELD_SUM,
		.sentence = "Handshakes that the loader saw end; of a third-party loader "
			    "PassiveOpens of the server's kernel, and kept_from_accept."},
	{"trials[].connections.opened", FIELD_COUNT, FIELD_OPTIONAL,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, opened), .merge = FIELD_SUM,
		.sentence = "Connections whose handshake was completed: PassiveOpens of the "
			    "server's kernel, and kept_from_accept. What is said for each "
			    "connection opened is divided by it."},
	{"trials[].connections.kept_from_accept", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, kept_from_accept),
		.merge = FIELD_SUM,
		.sentence = "Connections that the client's end opened and that never came to "
			    "accept(2)."},
	{"trials[].connections.reset_before_accept", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, reset_before_accept),
		.merge = FIELD_SUM,
		.sentence = "Of those kept_from_accept, the ones that the client reset: "
			    "AttemptFails of the server's kernel."},
	{"trials[].connections.kept_by_defer_accept", FIELD_FLAG, FIELD_OPTIONAL,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, kept_by_defer_accept),
		.merge = FIELD_MOST,
		.sentence = "Whether TCP_DEFER_ACCEPT kept them: TCPDeferAcceptDrop is as many, "
			    "and no listen queue was full."},
	OUTCOME("trials[].connections.completed", totals.outcomes[OUTCOME_COMPLETED],
		.better = FIELD_MORE,
		.sentence = "Connections on which every response arrived whole."),
	OUTCOME("trials[].connections.short", totals.outcomes[OUTCOME_SHORT], .better = FIELD_LESS,
		.sentence =
			"Connections whose stream ended before the last response did, or whose TLS "
			"failed."),
	OUTCOME("trials[].connections.reset", totals.outcomes[OUTCOME_RESET], .better = FIELD_LESS,
		.sentence = "Connections that were reset before the last response was whole."),
	OUTCOME("trials[].connections.timed_out", totals.outcomes[OUTCOME_TIMED_OUT],
		.better = FIELD_LESS,
		.sentence = "Connections on which a deadline of the client passed."),
	{"trials[].connections.unconnected", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS,
		.known = loader_is_builtin,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, totals.unconnected),
		.merge = FIELD_SUM,
		.sentence = "Of those timed out: the handshake was not complete."},
	{"trials[].connections.part_answered", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS,
		.known = loader_is_builtin,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, totals.part_answered),
		.merge = FIELD_SUM,
		.sentence = "Of those timed out: a response had begun, and was not whole. Of the "
			    "rest no byte of a response had come to the last request."},
	{"trials[].connections.unclosed", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS,
		.known = loader_is_builtin,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, totals.unclosed),
		.merge = FIELD_SUM,
		.sentence = "Of those timed out: every response had arrived, and the server did "
			    "not close before the client gave up."},
	{"trials[].connections.closed_late", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS,
		.known = loader_is_builtin,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, totals.closed_late),
		.merge = FIELD_SUM,
		.sentence = "Connections on which the server's FIN came 300 ms or more after the "
			    "last byte of the last response."},
	OUTCOME("trials[].connections.resets_seen", totals.resets_seen,
		.sentence = "Connections on which the client met a RST, delivered or not."),
	{"trials[].connections.connect_errors", FIELD_OBJECT, FIELD_NULLABLE,
		.known = loader_is_builtin, .merge = FIELD_PARTS,
		.sentence = "How often connect(2) failed, by errno; an errno that is not there did "
			    "not occur."},
	{"trials[].connections.connect_errors.{errno}", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS,
		.absent_is_zero = true, .merge = FIELD_SUM,
		.sentence = "How often connect(2) failed with {errno}."},
	{"trials[].exchanges", FIELD_COUNT, FIELD_NULLABLE, .at_most_where = AT_MOST_PATH,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, exchanges),
		.merge = FIELD_SUM,
		.sentence = "Responses that arrived whole; of a third-party loader, the requests "
			    "that it reports."},
	{AT_MOST, FIELD_FLAG, FIELD_OPTIONAL, .merge = FIELD_MOST,
		.sentence = "True where exchanges, exchanges_per_connection and exchanges_per_s "
			    "are the "
			    "most that there can have been, and no count: a third-party loader "
			    "reports more than was sent (loader-overcounts)."},
	{"trials[].exchanges_per_connection", FIELD_NUMBER, FIELD_OPTIONAL, .format = FIELD_TENTHS,
		.at_most_where = AT_MOST_PATH,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, exchanges_per_connection),
		.merge = FIELD_MEAN, .weight = "connections.opened",
		.sentence = "Exchanges for each connection that was opened."},
	{"trials[].bytes", FIELD_OBJECT, FIELD_NULLABLE, .known = loader_is_builtin,
		.merge = FIELD_PARTS, .sentence = "Bytes of response bodies."},
	COUNTED("trials[].bytes.promised", totals.bytes_promised, .unit = "bytes",
		.sentence =
			"Bytes of bodies that were announced: by Content-Length or by chunk sizes, "
			"as they came; of a body that only the stream's end ends, what came."),
	COUNTED("trials[].bytes.received", totals.bytes_received, .unit = "bytes",
		.sentence = "Bytes of bodies that arrived."),
	{"trials[].sent", FIELD_OBJECT, FIELD_OPTIONAL, .known = arrivals_are_known,
		.merge = FIELD_PARTS,
		.sentence = "Bytes that the builtin loader's clients sent, handshakes and records "
			    "of TLS with them; left out where not each connection's data was "
			    "looked at."},
	COUNTED("trials[].sent.taken_bytes", totals.sent_bytes, .unit = "bytes",
		.sentence = "Those that the clients' kernel took of them."),
	COUNTED("trials[].sent.arrived_bytes", packet_tap.counts.arrived.bytes, .unit = "bytes",
		.sentence = "Of these, those that came to the server's host. The clients' kernel "
			    "drops the rest where a RST ends the connection."),
	{"trials[].truncated", FIELD_OBJECT, FIELD_OPTIONAL, .known = loader_is_builtin,
		.merge = FIELD_PARTS,
		.sentence = "Responses that the server's FIN or RST cut off in the middle, by what "
			    "was to end them. What the last three still lacked was never "
			    "announced, so bytes.promised leaves it out."},
	TRUNCATED("trials[].truncated.by_length", truncated[RESPONSE_BY_LENGTH],
		"Responses cut off before the end that Content-Length told."),
	TRUNCATED("trials[].truncated.chunked", truncated[RESPONSE_CHUNKED],
		"Chunked responses cut off before the last chunk."),
	TRUNCATED("trials[].truncated.by_close", truncated[RESPONSE_BY_CLOSE],
		"Responses that the end of the stream was to end, and that a RST ended, or over "
		"TLS a FIN without close_notify."),
	TRUNCATED("trials[].truncated.in_head", truncated[RESPONSE_IN_HEAD],
		"Responses cut off in their heads."),
	{"trials[].surplus", FIELD_OBJECT, FIELD_OPTIONAL, .known = loader_is_builtin,
		.merge = FIELD_PARTS,
		.sentence =
			"What came behind the end of responses, before the next request was "
			"sent or the connection closed: bytes.received leaves it out. Over TLS, of "
			"what the client decrypted."},
	COUNTED("trials[].surplus.responses", totals.surplus_responses, .better = FIELD_LESS,
		.sentence = "Responses behind whose end more came."),
	COUNTED("trials[].surplus.bytes", totals.surplus_bytes, .better = FIELD_LESS,
		.unit = "bytes", .sentence = "The bytes that came there."),
	{"trials[].third_party", FIELD_OBJECT, FIELD_OPTIONAL, .known = loader_is_third_party,
		.merge = FIELD_PARTS,
		.sentence = "What a third-party loader said, and how it ended."},
	{"trials[].third_party.command", FIELD_TEXT, .merge = FIELD_FIRST,
		.sentence = "The command as it was run."},
	{"trials[].third_party.output", FIELD_LINES, .merge = FIELD_FIRST,
		.sentence = "The end of what it printed."},
	{"trials[].third_party.end", FIELD_TEXT, .merge = FIELD_FIRST,
		.sentence = "How it ended, and its last line."},
	{"trials[].third_party.exit_status", FIELD_COUNT, .merge = FIELD_MOST,
		.sentence =
			"The third-party loader's exit status, or 128 + the signal that ended it."},
	{"trials[].third_party.stopped", FIELD_FLAG,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, third_party.stopped),
		.merge = FIELD_MOST,
		.sentence = "Whether it ran until the window ended and was sent SIGINT."},
	{"trials[].third_party.killed", FIELD_FLAG,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, third_party.killed),
		.merge = FIELD_MOST,
		.sentence = "Whether it did not end then and was sent SIGKILL."},
	{"trials[].third_party.ran_s", FIELD_NUMBER, .unit = "s", .merge = FIELD_MOST,
		.sentence = "How long the third-party loader ran, until it ended or was asked to."},
	{"trials[].third_party.startup_s", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "s",
		.merge = FIELD_MOST,
		.sentence = "Of that, from its start to its first SYN: no rate is of this time, "
			    "and all times of the trial are from that SYN on. Left out of one that "
			    "sent none."},
	{"trials[].third_party.idle_from_s", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "s",
		.merge = FIELD_LEFT_OUT,
		.sentence = "Where the loader opened no connection in the second half of its load, "
			    "and had none open: from the first SYN to its last one. rate_per_s is "
			    "the mean of all of the load."},
	{"trials[].third_party.kind", FIELD_TEXT, FIELD_OPTIONAL, .word = loader_word,
		.merge = FIELD_ALIKE,
		.sentence =
			"Whose output it is, where that is known: what is below was read from it."},
	{"trials[].third_party.lookalike", FIELD_FLAG, FIELD_OPTIONAL, .merge = FIELD_MOST,
		.sentence = "True where the command runs a program of another name, which prints "
			    "as that loader does."},
	{"trials[].third_party.requests", FIELD_COUNT, FIELD_OPTIONAL, .known = loader_is_known,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, third_party.said.requests),
		.merge = FIELD_SUM, .sentence = "Answered requests that the loader reports."},
	{"trials[].third_party.requests_per_s", FIELD_NUMBER, FIELD_OPTIONAL, FIELD_MORE,
		.known = loader_is_known, .unit = "1/s",
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, third_party.said.requests_per_s),
		.merge = FIELD_SUM, .sentence = "Requests a second that the loader reports."},
	{"trials[].third_party.non_success", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS,
		.known = loader_is_known,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, third_party.said.non_success),
		.merge = FIELD_SUM,
		.sentence = "Responses that the loader takes for no success, by their status."},
	{"trials[].third_party.errors", FIELD_OBJECT, FIELD_OPTIONAL, .known = loader_is_known,
		.merge = FIELD_PARTS,
		.sentence = "Errors that the loader reports, by kind, as far as it tells them."},
	{"trials[].third_party.errors.{loader_error}", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS,
		.merge = FIELD_SUM, .sentence = "The loader's errors of kind {loader_error}."},
	{"trials[].third_party.latency_us", FIELD_OBJECT, FIELD_OPTIONAL, .known = loader_is_known,
		.merge = FIELD_LEFT_OUT,
		.sentence = "The loader's latency, as it rounds it; that of wrk, h2load and k6 "
			    "leaves out the handshake."},
	{"trials[].third_party.latency_us.{loader_latency}", FIELD_NUMBER, FIELD_OPTIONAL,
		FIELD_LESS, FIELD_MS, .unit = "us", .merge = FIELD_LEFT_OUT,
		.sentence = "{loader_latency} of the latency that the loader reports."},
	{"trials[].loss", FIELD_OBJECT, FIELD_OPTIONAL, .known = loss_is_known,
		.merge = FIELD_PARTS,
		.sentence = "What was lost, and when; left out of a third-party loader, and of a "
			    "trial that was not carried out to its end."},
	{"trials[].loss.exhausted_s", FIELD_NUMBER, FIELD_NULLABLE, FIELD_MORE, FIELD_HUNDREDTHS,
		.unit = "s", .metric = "exhausted_s", .heading = "time to|exhaustion",
		.of_invalid = true, .absent_is_never = true,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, loss.exhausted_s),
		.merge = FIELD_LEAST,
		.sentence = "From the loader's start to the first connect(2) that found no port; "
			    "null where each found one."},
	{"trials[].loss.lost_share", FIELD_NUMBER, FIELD_REQUIRED, FIELD_LESS, FIELD_PERCENT,
		.unit = "share", .metric = "lost_share", .heading = "share|lost",
		.of_invalid = true,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, loss.lost_share),
		.merge = FIELD_MEAN, .weight = "connections.attempted",
		.sentence = "Share of the connections attempted that were cut short, reset or "
			    "timed out."},
	{"trials[].loss.refused_share", FIELD_NUMBER, FIELD_REQUIRED, FIELD_LESS, FIELD_PERCENT,
		.unit = "share", .metric = "refused_share", .heading = "share|refused",
		.of_invalid = true,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, loss.refused_share),
		.merge = FIELD_MEAN, .weight = "connections.attempted",
		.sentence = "Share of the connections attempted whose connect(2) failed."},
	{"trials[].loss.bytes", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS, FIELD_BYTES,
		.unit = "bytes", .heading = "bytes|lost", .of_invalid = true,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, loss.bytes),
		.merge = FIELD_SUM,
		.sentence = "Bytes of response bodies that were announced and did not arrive: "
			    "bytes.promised less bytes.received."},
	{"trials[].delivery", FIELD_OBJECT, FIELD_OPTIONAL, .known = loss_is_known,
		.merge = FIELD_PARTS,
		.sentence = "What the clients were delivered, each connection attempted in one of "
			    "the first three; left out as loss is."},
	{"trials[].delivery.delivered", FIELD_COUNT, FIELD_OPTIONAL, FIELD_MORE, .of_invalid = true,
		.heading = "deli-|vered",
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, delivery.delivered),
		.merge = FIELD_SUM,
		.sentence = "Connections on which each response came whole, whatever its status, "
			    "or whose client wanted none."},
	{"trials[].delivery.truncated", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS, .of_invalid = true,
		.heading = "trun-|cated",
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, delivery.truncated),
		.merge = FIELD_SUM,
		.sentence = "Connections on which a response ended in the middle."},
	{"trials[].delivery.lost", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS, .of_invalid = true,
		.heading = "conn|lost",
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, delivery.lost),
		.merge = FIELD_SUM,
		.sentence = "Connections that ended, or did not open, with no byte of the response "
			    "that was due."},
	{"trials[].delivery.held", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS, .of_invalid = true,
		.heading = "held",
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, delivery.held),
		.merge = FIELD_SUM,
		.sentence = "Of the load's connections, those that a process of the server held a "
			    "descriptor of: where the clients stay until the load ends, "
			    "just before that; else after the trial had settled, with those that "
			    "the server had not closed when the client gave up."},
	{"trials[].rate_per_s", FIELD_NUMBER, FIELD_NULLABLE, FIELD_MORE, .unit = "1/s",
		.metric = "rate_per_s", .heading = "conn|/s",
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, rate_per_s),
		.merge = FIELD_SUM,
		.sentence = "Connections completed in a second of the window; with a third-party "
			    "loader, opened."},
	{"trials[].exchanges_per_s", FIELD_NUMBER, FIELD_NULLABLE, FIELD_MORE, .unit = "1/s",
		.metric = "exchanges_per_s", .heading = "re-|quests|/s",
		.at_most_where = AT_MOST_PATH,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, exchanges_per_s),
		.merge = FIELD_SUM,
		.sentence = "Responses completed in a second of the window; of a third-party "
			    "loader, as it reports."},
};

const struct field_group field_group_load = {
	"A trial's load", fields, sizeof(fields) / sizeof(fields[0])};
