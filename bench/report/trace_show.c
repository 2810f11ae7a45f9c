#include "bench/report/trace_show.h"

#include "bench/report/endings_text.h"
#include "bench/report/ladder_text.h"
#include "bench/report/survey_text.h"
#include "bench/trace/connection_json.h"

#include <stdlib.h>
#include <string.h>

/* NULL: the heading. For a program each line is whole; a terminal has one row for it. */
static void list_line_print(const struct trace_show *show, const struct connection *connection)
{
	char *line = NULL;
	size_t size;
	FILE *out = show->list_width > 0 ? open_memstream(&line, &size) : show->out;
	if (!out)
		return;
	if (connection)
		endings_list_print(connection, out);
	else
		endings_list_heading_print(out);
	if (out == show->out)
		return;
	if (fclose(out) == 0) {
		line[strcspn(line, "\n")] = '\0';
		look_cut(&show->look, line, show->list_width, show->out);
		fputc('\n', show->out);
	}
	free(line);
}

void trace_show_begin(struct trace_show *show)
{
	show->is_one = true;
	if (show->is_live)
		fprintf(show->beside, "%s: listening; ^C ends it\n", show->name);
	if (show->shape == TRACE_LIST)
		list_line_print(show, NULL);
}

/* A table of one connection shows its ladder: until there is another, its segments are kept. */
static bool keeps_segments(const struct trace_show *show)
{
	bool may_show_one = show->shape == TRACE_TABLE || show->always_draws;
	return show->shape == TRACE_LADDER || (may_show_one && show->is_one);
}

static void segment_keep(struct trace_show *show, const struct connection *connection,
	const struct segment *segment, unsigned notes)
{
	if (!keeps_segments(show))
		ladder_finish(&show->ladder);
	else if (connection->number == show->ladder_number) {
		show->ladder.tls.keylog = show->keylog;
		ladder_add(&show->ladder, connection_side(connection, segment), notes, segment);
	}
}

static struct trace_hosts hosts_of(const struct segment *segment)
{
	struct trace_hosts hosts = {{segment->from, segment->to}};
	hosts.ends[0].port = hosts.ends[1].port = 0;
	return hosts;
}

static bool hosts_are_known(const struct trace_show *show, const struct trace_hosts *hosts)
{
	for (size_t i = 0; i < show->host_count; i++) {
		const struct endpoint *ends = show->hosts[i].ends;
		for (unsigned side = 0; side < 2; side++)
			if (endpoint_equals(&ends[side], &hosts->ends[0]) &&
				endpoint_equals(&ends[!side], &hosts->ends[1]))
				return true;
	}
	return false;
}

static void packet_cut(
	struct trace_show *show, const struct segment *segment, const struct capture_packet *packet)
{
	struct trace_hosts hosts = hosts_of(segment);
	capture_writer_add(show->writer, packet, NULL);
	if (show->host_count < TRACE_SHOW_HOSTS && !hosts_are_known(show, &hosts))
		show->hosts[show->host_count++] = hosts;
}

/* Whose piece it is, is not known before the packet is whole: of the same hosts all are cut out. */
void trace_show_see_piece(
	void *context, const struct segment *segment, const struct capture_packet *packet)
{
	struct trace_show *show = context;
	struct trace_hosts hosts = hosts_of(segment);
	if (show->writer && hosts_are_known(show, &hosts))
		capture_writer_add(show->writer, packet, NULL);
}

void trace_show_see(void *context, const struct connection *connection,
	const struct segment *segment, unsigned notes, const struct capture_packet *packet)
{
	struct trace_show *show = context;
	show->is_one = show->is_one && connection->number == 0;
	selection_see(show->selection, connection, segment);
	segment_keep(show, connection, segment, notes);
	if (show->writer && selection_has(show->selection, connection))
		packet_cut(show, segment, packet);
}

void trace_show_report(void *context, const struct connection *connection)
{
	struct trace_show *show = context;
	if (show->shape == TRACE_NOTHING || !selection_has(show->selection, connection))
		return;
	tally_add(show->tally, connection);
	if (connection->number == show->ladder_number) {
		show->view = connection_view_of(connection);
		show->has_view = true;
	}
	if (show->shape == TRACE_JSON)
		connection_json_print(connection, show->out);
	else if (show->shape == TRACE_LIST)
		list_line_print(show, connection);
}

void trace_show_tick(void *context, const struct survey_counts *counts)
{
	struct trace_show *show = context;
	fflush(show->out);
	if (counts->lost <= show->lost_told)
		return;
	survey_lost_print(counts->lost - show->lost_told, counts->ticked_ns, show->beside);
	show->lost_told = counts->lost;
}

/* What a capture of an interface came to. */
static void live_summary_print(struct trace_show *show, const struct survey_counts *counts)
{
	FILE *out = show->shape == TRACE_JSON ? show->beside : show->out;
	fputc('\n', out);
	survey_heading_print(show->name, counts, out);
	if (tally_connections(show->tally) > 0)
		endings_text_print(show->tally, &show->look, show->width, false, out);
}

static void ladder_show(struct trace_show *show)
{
	size_t width = show->width < LADDER_TEXT_WIDTH_MAX ? show->width : LADDER_TEXT_WIDTH_MAX;
	struct ladder_text_options options = {width, show->look, show->unfold};
	ladder_settle(&show->ladder, show->view.client_side);
	show->has_ladder = true;
	if (show->shape != TRACE_TABLE && show->shape != TRACE_LADDER)
		return;
	ladder_text_print(&show->ladder, &show->view, &options, show->out);
	fputc('\n', show->out);
	endings_summary_print(&show->view, show->look.is_utf8 ? "→" : "->", width, show->out);
}

void trace_show_finish(struct trace_show *show, const struct survey_counts *counts)
{
	bool is_table = show->shape == TRACE_TABLE, is_ladder = show->shape == TRACE_LADDER;
	if (is_table)
		survey_heading_print(show->name, counts, show->out);
	if (keeps_segments(show) && show->has_view)
		ladder_show(show);
	else if (is_table && tally_connections(show->tally) > 0)
		endings_text_print(show->tally, &show->look, show->width, true, show->out);
	if (show->is_live)
		live_summary_print(show, counts);
	if (is_table || (is_ladder && show->has_view))
		survey_remarks_print(counts, show->width, show->out);
	else if (show->shape == TRACE_LIST || show->shape == TRACE_JSON)
		survey_remarks_print(counts, show->width, show->beside);
	if (show->finish && show->shape != TRACE_NOTHING)
		show->finish(show->finish_context, show, counts);
	ladder_finish(&show->ladder);
}
