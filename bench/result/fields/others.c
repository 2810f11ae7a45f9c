/* Rows of a trial: the connections in the two namespaces that are not the load's. */
#include "bench/judge/figures.h"
#include "bench/result/fields/field.h"

#define OTHERS "trials[].other_connections"
/* NOLINTBEGIN(bugprone-macro-parentheses): literals are joined. */
#define OF_END(path, member, text) OF_END_BY(path, member, FIELD_SUM, text)
#define OF_END_BY(path, member, rule, text)                                                        \
	{                                                                                          \
		OTHERS ".{end}." path, FIELD_COUNT, FIELD_OPTIONAL,                                \
			.source = FIELD_FROM(FIELD_OF_END, struct end_figures, member),            \
			.merge = rule, .sentence = text                                            \
	}
/* Of the runway: it may be unknown. */
#define OF_RUNWAY(path, member, of_unit, text)                                                     \
	{                                                                                          \
		OTHERS ".{end}.runway." path, FIELD_NUMBER, FIELD_OPTIONAL,                        \
			.unit = of_unit,                                                           \
			.source = FIELD_FROM(                                                      \
				FIELD_OF_END, struct end_figures, others_runway.member),           \
			.merge = FIELD_LEFT_OUT, .sentence = text                                  \
	}
/* NOLINTEND(bugprone-macro-parentheses) */

static const struct field fields[] = {
	{OTHERS, FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_PARTS,
		.sentence = "What is not the load's: connections that a server opens for itself, "
			    "over loopback too, and that a loader opens elsewhere. All other "
			    "figures but CPU and memory leave them out."},
	{OTHERS ".{end}", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_PARTS,
		.sentence = "Those of the {end}'s namespace."},
	OF_END("attempted", others.attempted, "connect() of the {end}, by their SYNs."),
	OF_END("opened", others.opened,
		"Connections that the {end} opened: the sum of the four closed_by_ and "
		"still_open."),
	{OTHERS ".{end}.to", FIELD_TEXT, FIELD_OPTIONAL, .merge = FIELD_ALIKE,
		.sentence = "Where those that the {end} opened led: an address and a port, or "
			    "\"several\"; left out where it opened none."},
	OF_END("refused", others.refused, "connect() of the {end} whose SYN a RST answered."),
	OF_END("unanswered", others.unanswered,
		"connect() of the {end} whose SYN nothing answered: it was dropped, by a full "
		"listener too, or nobody is there."),
	OF_END("unsent", others_unsent,
		"connect() of the {end} whose SYN was not seen to leave, which attempted leaves "
		"out: no neighbour answered for the address, or a rule dropped it; 0 at the "
		"client."),
	{OTHERS ".{end}.unsent_to", FIELD_TEXT, FIELD_OPTIONAL, .merge = FIELD_ALIKE,
		.sentence = "A place that a socket of these was seen in SYN_SENT for, without a "
			    "SYN to it: an address and a port; left out where no census met one, "
			    "and at the client."},
	{OTHERS ".{end}.failed_to", FIELD_TEXT, FIELD_OPTIONAL, .merge = FIELD_ALIKE,
		.sentence = "The place where most connect() of the {end} were refused or not "
			    "answered: an address and a port; left out where none was."},
	OF_END_BY("failed_there", others_failed_there, FIELD_LEFT_OUT,
		"connect() of the {end} to failed_to that were refused or not answered."),
	OF_END("accepted", others.accepted, "Connections that a listener of the {end} accepted."),
	OF_END("closed_by_opener", others.closed_by_opener,
		"Of those that the {end} opened, those that it closed first."),
	OF_END("closed_by_acceptor", others.closed_by_acceptor,
		"Of those that the {end} opened, those that their other end closed first."),
	OF_END("closed_by_both", others.closed_by_both,
		"Of those that the {end} opened, those whose FINs crossed."),
	OF_END("closed_by_reset", others.closed_by_reset,
		"Of those that the {end} opened, those that a RST ended before any FIN."),
	OF_END("still_open", others.still_open,
		"Of those that the {end} opened, those that nobody had closed when the trial had "
		"settled."),
	OF_END("began_before", others.began_before,
		"Connections of the {end} that began before the trial and were used in it; over "
		"loopback each is one."),
	OF_END("time_wait_made", others.time_wait,
		"TIME_WAITs that these connections left at the {end}, whoever opened them."),
	OF_END("ports_available", others_ports_available,
		"Ports that the server has for those that it opens to one place."),
	OF_END_BY("ports_peak", others_ports_peak, FIELD_SUM_OF_PEAKS,
		"The most of these that one place held in a census; all, where ports-exhausted "
		"tells that each was held for one of several places alone; 0 at the client."),
	OF_END("time_wait_end", others_tw_end,
		"TIME_WAITs of these connections at the {end} after the trial had settled, from "
		"sock_diag."),
	OF_END("segments", others.segments, "Segments of these connections that the {end} sent."),
	OF_END("resets", others.resets, "Resets among them."),
	{OTHERS ".{end}.runway", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_LEFT_OUT,
		.sentence = "How long the {end}'s ports last for those that it opens to one place, "
			    "the one that leaves it the most TIME_WAITs, where each port is held "
			    "for that place by a TIME_WAIT; of the server alone, and where these "
			    "connections come from one address."},
	{OTHERS ".{end}.runway.to", FIELD_TEXT, FIELD_OPTIONAL, .merge = FIELD_LEFT_OUT,
		.sentence = "That place: an address and a port; \"several\": all of them, where "
			    "ports-exhausted tells that each port is held for one place alone."},
	OF_RUNWAY("ports", ports, "ports",
		"Ports that there are: ip_local_port_range without ip_local_reserved_ports."),
	OF_RUNWAY("rate_per_s", rate_per_s, "1/s",
		"Connections a second to there: the trial's rate, times how many there are "
		"for each of the load's."),
	OF_RUNWAY("held_after_s", held_after_s, "s",
		"When all ports are held at that rate; left out where the first TIME_WAITs are "
		"gone by then."),
	OF_RUNWAY("lasts_per_s", lasts_per_s, "1/s",
		"Connections a second to there that the ports are enough for."),
	OF_RUNWAY("slow_from_per_s", slow_from_per_s, "1/s",
		"From which rate on connect(2) slows down; left out where the ports that were seen "
		"do not show that connect(2) chose them by parity."),
};

const struct field_group field_group_others = {
	"Other connections", fields, sizeof(fields) / sizeof(fields[0])};
