/* Rows of a trial: what its events (--at) did. */
#include "bench/judge/figures.h"
#include "bench/result/fields/field.h"
#include "bench/trial/record.h"

#define EVENT "trials[].events[]."
#define GROUP EVENT "connections[]."
#define OF_ALL(member) .source = FIELD_FROM(FIELD_OF_FIGURES, struct figures, events.member)

static bool has_events(const struct trial *trial)
{
	return trial->event_count > 0 && !trial->load.is_proxy;
}

static const char *const ends[] = {"server", "proxy", NULL};
static const char *const kinds[] = {"signal", "restart", "command", NULL};

static const char *group(size_t i)
{
	return i < EVENT_GROUPS ? event_group_names[i] : NULL;
}

static const struct field fields[] = {
	{"trials[].events", FIELD_LIST, FIELD_OPTIONAL, .merge = FIELD_LEFT_OUT,
		.sentence = "What happened within the trial (--at), by its time; left out where "
			    "nothing was asked for."},
	{"trials[].events[]", FIELD_OBJECT, .merge = FIELD_LEFT_OUT, .sentence = "One event."},
	{EVENT "at_s", FIELD_NUMBER, .unit = "s", .merge = FIELD_LEFT_OUT,
		.sentence = "When it was to come."},
	{EVENT "done_s", FIELD_NUMBER, FIELD_NULLABLE, .unit = "s", .merge = FIELD_LEFT_OUT,
		.sentence = "When it came, by the clock of samples; null: it did not."},
	{EVENT "until_s", FIELD_NUMBER, FIELD_NULLABLE, .unit = "s", .merge = FIELD_LEFT_OUT,
		.sentence = "Until when what came behind it is counted: to the next event, or the "
			    "load's end."},
	{EVENT "lost_before", FIELD_COUNT, FIELD_NULLABLE, .merge = FIELD_LEFT_OUT,
		.sentence =
			"Connections that ended short, reset or timed out from the event before "
			"it, or the load's start, to this one; null of a third-party loader."},
	{EVENT "end", FIELD_TEXT, .words = ends, .merge = FIELD_LEFT_OUT,
		.sentence = "Whose it was."},
	{EVENT "kind", FIELD_TEXT, .words = kinds, .merge = FIELD_LEFT_OUT,
		.sentence = "What it was."},
	{EVENT "event", FIELD_TEXT, .merge = FIELD_LEFT_OUT,
		.sentence = "The signal's name without SIG, restart, or the command."},
	{EVENT "connections", FIELD_LIST, .merge = FIELD_LEFT_OUT,
		.sentence =
			"What became of the load's connections, by how they stood when it came, "
			"until the next event or the end; empty of a third-party loader."},
	{EVENT "connections[]", FIELD_OBJECT, .merge = FIELD_LEFT_OUT,
		.sentence = "Those that stood so."},
	{GROUP "state", FIELD_TEXT, .word = group, .merge = FIELD_LEFT_OUT,
		.sentence =
			"How they stood: connecting, a response awaited (asked), idle, closing; "
			"or attempted later (new)."},
	{GROUP "connections", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "How many; the sum of what follows, once all have ended."},
	{GROUP "completed", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "Of them, those that got all they asked for."},
	{GROUP "short", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "Of them, those that ended in the server's FIN before that."},
	{GROUP "reset", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "Of them, those that ended in a RST, or another error, before that."},
	{GROUP "timed_out", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "Of them, those that the client gave up (--timeout)."},
	{GROUP "connect_errors", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "Of them, those that did not open."},
	{GROUP "lived_on", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "Of them, those that the next event found open, and counts again."},
	{EVENT "queued", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "Connections that waited to be accepted just before it."},
	{EVENT "time_waits", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "TIME_WAITs of that end's host just before it (sockstat)."},
	{EVENT "lost", FIELD_COUNT, FIELD_NULLABLE, .better = FIELD_LESS, .merge = FIELD_LEFT_OUT,
		.sentence =
			"Connections that ended short, reset or timed out from then to the next "
			"event or the end; null of a third-party loader, as the next row."},
	{EVENT "reset", FIELD_COUNT, FIELD_NULLABLE, .better = FIELD_LESS, .merge = FIELD_LEFT_OUT,
		.sentence = "Of these, those that were reset."},
	{EVENT "unexpected", FIELD_COUNT, FIELD_NULLABLE, .better = FIELD_LESS,
		.merge = FIELD_LEFT_OUT,
		.sentence =
			"Responses without the expected status (2xx, or as --expect says), as a "
			"proxy's 502; null of a third-party loader."},
	{EVENT "refused", FIELD_COUNT, FIELD_NULLABLE, .better = FIELD_LESS,
		.merge = FIELD_LEFT_OUT,
		.sentence =
			"Attempts to connect that were refused (ECONNREFUSED); of a third-party "
			"loader, SYNs answered with a RST, of the connections that were looked "
			"at."},
	{EVENT "no_connection_s", FIELD_NUMBER, FIELD_NULLABLE, .better = FIELD_LESS, .unit = "s",
		.merge = FIELD_LEFT_OUT,
		.sentence =
			"From the first refusal to the first connection after the last one, which "
			"may come behind a later event, or to the load's end; of a third-party "
			"loader, how long looks found no "
			"listener where SYNs were refused; 0: none was."},
	{EVENT "refused_first_s", FIELD_NUMBER, FIELD_NULLABLE, .unit = "s",
		.merge = FIELD_LEFT_OUT, .sentence = "When the first one was refused."},
	{EVENT "refused_last_s", FIELD_NUMBER, FIELD_NULLABLE, .unit = "s", .merge = FIELD_LEFT_OUT,
		.sentence = "When the last one was refused."},
	{EVENT "connected_again_s", FIELD_NUMBER, FIELD_NULLABLE, .unit = "s",
		.merge = FIELD_LEFT_OUT,
		.sentence = "When the first one opened after that; null: none did, or none was "
			    "refused."},
	{EVENT "ended_s", FIELD_NUMBER, FIELD_NULLABLE, .unit = "s", .merge = FIELD_LEFT_OUT,
		.sentence =
			"When all processes of that end were found to have ended; of a restart, "
			"those that were started by it."},
	{EVENT "ended", FIELD_TEXT, FIELD_OPTIONAL, .merge = FIELD_LEFT_OUT,
		.sentence = "How the first of them did."},
	{EVENT "restart", FIELD_OBJECT, FIELD_OPTIONAL, .merge = FIELD_LEFT_OUT,
		.sentence = "Of a restart."},
	{EVENT "restart.stopped_s", FIELD_NUMBER, FIELD_NULLABLE, .unit = "s",
		.merge = FIELD_LEFT_OUT, .sentence = "When all processes from before had ended."},
	{EVENT "restart.started_s", FIELD_NUMBER, FIELD_NULLABLE, .unit = "s",
		.merge = FIELD_LEFT_OUT, .sentence = "When its command was started again."},
	{EVENT "restart.listened_s", FIELD_NUMBER, FIELD_NULLABLE, .unit = "s",
		.merge = FIELD_LEFT_OUT,
		.sentence = "When a look found that it listened; null: none did."},
	{EVENT "restart.time_waits", FIELD_COUNT, .merge = FIELD_LEFT_OUT,
		.sentence = "TIME_WAITs of its host just before it was started (sockstat)."},
	{EVENT "restart.in_use", FIELD_FLAG, .merge = FIELD_LEFT_OUT,
		.sentence = "Whether bind(2) of its port said EADDRINUSE then, without "
			    "SO_REUSEADDR."},
	{EVENT "restart.in_use_with_reuseaddr", FIELD_FLAG, .merge = FIELD_LEFT_OUT,
		.sentence = "The same with SO_REUSEADDR: connections of a server that listened "
			    "without it are left."},
	{"trials[].after_events", FIELD_OBJECT, FIELD_OPTIONAL, .known = has_events,
		.merge = FIELD_PARTS,
		.sentence =
			"What all events of the trial did, from the first one on; left out where "
			"there are none."},
	{"trials[].after_events.lost", FIELD_COUNT, FIELD_NULLABLE, FIELD_LESS, .known = has_events,
		.metric = "events_lost", .of_invalid = true, OF_ALL(lost), .merge = FIELD_SUM,
		.sentence = "Connections that ended short, reset or timed out after the first "
			    "event; null of a third-party loader, and where no event came."},
	{"trials[].after_events.reset", FIELD_COUNT, FIELD_NULLABLE, FIELD_LESS,
		.known = has_events, .metric = "events_reset", .of_invalid = true, OF_ALL(reset),
		.merge = FIELD_SUM, .sentence = "Of these, those that were reset."},
	{"trials[].after_events.unexpected", FIELD_COUNT, FIELD_NULLABLE, FIELD_LESS,
		.known = has_events, .metric = "events_unexpected", .of_invalid = true,
		OF_ALL(unexpected), .merge = FIELD_SUM,
		.sentence = "Responses without the expected status after the first event."},
	{"trials[].after_events.refused", FIELD_COUNT, FIELD_NULLABLE, FIELD_LESS,
		.known = has_events, .metric = "events_refused", .of_invalid = true,
		OF_ALL(refused), .merge = FIELD_SUM,
		.sentence = "Attempts to connect that were refused after the first event."},
	{"trials[].after_events.no_connection_s", FIELD_NUMBER, FIELD_NULLABLE, FIELD_LESS,
		.unit = "s", .known = has_events, .metric = "events_no_connection_s",
		.of_invalid = true, OF_ALL(no_connection_s), .format = FIELD_HUNDREDTHS,
		.merge = FIELD_MOST,
		.sentence = "The longest time in which no connection could be made behind an event "
			    "(events[].no_connection_s)."},
};

const struct field_group field_group_events = {
	"Events", fields, sizeof(fields) / sizeof(fields[0])};
