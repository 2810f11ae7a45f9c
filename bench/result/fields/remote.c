/* Rows of a trial whose server is on another host. */
#include "bench/judge/figures.h"
#include "bench/result/fields/field.h"
#include "bench/trial/record.h"

#define OF_REMOTE(member) .source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, remote.member)

static bool is_remote(const struct trial *trial)
{
	return trial->remote.exists;
}

static const struct field fields[] = {
	{"trials[].remote", FIELD_OBJECT, FIELD_OPTIONAL, .known = is_remote, .merge = FIELD_PARTS,
		.sentence = "The server's end on another host (--server-host); left out where it "
			    "is on this one."},
	{"trials[].remote.server_port", FIELD_ORDINAL, FIELD_OPTIONAL, .known = is_remote,
		.merge = FIELD_ALIKE,
		.sentence = "Where the server listened: each trial has a port of its own."},
	{"trials[].remote.lost", FIELD_FLAG, FIELD_OPTIONAL, .known = is_remote,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, remote.is_lost),
		.merge = FIELD_MOST,
		.sentence = "Its agent was lost in the middle: what it had not told is not there."},
	{"trials[].remote.clock_shift_us", FIELD_REAL, FIELD_OPTIONAL, .unit = "us",
		.known = is_remote, OF_REMOTE(clock_shift_us), .merge = FIELD_LEFT_OUT,
		.sentence = "By how much this host's CLOCK_MONOTONIC is later than the server's, "
			    "by 64 pings of the agent: its instants were moved by this."},
	{"trials[].remote.clock_bound_us", FIELD_NUMBER, FIELD_OPTIONAL, .unit = "us",
		.known = is_remote, OF_REMOTE(clock_bound_us), .merge = FIELD_MOST,
		.sentence = "By which that may be wrong, at most: half of the shortest ping."},
	{"trials[].remote.server_others", FIELD_COUNT, FIELD_OPTIONAL, .known = is_remote,
		OF_REMOTE(server_others), .merge = FIELD_SUM,
		.sentence = "Connections beside the load that the server's host opened or accepted "
			    "meanwhile (its ActiveOpens and PassiveOpens, less the load's)."},
	{"trials[].remote.client_others", FIELD_COUNT, FIELD_OPTIONAL, .known = is_remote,
		OF_REMOTE(client_others), .merge = FIELD_SUM, .sentence = "The same of this host."},
	{"trials[].remote.others_share", FIELD_NUMBER, FIELD_OPTIONAL, FIELD_LESS, FIELD_PERCENT,
		.known = is_remote, OF_REMOTE(others_share), .merge = FIELD_MOST,
		.sentence = "The more of the two, per connection of the load: above 1 % the trial "
			    "is invalid."},
};

const struct field_group field_group_remote = {
	"A server on another host", fields, sizeof(fields) / sizeof(fields[0])};
