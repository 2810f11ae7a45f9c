#include "bench/result/json_path.h"
#include "bench/result/ladder_json.h"

#include <math.h>
#include <string.h>

/* As the reader of a file has it: the client is the first side. */
#define CLIENT_SIDE 0
/* A longer time is none. */
#define MS_MAX 1e12

static unsigned end_of(const json_t *text)
{
	return strcmp(json_path_string(text), "server") == 0 ? VIEW_SERVER : VIEW_CLIENT;
}

/* The number whose text this is, from `from` on; `none` where there is no such. */
static int word_find(
	const json_t *json, const char *(*text_of)(int word), int from, int count, int none)
{
	for (int word = from; json_is_string(json) && word < count; word++)
		if (strcmp(json_string_value(json), text_of(word)) == 0)
			return word;
	return none;
}

static const char *state_text(int state)
{
	return tcp_state_text((enum tcp_state)state);
}

static const char *ended_text(int word)
{
	return tcp_ending_word_text((enum tcp_ending_word)word);
}

static const char *cause_text(int cause)
{
	return tcp_ending_cause_text((enum tcp_ending_cause)cause);
}

/* The same text as a constant of ours; NULL where it is none of these. */
static const char *constant_of(const json_t *json, const char *const words[])
{
	for (size_t i = 0; words[i]; i++)
		if (strcmp(json_path_string(json), words[i]) == 0)
			return words[i];
	return NULL;
}

static uint64_t count_at(const json_t *json, const char *path)
{
	json_int_t count = json_integer_value(json_path_at(json, path));
	return count > 0 ? (uint64_t)count : 0;
}

static uint32_t notes_of(const json_t *list)
{
	unsigned notes = 0;
	size_t i;
	json_t *one;
	json_array_foreach(list, i, one)
	{
		for (unsigned note = 1; note <= NOTE_LAST; note <<= 1)
			if (strcmp(json_path_string(one),
				    connection_note_text((enum connection_note)note)) == 0)
				notes |= note;
	}
	return notes;
}

static uint8_t state_of(const json_t *json, const char *path)
{
	return (uint8_t)word_find(
		json_path_at(json, path), state_text, 0, TCP_STATES, STATE_UNKNOWN);
}

static struct segment segment_of(const json_t *json)
{
	const json_t *ack = json_object_get(json, "ack");
	double ms = json_number_value(json_object_get(json, "t_ms"));
	/* Time may go backwards, and wraps then: only differences are told. */
	struct segment segment = {.at_ns = fabs(ms) < MS_MAX ? (uint64_t)llround(ms * 1e6) : 0};
	segment.tcp = (struct tcp_header){
		.seq = (uint32_t)count_at(json, "seq"),
		.ack = (uint32_t)json_integer_value(ack),
		.payload = (uint32_t)count_at(json, "bytes"),
		.flags = ladder_flags_of(json_path_text(json, "flags")),
	};
	return segment;
}

static void row_add(struct ladder *ladder, const json_t *json)
{
	const struct segment segment = segment_of(json);
	unsigned side =
		end_of(json_object_get(json, "end")) == VIEW_CLIENT ? CLIENT_SIDE : !CLIENT_SIDE;
	size_t before = ladder->count;
	uint64_t segments = count_at(json, "segments");
	ladder_add(ladder, side, notes_of(json_object_get(json, "notes")), &segment);
	if (ladder->count == before)
		return;
	struct ladder_row *row = &ladder->rows[before];
	row->states[CLIENT_SIDE] = state_of(json, "states.client");
	row->states[!CLIENT_SIDE] = state_of(json, "states.server");
	row->bytes = count_at(json, "bytes");
	row->segments = segments ? segments : 1;
	row->folded = segments ? 1 : 0;
	/* Of both ends, told together. */
	if (segments && before > 0 && row[-1].folded == 1 && row[-1].side != side) {
		row[-1].folded = 2;
		row->folded = 0;
	}
}

static void view_of(const json_t *json, struct connection_view *view)
{
	static const char *const closers[] = {"client", "server", "both", "none", NULL};
	static const char *const firsts[] = {"FIN", "RST", NULL};
	static const char *const names[VIEW_ENDS] = {"client", "server"};
	const char *closer = constant_of(json_object_get(json, "first_closer"), closers);
	size_t i;
	json_t *end;
	*view = (struct connection_view){.client_side = CLIENT_SIDE, .incarnation = 1};
	view->word = (enum tcp_ending_word)word_find(json_object_get(json, "ended"), ended_text, 0,
		ENDING_WORDS, ENDING_NOT_A_CONNECTION);
	view->first_closer = closer ? closer : "unknown";
	view->first_end = constant_of(json_object_get(json, "first_end"), firsts);
	json_array_foreach(json_object_get(json, "reset_by"), i, end) view->reset_by[end_of(end)] =
		true;
	bool is_reset = view->reset_by[VIEW_CLIENT] || view->reset_by[VIEW_SERVER];
	view->cause =
		(enum tcp_ending_cause)word_find(json_object_get(json, "reset_because"), cause_text,
			CAUSE_NO_LISTENER, ENDING_CAUSES, is_reset ? CAUSE_UNKNOWN : CAUSE_NONE);
	for (int at = 0; at < VIEW_ENDS; at++) {
		const json_t *unacknowledged =
			json_object_get(json_object_get(json, "bytes_unacknowledged"), names[at]);
		endpoint_parse(json_path_text(json, names[at]), &view->endpoints[at]);
		view->bytes[at] = count_at(json_object_get(json, "bytes"), names[at]);
		view->unacknowledged_known[at] = json_is_integer(unacknowledged);
		view->unacknowledged[at] = (uint64_t)json_integer_value(unacknowledged);
	}
}

void ladder_of_json(const json_t *json, struct ladder *ladder, struct connection_view *view)
{
	size_t i;
	json_t *row;
	*ladder = (struct ladder){0};
	json_array_foreach(json_object_get(json, "rows"), i, row) row_add(ladder, row);
	view_of(json, view);
}
