/* Rows of a trial: what it is, what is claimed, and whether it held. */
#include "bench/findings/findings.h"
#include "bench/judge/figures.h"
#include "bench/result/fields/field.h"
#include "bench/trial/record.h"

#define COUNTED(path, member, ...)                                                                 \
	{                                                                                          \
		path, FIELD_COUNT, .source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, member),     \
				   .merge = FIELD_SUM, .sentence = __VA_ARGS__                     \
	}

#define HANDSHAKE(path, member, word, ...)                                                         \
	{                                                                                          \
		"trials[].handshake." path, FIELD_NUMBER, FIELD_REQUIRED, FIELD_LESS,              \
			FIELD_TENTHS,                                                              \
			.unit = "us", .heading = "hand-|shake|" word " us", .of_invalid = true,    \
			.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, handshakes.member), \
			.merge = FIELD_LEFT_OUT, .sentence = __VA_ARGS__                           \
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

static bool start_is_agreed(const struct trial *trial)
{
	return trial->agreed.at_ns > 0;
}

static const struct field fields[] = {
	{"trials[]", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "One trial: one strategy, once, on a fresh network."},
	{"trials[].strategy", FIELD_TEXT, .merge = FIELD_SAME,
		.sentence = "The strategy, or the name of the server command."},
	{"trials[].repeat", FIELD_ORDINAL, .merge = FIELD_SAME,
		.sentence = "Which trial of its strategy this is."},
	{"trials[].order", FIELD_ORDINAL, .merge = FIELD_FIRST,
		.sentence = "Which trial of the run this is."},
	{"trials[].loader", FIELD_TEXT, .words = loader_words,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, load.name), .merge = FIELD_SAME,
		.sentence = "What made the load."},
	{"trials[].server", FIELD_TEXT, .words = server_words,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, server.name),
		.merge = FIELD_SAME, .sentence = "What served."},
	{"trials[].upstream", FIELD_AGAIN, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "With --proxy-command: the hop behind the proxy, as a trial. Its "
			    "client is the proxy, its server the upstream, its load what the proxy "
			    "sends on; others are the hop in front."},
	{"trials[].source_port", FIELD_TEXT, .words = source_words, .merge = FIELD_SAME,
		.sentence = "What chose the client's ports: connect(2), IP_LOCAL_PORT_RANGE, "
			    "bind(2), or a third-party loader."},
	{"trials[].client_close", FIELD_TEXT, .words = close_words, .merge = FIELD_SAME,
		.sentence = "How the client closes: plainly, by a reset, as the strategy says, or "
			    "as a third-party loader does."},
	{"trials[].started_unix_us", FIELD_COUNT, FIELD_OPTIONAL, .unit = "us",
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, started_unix_us),
		.merge = FIELD_FIRST,
		.sentence = "When the loader started, by the host's clock, in microseconds since "
			    "1970 (UTC): samples[].t_s begins there."},
	{"trials[].start", FIELD_OBJECT, FIELD_OPTIONAL, .known = start_is_agreed,
		.merge = FIELD_PARTS,
		.sentence = "Of one host of a fleet (teardown-mpi): the start that was agreed on."},
	{"trials[].start.late_us", FIELD_COUNT, FIELD_OPTIONAL, .unit = "us",
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, late_us),
		.known = start_is_agreed, .merge = FIELD_MOST,
		.sentence = "By how much the loader started after that instant, by its host's own "
			    "clock."},
	{"trials[].start.clock_bound_us", FIELD_COUNT, FIELD_OPTIONAL, .unit = "us",
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, agreed.bound_us),
		.known = start_is_agreed, .merge = FIELD_MOST,
		.sentence = "By how much, at most, that instant was another one there than on the "
			    "first host, by the pings between them."},
	{"trials[].duration_s", FIELD_NUMBER, .unit = "s", .merge = FIELD_MOST,
		.sentence = "Length of the window, in which rates and latencies are measured."},
	{"trials[].valid", FIELD_FLAG, .merge = FIELD_MADE,
		.sentence = "Whether the trial counts: invalid_because is empty."},
	{"trials[].invalid_because", FIELD_LIST, .merge = FIELD_MADE,
		.sentence = "What makes the trial invalid."},
	{"trials[].invalid_because[]", FIELD_TEXT, .merge = FIELD_MADE,
		.sentence = "A reason, with its number."},
	{"trials[].findings", FIELD_LIST, .merge = FIELD_MADE,
		.sentence = "Named diagnoses of this trial."},
	{"trials[].findings[]", FIELD_OBJECT, .merge = FIELD_MADE, .sentence = "One finding."},
	{"trials[].findings[].id", FIELD_TEXT, .word = finding_id, .merge = FIELD_MADE,
		.sentence = "Its name; `teardown list --findings` tells them all."},
	{"trials[].findings[].text", FIELD_TEXT, .merge = FIELD_MADE,
		.sentence = "What happened, with its numbers, and the cure."},
	{"trials[].findings[].t_s", FIELD_REAL, FIELD_OPTIONAL, .unit = "s", .merge = FIELD_MADE,
		.sentence = "When it was first seen, from the loader's start; of a third-party "
			    "loader, from its first SYN."},
	{"trials[].findings[].{number}", FIELD_WORD, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "A number or a word that the finding rests on, its unit in the key."},
	{"trials[].hosts", FIELD_LIST, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "Of a merged file: the trial on each host that has it."},
	{"trials[].hosts[]", FIELD_OBJECT, .merge = FIELD_MADE, .sentence = "One host."},
	{"trials[].hosts[].name", FIELD_TEXT, .merge = FIELD_MADE,
		.sentence = "Its name, as in hosts[]."},
	{"trials[].hosts[].started_after_s", FIELD_REAL, .unit = "s", .merge = FIELD_MADE,
		.sentence = "By how much its loader started after that of the first host, as their "
			    "clocks tell."},
	{"trials[].hosts[].valid", FIELD_FLAG, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "Whether its own trial counts."},
	{"trials[].hosts[].attempted", FIELD_COUNT, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "Connections that its loader began."},
	{"trials[].hosts[].completed", FIELD_COUNT, FIELD_OPTIONAL, .merge = FIELD_MADE,
		.sentence = "Of these, those on which every response arrived whole."},
	{"trials[].hosts[].rate_per_s", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "1/s",
		.merge = FIELD_MADE, .sentence = "Its part of rate_per_s."},
	{"trials[].overlap_share", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "share",
		.merge = FIELD_MADE,
		.sentence = "Of a merged file: the share of the longest window that the windows of "
			    "all hosts have in common; below 0.9 the trial is invalid."},
	{"trials[].holder", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "The end that is left with TIME_WAIT."},
	{"trials[].holder.declared", FIELD_TEXT, FIELD_NULLABLE, .words = declared_words,
		.merge = FIELD_SAME,
		.sentence = "What the strategy claims; null of a third-party server."},
	{"trials[].holder.measured", FIELD_TEXT, .words = measured_words,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, holder), .merge = FIELD_WHO,
		.sentence = "What the kernel's counters show: an end of at least 95 % of the "
			    "connections, mixed, or unknown where none was opened or the trial was "
			    "cut off."},
	{"trials[].claim", FIELD_OBJECT, FIELD_NULLABLE, .known = trial_is_declared,
		.merge = FIELD_PARTS,
		.sentence = "The claim about the holder; null of a third-party server."},
	{"trials[].claim.is_race", FIELD_FLAG, .merge = FIELD_SAME,
		.sentence = "Whether the strategy says that a race decides how often it holds."},
	{"trials[].claim.share", FIELD_NUMBER, FIELD_NULLABLE, .unit = "share",
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, claim_share),
		.merge = FIELD_MEAN, .weight = "connections.opened",
		.sentence = "Share of connections that left TIME_WAIT where the strategy claims."},
	{"trials[].first_closer", FIELD_OBJECT, .merge = FIELD_PARTS,
		.sentence = "The end that sent the first FIN, or RST."},
	{"trials[].first_closer.declared", FIELD_TEXT, FIELD_NULLABLE, .words = declared_words,
		.merge = FIELD_SAME,
		.sentence = "What the strategy claims; null of a third-party server."},
	{"trials[].first_closer.measured", FIELD_TEXT, .words = measured_words,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, first_closer),
		.merge = FIELD_WHO,
		.sentence = "What the packets show: an end of at least 95 % of the connections "
			    "seen, mixed, or unknown where none was seen."},
	{"trials[].first_closer.unknown_because", FIELD_TEXT, FIELD_OPTIONAL,
		.words = figures_unknown_closer_words, .merge = FIELD_FIRST,
		.sentence = "Why it is unknown; left out where it is known."},
	{"trials[].first_closer.packet_tap", FIELD_OBJECT, .merge = FIELD_PARTS,
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
	{"trials[].first_closer.packet_tap.share", FIELD_COUNT,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, packet_tap.share),
		.merge = FIELD_MOST,
		.sentence = "In the end the packet tap looked at one connection in so many."},
	{"trials[].first_closer.packet_tap.narrowed_after", FIELD_COUNT, FIELD_OPTIONAL,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, packet_tap.narrowed_after),
		.merge = FIELD_LEAST,
		.sentence = "Connections that had ended when the packet tap, which begins with all "
			    "of them, went over to that share; 0: it never did."},
	{"trials[].handshake", FIELD_OBJECT, FIELD_OPTIONAL, .known = handshakes_are_known,
		.merge = FIELD_LEFT_OUT,
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
