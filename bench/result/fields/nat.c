/* Rows of a trial: what the NAT between the ends held and refused. */
#include "bench/judge/figures.h"
#include "bench/result/fields/field.h"
#include "bench/trial/record.h"

#define OF_NAT(member) .source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, nat.member)

#define OF_HELD(instant, member)                                                                   \
	.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, nat.instant.member)

static bool has_nat(const struct trial *trial)
{
	return trial->nat.exists;
}

static bool counts_older(const struct trial *trial)
{
	return trial->nat.exists && trial->nat.counts_older;
}

/* Of one instant. */
#define HELD(instant, rule, when)                                                                  \
	{"trials[].nat." #instant, FIELD_OBJECT, FIELD_OPTIONAL, .known = has_nat,                 \
		.merge = FIELD_PARTS,                                                              \
		.sentence = "What held the NAT's ports " when                                      \
			    ", by connection tracking; a look takes a moment, in which an entry "  \
			    "may give way to another, so that the parts may add up to a few "      \
			    "more."},                                                              \
		{"trials[].nat." #instant ".ports", FIELD_COUNT, FIELD_OPTIONAL, .unit = "ports",  \
			.known = has_nat, .of_invalid = true, OF_HELD(instant, ports),             \
			.merge = (rule),                                                           \
			.sentence = "Ports that were held: one by each translated connection."},   \
		{"trials[].nat." #instant ".open", FIELD_COUNT, FIELD_OPTIONAL, .known = has_nat,  \
			OF_HELD(instant, open), .merge = (rule),                                   \
			.sentence = "Of these, by connections that began or were open (SYN_SENT, " \
				    "SYN_RECV, ESTABLISHED)."},                                    \
		{"trials[].nat." #instant ".closing", FIELD_COUNT, FIELD_OPTIONAL,                 \
			.known = has_nat, OF_HELD(instant, closing), .merge = (rule),              \
			.sentence = "Of these, by connections of which a FIN was seen (FIN_WAIT, " \
				    "CLOSE_WAIT, LAST_ACK)."},                                     \
		{"trials[].nat." #instant ".time_wait", FIELD_COUNT, FIELD_OPTIONAL,               \
			.known = has_nat, .of_invalid = true, OF_HELD(instant, time_wait),         \
			.merge = (rule),                                                           \
			.sentence = "Of these, by TIME_WAITs of the NAT's own, whichever end "     \
				    "closed first (nf_conntrack_tcp_timeout_time_wait)."},         \
	{                                                                                          \
		"trials[].nat." #instant ".reset", FIELD_COUNT, FIELD_OPTIONAL,                    \
			.known = has_nat, OF_HELD(instant, reset), .merge = (rule),                \
			.sentence = "Of these, by connections of which a RST was seen (CLOSE)."    \
	}

static const struct field fields[] = {
	{"trials[].nat", FIELD_OBJECT, FIELD_OPTIONAL, .known = has_nat, .merge = FIELD_PARTS,
		.sentence = "What the NAT between the ends held and refused, by its kernel's "
			    "connection tracking; left out where there is none."},
	{"trials[].nat.ports_available", FIELD_COUNT, FIELD_OPTIONAL, .unit = "ports",
		.known = has_nat, OF_NAT(ports_available), .merge = FIELD_SUM,
		.sentence = "Ports that it gives to connections of one destination."},
	{"trials[].nat.ports_held_share", FIELD_NUMBER, FIELD_OPTIONAL, FIELD_LESS, FIELD_PERCENT,
		.known = has_nat, .of_invalid = true, .heading = "NAT's|ports|held",
		OF_NAT(ports_held_share), .merge = FIELD_MEAN, .weight = "nat.ports_available",
		.sentence = "The share of these that was held at the peak."},
	{"trials[].nat.time_wait_s", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "s", .known = has_nat,
		OF_NAT(time_wait_s), .merge = FIELD_SAME,
		.sentence = "For how long it holds the port of a connection that both ends have "
			    "closed, as read back (nf_conntrack_tcp_timeout_time_wait)."},
	HELD(peak, FIELD_SUM_OF_PEAKS, "at the look that found most of them held"),
	HELD(end, FIELD_SUM, "when the trial had settled"),
	{"trials[].nat.refused", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS, .known = has_nat,
		.of_invalid = true, .heading = "NAT|refused", OF_NAT(refused), .merge = FIELD_SUM,
		.sentence = "SYNs that it dropped, since each port that it tried was held: "
			    "nothing answers them, and the client sends them again "
			    "(insert_failed of conntrack -S)."},
	{"trials[].nat.other_drops", FIELD_COUNT, FIELD_OPTIONAL, .known = has_nat,
		OF_NAT(other_drops), .merge = FIELD_SUM,
		.sentence = "Segments that its connection tracking dropped besides, such as at "
			    "nf_conntrack_max (drop of conntrack -S)."},
	{"trials[].nat.given_up", FIELD_COUNT, FIELD_OPTIONAL, .known = has_nat, OF_NAT(given_up),
		.merge = FIELD_SUM,
		.sentence = "Entries that it gave up for new ones at nf_conntrack_max (early_drop "
			    "of conntrack -S)."},
	{"trials[].nat.invalid", FIELD_COUNT, FIELD_OPTIONAL, .known = has_nat, OF_NAT(invalid),
		.merge = FIELD_SUM,
		.sentence = "Segments that fit none of its entries, and were forwarded "
			    "untranslated (invalid of conntrack -S)."},
	{"trials[].nat.older_timestamps", FIELD_COUNT, FIELD_OPTIONAL, FIELD_LESS,
		.known = counts_older, .of_invalid = true, OF_NAT(older_timestamps),
		.merge = FIELD_SUM,
		.sentence = "SYNs that met a TIME_WAIT at the server whose timestamp was newer "
			    "than theirs, and were answered with an ACK: the client resets that, "
			    "and sends its SYN again (the server's PAWSTimewait; left out where "
			    "the kernel does not count it)."},
};

const struct field_group field_group_nat = {"NAT", fields, sizeof(fields) / sizeof(fields[0])};
