/* Rows of a trial: what it is, what is claimed, and whether it held. */
#include "bench/findings/findings.h"
#include "bench/judge/figures.h"
#include "bench/result/fields/field.h"
#include "bench/trial/record.h"

#define COUNTED(path, member, ...)                                                                 \
	{                                                                                          \
		path, FIELD_COUNT, .source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, member),     \
				   .sentence = __VA_ARGS__                                         \
	}

#define HANDSHAKE(path, member, word, ...)                                                         \
	{                                                                                          \
		"trials[].handshake." path, FIELD_NUMBER, FIELD_REQUIRED, FIELD_LESS,              \
			FIELD_TENTHS,                                                              \
			.unit = "us", .heading = "hand-|shake|" word " us", .of_invalid = true,    \
			.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, handshakes.member), \
			.sentence = __VA_ARGS__                                                    \
	}

static const char *const loader_words[] = {"builtin", "wrk", "command", "proxy", NULL};
static const char *const server_words[] = {
	"teardown-server", "server-command", "proxy-command", NULL};
static const char *const source_words[] = {"kernel", "range", "bind", "loader", NULL};
static const char *const close_words[] = {"plain", "reset", "strategy", "loader", NULL};
static const char *const declared_words[] = {"none", "server", "client", "both", NULL};
static const char *const measured_words[] = {
	"none", "server", "client", "both", "mixed", "unknown", NULL};

static const char *finding_id(size_t i)
{
	return i < finding_kind_count ? finding_kinds[i]->id : NULL;
}

/* Over a wire the tap does not see when the SYN leaves. */
static bool handshakes_are_known(const struct trial *trial)
{
	return trial->load.is_third_party && !trial->wire.exists &&
	       trial->packet_tap.counts.handshakes.count > 0;
}

static const struct field fields[] = {
	{"trials[]", FIELD_OBJECT,
		.sentence = "One trial: one strategy, once, on a fresh network."},
	{"trials[].strategy", FIELD_TEXT,
		.sentence = "The strategy, or the name of the server command."},
	{"trials[].repeat", FIELD_ORDINAL, .sentence = "Which trial of its strategy this is."},
	{"trials[].order", FIELD_ORDINAL, .sentence = "Which trial of the run this is."},
	{"trials[].loader", FIELD_TEXT, .words = loader_words,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, load.name),
		.sentence = "What made the load."},
	{"trials[].server", FIELD_TEXT, .words = server_words,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, server.name),
		.sentence = "What served."},
	{"trials[].upstream", FIELD_AGAIN, FIELD_OPTIONAL,
		.sentence = "With --proxy-command: the hop behind the proxy, as a trial. Its "
			    "client is the proxy, its server the upstream, its load what the proxy "
			    "sends on; others are the hop in front."},
	{"trials[].source_port", FIELD_TEXT, .words = source_words,
		.sentence = "What chose the client's ports: connect(2), IP_LOCAL_PORT_RANGE, "
			    "bind(2), or a third-party loader."},
	{"trials[].client_close", FIELD_TEXT, .words = close_words,
		.sentence = "How the client closes: plainly, by a reset, as the strategy says, or "
			    "as a third-party loader does."},
	{"trials[].started_unix_us", FIELD_COUNT, FIELD_OPTIONAL, .unit = "us",
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, started_unix_us),
		.sentence = "When the loader started, by the host's clock, in microseconds since "
			    "1970 (UTC): samples[].t_s begins there."},
	{"trials[].duration_s", FIELD_NUMBER, .unit = "s",
		.sentence = "Length of the window, in which rates and latencies are measured."},
	{"trials[].valid", FIELD_FLAG,
		.sentence = "Whether the trial counts: invalid_because is empty."},
	{"trials[].invalid_because", FIELD_LIST, .sentence = "What makes the trial invalid."},
	{"trials[].invalid_because[]", FIELD_TEXT, .sentence = "A reason, with its number."},
	{"trials[].findings", FIELD_LIST, .sentence = "Named diagnoses of this trial."},
	{"trials[].findings[]", FIELD_OBJECT, .sentence = "One finding."},
	{"trials[].findings[].id", FIELD_TEXT, .word = finding_id,
		.sentence = "Its name; `teardown list --findings` tells them all."},
	{"trials[].findings[].text", FIELD_TEXT,
		.sentence = "What happened, with its numbers, and the cure."},
	{"trials[].findings[].t_s", FIELD_REAL, FIELD_OPTIONAL, .unit = "s",
		.sentence = "When it was first seen, from the loader's start; of a third-party "
			    "loader, from its first SYN."},
	{"trials[].findings[].{number}", FIELD_WORD, FIELD_OPTIONAL,
		.sentence = "A number or a word that the finding rests on, its unit in the key."},
	{"trials[].holder", FIELD_OBJECT, .sentence = "The end that is left with TIME_WAIT."},
	{"trials[].holder.declared", FIELD_TEXT, FIELD_NULLABLE, .words = declared_words,
		.sentence = "What the strategy claims; null of a third-party server."},
	{"trials[].holder.measured", FIELD_TEXT, .words = measured_words,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, holder),
		.sentence = "What the kernel's counters show: an end of at least 95 % of the "
			    "connections, mixed, or unknown where none was opened or the trial was "
			    "cut off."},
	{"trials[].claim", FIELD_OBJECT, FIELD_NULLABLE, .known = trial_is_declared,
		.sentence = "The claim about the holder; null of a third-party server."},
	{"trials[].claim.is_race", FIELD_FLAG,
		.sentence = "Whether the strategy says that a race decides how often it holds."},
	{"trials[].claim.share", FIELD_NUMBER, FIELD_NULLABLE, .unit = "share",
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, claim_share),
		.sentence = "Share of connections that left TIME_WAIT where the strategy claims."},
	{"trials[].first_closer", FIELD_OBJECT,
		.sentence = "The end that sent the first FIN, or RST."},
	{"trials[].first_closer.declared", FIELD_TEXT, FIELD_NULLABLE, .words = declared_words,
		.sentence = "What the strategy claims; null of a third-party server."},
	{"trials[].first_closer.measured", FIELD_TEXT, .words = measured_words,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, first_closer),
		.sentence = "What the packets show: an end of at least 95 % of the connections "
			    "seen, mixed, or unknown where none was seen."},
	{"trials[].first_closer.unknown_because", FIELD_TEXT, FIELD_OPTIONAL,
		.words = figures_unknown_closer_words,
		.sentence = "Why it is unknown; left out where it is known."},
	{"trials[].first_closer.packet_tap", FIELD_OBJECT,
		.sentence = "What the packet sockets at both ends saw."},
	COUNTED("trials[].first_closer.packet_tap.connections", packet_tap.counts.connections,
		"Connections whose first closer was judged by their packets."),
	COUNTED("trials[].first_closer.packet_tap.server", packet_tap.counts.server,
		"Connections seen that the server closed first."),
	COUNTED("trials[].first_closer.packet_tap.client", packet_tap.counts.client,
		"Connections seen that the client closed first."),
	COUNTED("trials[].first_closer.packet_tap.both", packet_tap.counts.both,
		"Connections seen whose FINs crossed."),
	COUNTED("trials[].first_closer.packet_tap.by_reset", packet_tap.counts.by_reset,
		"Connections seen that a RST ended before any FIN."),
	COUNTED("trials[].first_closer.packet_tap.undecided", packet_tap.counts.undecided,
		"Connections that were seen to begin and never to end."),
	COUNTED("trials[].first_closer.packet_tap.sized", packet_tap.counts.sized,
		"Connections seen of which SYN, SYN-ACK and both FINs were seen."),
	COUNTED("trials[].first_closer.packet_tap.client_bytes", packet_tap.counts.client_bytes,
		"Bytes of data that the client sent on these."),
	COUNTED("trials[].first_closer.packet_tap.server_bytes", packet_tap.counts.server_bytes,
		"Bytes of data that the server sent on these."),
	COUNTED("trials[].first_closer.packet_tap.segments", packet_tap.segments,
		"SYN, FIN and RST segments that the packet tap judged."),
	COUNTED("trials[].first_closer.packet_tap.lost", packet_tap.lost,
		"Segments that the packet tap lost to a full ring; any makes the trial invalid."),
	COUNTED("trials[].first_closer.packet_tap.share", packet_tap.share,
		"In the end the packet tap looked at one connection in so many."),
	{"trials[].first_closer.packet_tap.narrowed_after", FIELD_COUNT, FIELD_OPTIONAL,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, packet_tap.narrowed_after),
		.sentence = "Connections that had ended when the packet tap, which begins with all "
			    "of them, went over to that share; 0: it never did."},
	{"trials[].handshake", FIELD_OBJECT, FIELD_OPTIONAL, .known = handshakes_are_known,
		.sentence = "How long the handshakes took by packets, of a proxy's hop to its "
			    "upstream or with a third-party loader, which do not tell: from the "
			    "first SYN to the SYN-ACK. SYNs that were sent again are in it, the "
			    "time to find a port is not."},
	COUNTED("trials[].handshake.count", packet_tap.counts.handshakes.count,
		"Handshakes seen that a SYN-ACK answered."),
	HANDSHAKE("p50_us", median_us, "p50", "Half of the handshakes took at most this."),
	HANDSHAKE("p99_us", p99_us, "p99", "99 of 100 handshakes took at most this."),
	HANDSHAKE("max_us", most_us, "max", "The longest handshake."),
};

const struct field_group field_group_trial = {
	"A trial", fields, sizeof(fields) / sizeof(fields[0])};
