/* Rows of a trial: at which rate of its ramp (--ramp) what broke. */
#include "bench/judge/figures.h"
#include "bench/result/fields/field.h"
#include "bench/trial/record.h"

#define RAMP "trials[].ramp."
#define BREAK RAMP "breaks[]."
#define MET RAMP "findings[]."
#define STEP RAMP "steps[]."

static bool has_ramp(const struct trial *trial)
{
	return ramp_was_asked(trial) && !trial->load.is_third_party;
}

static const struct field fields[] = {
	{"trials[].ramp", FIELD_OBJECT, FIELD_OPTIONAL, .known = has_ramp, .merge = FIELD_LEFT_OUT,
		.sentence = "The rate rose over the trial (--ramp): at which rate what broke; left "
			    "out where it did not rise."},
	{RAMP "first_per_s", FIELD_ORDINAL, FIELD_OPTIONAL, .unit = "1/s", .known = has_ramp,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, load.ramp.first_per_s),
		.merge = FIELD_LEFT_OUT, .sentence = "The rate at the load's start."},
	{RAMP "last_per_s", FIELD_ORDINAL, FIELD_OPTIONAL, .unit = "1/s", .known = has_ramp,
		.source = FIELD_FROM(FIELD_OF_TRIAL, struct trial, load.ramp.last_per_s),
		.merge = FIELD_LEFT_OUT,
		.sentence = "The rate at the end of its duration; between them it rises in a "
			    "straight line."},
	{RAMP "held_per_s", FIELD_NUMBER, FIELD_OPTIONAL, FIELD_MORE, .unit = "1/s",
		.known = has_ramp, .metric = "ramp_held_per_s", .of_invalid = true,
		.source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, ramp.held_per_s),
		.heading = "held|/s", .merge = FIELD_LEFT_OUT,
		.sentence = "Up to which rate nothing broke: that of the first of `breaks`, or the "
			    "last one."},
	{RAMP "breaks", FIELD_LIST, .merge = FIELD_LEFT_OUT,
		.sentence = "What broke, each at its first time, by time."},
	{RAMP "breaks[]", FIELD_OBJECT, .merge = FIELD_LEFT_OUT, .sentence = "One that broke."},
	{BREAK "what", FIELD_TEXT, .word = ramp_break_word, .merge = FIELD_LEFT_OUT,
		.sentence =
			"What a connection met first, or latency, or loader-late; docs/run.md has "
			"them."},
	{BREAK "t_s", FIELD_NUMBER, .unit = "s", .merge = FIELD_LEFT_OUT,
		.sentence = "When the first connection was due that met it, by the clock of "
			    "samples; of latency and loader-late, when that part began."},
	{BREAK "rate_per_s", FIELD_NUMBER, .unit = "1/s", .merge = FIELD_LEFT_OUT,
		.sentence = "The rate then."},
	{BREAK "connections", FIELD_COUNT, FIELD_OPTIONAL, .merge = FIELD_LEFT_OUT,
		.sentence = "How many met it, in all; left out of latency."},
	{RAMP "findings", FIELD_LIST, .merge = FIELD_LEFT_OUT,
		.sentence = "The trial's findings that have an instant in the load."},
	{RAMP "findings[]", FIELD_OBJECT, .merge = FIELD_LEFT_OUT, .sentence = "One of them."},
	{MET "id", FIELD_TEXT, .merge = FIELD_LEFT_OUT, .sentence = "Its name."},
	{MET "t_s", FIELD_NUMBER, .unit = "s", .merge = FIELD_LEFT_OUT,
		.sentence = "Its instant; mostly that of the first sample that shows it."},
	{MET "rate_per_s", FIELD_NUMBER, .unit = "1/s", .merge = FIELD_LEFT_OUT,
		.sentence = "The rate then."},
	{RAMP "steps", FIELD_LIST, .merge = FIELD_LEFT_OUT,
		.sentence = "20 equal parts of the ramp's time."},
	{RAMP "steps[]", FIELD_OBJECT, .merge = FIELD_LEFT_OUT,
		.sentence = "The connections that were due in one part, whenever they ended."},
	{STEP "t_s", FIELD_NUMBER, .unit = "s", .merge = FIELD_LEFT_OUT,
		.sentence = "When it began."},
	{STEP "rate_per_s", FIELD_NUMBER, .unit = "1/s", .merge = FIELD_LEFT_OUT,
		.sentence = "The rate then."},
	{STEP "due", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "Connections that were due."},
	{STEP "completed", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "Of them, those that got all responses."},
	{STEP "not_connected", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "Those that connect(2) failed for: no-port, refused, connect-error."},
	{STEP "lost", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "Those that ended short, in a reset, or timed out."},
	{STEP "unexpected", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "Responses without the expected status."},
	{STEP "all_in_use", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "Starts that were late or missed since all of --connections were in "
			    "use."},
	{STEP "loader_late", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "Starts that were late or missed though connections were free."},
	{STEP "p99_us", FIELD_NUMBER, FIELD_NULLABLE, .unit = "us", .merge = FIELD_LEFT_OUT,
		.sentence = "Of 100 responses 99 took no longer, counted from when each was due, "
			    "by bins that are 9 % wide; null: there were fewer than 20."},
};

const struct field_group field_group_ramp = {"A ramp", fields, sizeof(fields) / sizeof(fields[0])};
