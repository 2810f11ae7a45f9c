/* Rows of a trial: what the wire between the ends carried. */
#include "bench/judge/figures.h"
#include "bench/result/fields/field.h"
#include "bench/trial/record.h"

#define OF_WIRE(member) .source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, wire.member)

static bool has_wire(const struct trial *trial)
{
	return trial->wire.exists;
}

static const struct field fields[] = {
	{"trials[].wire", FIELD_OBJECT, FIELD_OPTIONAL, .known = has_wire, .merge = FIELD_PARTS,
		.sentence = "What the wire between the ends carried, both ways, until the trial "
			    "had settled; left out where a pair of links joins them."},
	{"trials[].wire.frames", FIELD_COUNT, FIELD_OPTIONAL, .known = has_wire, OF_WIRE(frames),
		.merge = FIELD_SUM, .sentence = "Frames that the ends gave to the wire."},
	{"trials[].wire.bytes", FIELD_COUNT, FIELD_OPTIONAL, .known = has_wire, OF_WIRE(bytes),
		.unit = "bytes", .merge = FIELD_SUM,
		.sentence = "Their lengths, with their Ethernet headers."},
	{"trials[].wire.lost", FIELD_COUNT, FIELD_OPTIONAL, .known = has_wire, OF_WIRE(lost),
		.merge = FIELD_SUM,
		.sentence = "Frames that the wire lost, as it was told (--loss)."},
	{"trials[].wire.duplicated", FIELD_COUNT, FIELD_OPTIONAL, .known = has_wire,
		OF_WIRE(duplicated), .merge = FIELD_SUM,
		.sentence = "Frames that the wire sent twice, as it was told (--duplicate)."},
	{"trials[].wire.failed", FIELD_COUNT, FIELD_OPTIONAL, .known = has_wire, OF_WIRE(failed),
		.merge = FIELD_SUM,
		.sentence = "Frames that the wire failed to carry; a trial that has any is "
			    "invalid."},
	{"trials[].wire.waited_share", FIELD_NUMBER, FIELD_OPTIONAL, .known = has_wire,
		OF_WIRE(use.waited_share), .merge = FIELD_MOST,
		.sentence =
			"The share of the connections' time in the load in which a frame of "
			"theirs was late by more than 50 us, since the wire's thread had others "
			"to carry or no processor; above 0.5, more than all else took, the "
			"trial is invalid."},
	{"trials[].wire.frames_per_s", FIELD_NUMBER, FIELD_OPTIONAL, .known = has_wire,
		OF_WIRE(use.frames_per_s), .unit = "1/s", .merge = FIELD_SUM,
		.sentence = "Frames that the wire sent on in the load, both ways."},
};

const struct field_group field_group_wire = {"Wire", fields, sizeof(fields) / sizeof(fields[0])};
