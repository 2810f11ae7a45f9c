/* Rows of a trial: how its connections ended, as their packets show. */
#include "bench/judge/figures.h"
#include "bench/result/fields/field.h"

#define ENDINGS "trials[].endings"
/* NOLINTBEGIN(bugprone-macro-parentheses): literals are joined. */
#define OF_END(path, member, text)                                                                 \
	{                                                                                          \
		ENDINGS ".{end}." path, FIELD_COUNT, FIELD_OPTIONAL,                               \
			.source = FIELD_FROM(FIELD_OF_END, struct end_figures, endings.member),    \
			.merge = FIELD_SUM, .sentence = text                                       \
	}
/* The phases of one kind of RST. */
#define RESETS(path, member)                                                                       \
	OF_END(path ".open", member[RESET_OPEN],                                                   \
		"Connections so reset when nobody had sent a FIN."),                               \
		OF_END(path ".across_fin", member[RESET_ACROSS_FIN],                               \
			"Connections so reset when the other end's FIN was under way, and the "    \
			"{end} had not seen it."),                                                 \
		OF_END(path ".behind_other_fin", member[RESET_BEHIND_OTHER_FIN],                   \
			"Connections so reset when the {end} had the other end's FIN, and had "    \
			"sent none."),                                                             \
		OF_END(path ".behind_own_fin", member[RESET_BEHIND_OWN_FIN],                       \
			"Connections so reset when the {end} had sent its FIN, and did not have "  \
			"the other end's."),                                                       \
		OF_END(path ".behind_both_fins", member[RESET_BEHIND_BOTH_FINS],                   \
			"Connections so reset when both FINs had been sent.")
#define OF_SPAN(span, path, member, rule, text)                                                    \
	{                                                                                          \
		ENDINGS ".{end}." #span path, FIELD_NUMBER, FIELD_OPTIONAL, FIELD_LESS,            \
			.unit = "us",                                                              \
			.source = FIELD_FROM(FIELD_OF_END, struct end_figures, span.member),       \
			.merge = rule, .weight = "endings.{end}." #span ".count", .sentence = text \
	}
#define SPAN(path, what)                                                                           \
	{ENDINGS ".{end}." #path, FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_PARTS,              \
		.sentence = "Times " what "."},                                                    \
		OF_END(#path ".count", path.count, "Connections seen that have a time " what "."), \
		OF_END(#path ".late", path.late,                                                   \
			"Of these, connections on which it took 300 ms or more."),                 \
		OF_SPAN(path, ".least_us", least_us, FIELD_LEAST, "Shortest time " what "."),      \
		OF_SPAN(path, ".mean_us", mean_us, FIELD_MEAN, "Mean time " what "."),             \
		OF_SPAN(path, ".most_us", most_us, FIELD_MOST, "Longest time " what ".")

#define LATE "trials[].late_requests"
#define OF_LATE(path, member, text)                                                                \
	{                                                                                          \
		LATE "." path, FIELD_COUNT, FIELD_REQUIRED,                                        \
			.source = FIELD_FROM(                                                      \
				FIELD_OF_TRIAL, struct trial, packet_tap.counts.late.member),      \
			.merge = FIELD_SUM, .sentence = text                                       \
	}
#define LATE_DATA "trials[].late_data"
#define OF_LATE_DATA(path, member, text)                                                           \
	{                                                                                          \
		LATE_DATA "." path, FIELD_COUNT, FIELD_REQUIRED,                                   \
			.source = FIELD_FROM(                                                      \
				FIELD_OF_TRIAL, struct trial, packet_tap.counts.late_data.member), \
			.merge = FIELD_SUM, .sentence = text                                       \
	}
#define CUT "trials[].cut_responses"
#define OF_CUT(path, member, text)                                                                 \
	{                                                                                          \
		CUT "." path, FIELD_COUNT, FIELD_REQUIRED,                                         \
			.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial,                         \
				packet_tap.counts.responses.cuts.member),                          \
			.merge = FIELD_SUM, .sentence = text                                       \
	}
#define OF_CLOSE(path, member, text)                                                               \
	{                                                                                          \
		LATE "." path, FIELD_COUNT, FIELD_OPTIONAL,                                        \
			.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial,                         \
				packet_tap.counts.responses.late.member),                          \
			.known = heads_are_known, .merge = FIELD_SUM, .sentence = text             \
	}
/* NOLINTEND(bugprone-macro-parentheses) */

/* Where the client sends much that begins no request, nothing is told. */
static bool late_is_known(const struct trial *trial)
{
	return trial_is_ended(trial) && !trial->packet_tap.counts.late.is_hidden;
}

static bool late_data_is_known(const struct trial *trial)
{
	return trial_is_ended(trial) && trial->packet_tap.counts.late_data.looked_at > 0;
}

static bool heads_are_known(const struct trial *trial)
{
	return late_is_known(trial) && trial->packet_tap.counts.responses.is_looked_at;
}

static bool cuts_are_known(const struct trial *trial)
{
	return trial_is_ended(trial) && trial->packet_tap.counts.responses.is_looked_at;
}

static const struct field fields[] = {
	{ENDINGS, FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_PARTS,
		.sentence =
			"How the connections seen by the packet tap "
			"(first_closer.packet_tap.connections) ended, by the packets of each end."},
	{ENDINGS ".{end}", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_PARTS,
		.sentence = "What the {end} sent on them."},
	OF_END("fin_first", fin_first, "Connections that began to end with the {end}'s FIN."),
	OF_END("half_closed", half_closed,
		"Connections that the {end}'s FIN half closed: data of the other end came behind "
		"it, and the {end} took it."),
	{ENDINGS ".{end}.resets_sent", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_PARTS,
		.sentence = "Connections that the {end}'s kernel reset for its process (the RST "
			    "has an ACK): by close(2) with SO_LINGER of 0 s or with unread input, "
			    "or at a deadline; by the phase of the first RST."},
	RESETS("resets_sent", resets_sent),
	{ENDINGS ".{end}.resets_answered", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_PARTS,
		.sentence = "Connections on which the {end}'s kernel answered with a RST what no "
			    "socket takes (the RST has no ACK), as data that comes behind "
			    "close(2); by the phase of the first RST."},
	RESETS("resets_answered", resets_answered),
	SPAN(fin_behind_fin, "from the other end's FIN, where that was first, to the {end}'s"),
	SPAN(reset_behind_fin, "from the {end}'s FIN to its RST"),
	{LATE, FIELD_OBJECT, FIELD_OPTIONAL, .known = late_is_known, .merge = FIELD_PARTS,
		.sentence = "Connections seen by the packet tap on which a request, not the first, "
			    "came when the server was closing; left out where much of what the "
			    "client sends begins with no HTTP method."},
	OF_LATE("behind_fin", behind_fin,
		"Connections on which it came behind the server's FIN, and got no answer."),
	OF_LATE("drained", drained,
		"Of these, those that no RST of the server followed: it had shut down its own "
		"direction alone, and its socket took the request."),
	OF_LATE("knew_fin", knew_fin,
		"Of those behind the FIN that a RST of the server followed, those on which the "
		"client's kernel had the FIN when the request went out, as the RST's number says; "
		"nothing tells it of the others, which are not counted here."),
	OF_LATE("unread", unread,
		"Connections that the server's kernel reset at close(2), where the request may "
		"have been unread."),
	OF_CLOSE("announced", announced,
		"Connections of all these whose last response announced the close (Connection: "
		"close); known of third-party loaders, as far as their responses were seen."),
	OF_CLOSE("unannounced", unannounced, "Those whose last response did not announce it."),
	OF_CLOSE("announced_timed", timed,
		"Of those announced, those of which it is known what the client's kernel had when "
		"the request went out."),
	OF_CLOSE("announced_known", known,
		"Of these, those on which it had the response that announced the close."),
	{LATE_DATA, FIELD_OBJECT, FIELD_OPTIONAL, .known = late_data_is_known, .merge = FIELD_PARTS,
		.sentence = "Data of the client that is no request, as a close_notify of TLS, and "
			    "came behind the server's FIN when its socket was closed; left out "
			    "where no connection was looked at."},
	OF_LATE_DATA("looked_at", looked_at,
		"Connections of which all data of the client was looked at: the first ones of a "
		"load that sends much which is no request."),
	OF_LATE_DATA("reset", reset,
		"Of these, connections on which the server's kernel answered such data with a "
		"RST."),
	OF_LATE_DATA("knew_fin", knew_fin,
		"Of those reset, connections on which the client's kernel had the FIN, and so the "
		"whole response, when the data went out."),
	OF_LATE_DATA("tls_alerts", tls_alerts,
		"Of those reset, connections on which that data was one TLS record as long as an "
		"alert."),
	{CUT, FIELD_OBJECT, FIELD_OPTIONAL, .known = cuts_are_known, .merge = FIELD_PARTS,
		.sentence = "Connections of a third-party loader by what the server had sent of "
			    "their last response when it ended them, as far as the packet tap saw "
			    "its head, with a Content-Length or in chunks."},
	OF_CUT("seen", sized, "Connections of which that is known, cut off or not."),
	OF_CUT("by_fin", by_fin,
		"Connections that a FIN ended before that length, or before the last chunk."),
	OF_CUT("by_reset", by_reset, "Connections that a RST ended before that."),
	OF_CUT("chunked", chunked,
		"Of those of both, connections on which the last chunk had not come; nothing says "
		"how many bytes they lack."),
	OF_CUT("promised_bytes", promised, "Bytes of body that the others were to have."),
	OF_CUT("missing_bytes", missing, "Of these bytes, those that were not sent."),
};

const struct field_group field_group_endings = {
	"How connections ended", fields, sizeof(fields) / sizeof(fields[0])};
