/* Rows of a trial: the connections in the two namespaces that are not the load's. */
#include "bench/judge/figures.h"
#include "bench/result/fields/field.h"

#define OTHERS "trials[].other_connections"
/* NOLINTBEGIN(bugprone-macro-parentheses): literals are joined. */
#define OF_END(path, member, text)                                                                 \
	{                                                                                          \
		OTHERS ".{end}." path, FIELD_COUNT, FIELD_OPTIONAL,                                \
			.source = FIELD_FROM(FIELD_OF_END, struct end_figures, member),            \
			.sentence = text                                                           \
	}
/* NOLINTEND(bugprone-macro-parentheses) */

static const struct field fields[] = {
	{OTHERS, FIELD_OBJECT, FIELD_OPTIONAL,
		.sentence = "What is not the load's: connections that a server opens for itself, "
			    "over loopback too, and that a loader opens elsewhere. All other "
			    "figures but CPU and memory leave them out."},
	{OTHERS ".{end}", FIELD_OBJECT, FIELD_OPTIONAL,
		.sentence = "Those of the {end}'s namespace."},
	OF_END("attempted", others.attempted, "connect() of the {end}, by their SYNs."),
	OF_END("opened", others.opened,
		"Connections that the {end} opened: the sum of the four closed_by_ and "
		"still_open."),
	{OTHERS ".{end}.to", FIELD_TEXT, FIELD_OPTIONAL,
		.sentence = "Where those that the {end} opened led: an address and a port, or "
			    "\"several\"; left out where it opened none."},
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
	OF_END("time_wait_end", others_tw_end,
		"TIME_WAITs of these connections at the {end} after the trial had settled, from "
		"sock_diag."),
	OF_END("segments", others.segments, "Segments of these connections that the {end} sent."),
	OF_END("resets", others.resets, "Resets among them."),
};

const struct field_group field_group_others = {
	"Other connections", fields, sizeof(fields) / sizeof(fields[0])};
