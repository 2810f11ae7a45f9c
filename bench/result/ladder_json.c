#include "bench/result/ladder_json.h"

#include "bench/result/json_scalar.h"

static const char *const ends[VIEW_ENDS] = {[VIEW_CLIENT] = "client", [VIEW_SERVER] = "server"};

struct writer {
	const struct ladder *ladder;
	unsigned client;
	json_t *rows;
};

static json_t *or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *row_json(const struct writer *writer, size_t at, unsigned side, uint64_t bytes)
{
	const struct ladder *ladder = writer->ladder;
	const struct ladder_row *row = &ladder->rows[at];
	/* A capture's time may go backwards. */
	double ms = (double)(int64_t)(row->at_ns - ladder->rows[0].at_ns) / 1e6;
	json_t *json = json_pack("{s:f, s:s, s:o, s:{s:s, s:s}}", "t_ms", ms, "end",
		ends[side == writer->client ? VIEW_CLIENT : VIEW_SERVER], "bytes",
		json_count(bytes), "states", "client",
		tcp_state_text((enum tcp_state)row->states[writer->client]), "server",
		tcp_state_text((enum tcp_state)row->states[!writer->client]));
	json_array_append_new(writer->rows, json);
	return json;
}

static json_t *notes_json(unsigned notes)
{
	json_t *json = json_array();
	for (unsigned note = 1; note <= NOTE_LAST; note <<= 1)
		if (notes & note)
			json_array_append_new(json,
				json_string(connection_note_text((enum connection_note)note)));
	return json;
}

static void segment_add(const struct writer *writer, size_t at)
{
	char flags[LADDER_FLAGS_SIZE];
	const struct ladder *ladder = writer->ladder;
	const struct ladder_row *row = &ladder->rows[at];
	json_t *json = row_json(writer, at, row->side, row->bytes);
	json_object_set_new(json, "flags", json_string(ladder_flags(&row->tcp, flags)));
	json_object_set_new(json, "seq", json_count(ladder_shown_seq(ladder, row)));
	if (tcp_header_has(&row->tcp, TCP_ACK))
		json_object_set_new(
			json, "ack", json_count(ladder_seq(ladder, !row->side, row->tcp.ack)));
	if (row->notes)
		json_object_set_new(json, "notes", notes_json(row->notes));
}

/* Rows that are told together, by end. Their states are those of the last. */
static void fold_add(const struct writer *writer, size_t at, size_t count)
{
	const struct ladder_fold fold = ladder_fold_sum(writer->ladder, at, count);
	for (unsigned end = 0; end < VIEW_ENDS; end++) {
		unsigned side = end == VIEW_CLIENT ? writer->client : !writer->client;
		if (fold.segments[side] == 0)
			continue;
		json_t *json = row_json(writer, at + count - 1, side, fold.bytes[side]);
		json_object_set_new(json, "segments", json_count(fold.segments[side]));
	}
}

static size_t rows_shown(const struct ladder *ladder)
{
	size_t shown = 0;
	for (size_t i = 0; i < ladder->count;
		i += ladder->rows[i].folded ? ladder->rows[i].folded : 1)
		shown++;
	return shown;
}

/* How it began and how it ended is kept. */
static void rows_add(const struct writer *writer)
{
	const struct ladder *ladder = writer->ladder;
	size_t all = rows_shown(ladder), number = 0, middle = 0, middle_rows = 0;
	size_t first = LADDER_JSON_ROWS_MAX / 2, last = all;
	if (all > LADDER_JSON_ROWS_MAX)
		last = all - LADDER_JSON_ROWS_MAX / 2;
	for (size_t i = 0, step; i < ladder->count; i += step, number++) {
		size_t folded = ladder->rows[i].folded;
		step = folded ? folded : 1;
		bool is_middle = all > LADDER_JSON_ROWS_MAX && number >= first && number < last;
		if (is_middle) {
			middle = middle_rows ? middle : i;
			middle_rows += step;
			continue;
		}
		if (middle_rows)
			fold_add(writer, middle, middle_rows);
		middle_rows = 0;
		if (folded)
			fold_add(writer, i, folded);
		else
			segment_add(writer, i);
	}
}

static json_t *course_json(const struct state_course *course)
{
	json_t *json = json_array();
	for (unsigned i = 0; i < course->count; i++)
		json_array_append_new(json, json_string(tcp_state_text(course->states[i])));
	if (course->last == STATE_CLOSED)
		json_array_append_new(json, json_string(tcp_state_text(STATE_CLOSED)));
	return json;
}

static json_t *unacknowledged_json(const struct connection_view *view, int end)
{
	return view->unacknowledged_known[end] ? json_count(view->unacknowledged[end])
					       : json_null();
}

static json_t *reset_by_json(const struct connection_view *view)
{
	json_t *json = json_array();
	for (int end = 0; end < VIEW_ENDS; end++)
		if (view->reset_by[end])
			json_array_append_new(json, json_string(ends[end]));
	return json;
}

json_t *ladder_json(const char *strategy, const struct played *played)
{
	const struct connection_view *view = &played->view;
	char client[ENDPOINT_TEXT_SIZE], server[ENDPOINT_TEXT_SIZE];
	const struct writer writer = {&played->ladder, view->client_side, json_array()};
	rows_add(&writer);
	return json_pack("{s:o, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:{s:o, s:o}, s:{s:o, s:o}, "
			 "s:{s:o, s:o}, s:o}",
		"strategy", json_text(strategy), "client",
		endpoint_plain_text(&view->endpoints[VIEW_CLIENT], client), "server",
		endpoint_plain_text(&view->endpoints[VIEW_SERVER], server), "ended",
		tcp_ending_word_text(view->word), "first_closer", view->first_closer, "first_end",
		or_null(view->first_end), "reset_by", reset_by_json(view), "reset_because",
		or_null(tcp_ending_cause_text(view->cause)), "bytes", "client",
		json_count(view->bytes[VIEW_CLIENT]), "server",
		json_count(view->bytes[VIEW_SERVER]), "bytes_unacknowledged", "client",
		unacknowledged_json(view, VIEW_CLIENT), "server",
		unacknowledged_json(view, VIEW_SERVER), "kernel", "client",
		course_json(&played->kernel[VIEW_CLIENT]), "server",
		course_json(&played->kernel[VIEW_SERVER]), "rows", writer.rows);
}
