#include "bench/report/html/trace_page.h"

#include "bench/report/endings_text.h"
#include "bench/report/html/endings_part.h"
#include "bench/report/html/frame.h"
#include "bench/report/html/ladder_svg.h"
#include "bench/report/html/markup/markup.h"
#include "bench/report/printed.h"
#include "bench/report/survey_text.h"
#include "common/bounded_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE 400
#define TITLE_SIZE (NAME_SIZE + 80)
#define VALUE_SIZE ENDINGS_TEXT_SIZE

static const char *const ends[VIEW_ENDS] = {[VIEW_CLIENT] = "client", [VIEW_SERVER] = "server"};

static void title_set(const struct trace_page *page, char title[TITLE_SIZE])
{
	char name[NAME_SIZE];
	const char *slash = strrchr(page->name, '/');
	bounded_text_write(name, sizeof(name), "%s", slash ? slash + 1 : page->name);
	if (page->kernel)
		bounded_text_write(title, TITLE_SIZE, "%s: one connection", name);
	else if (page->ladder)
		bounded_text_write(
			title, TITLE_SIZE, "%s: connection %" PRIu32, name, page->view->number);
	else
		bounded_text_write(title, TITLE_SIZE, "%s: how its connections ended", name);
}

static void counts_print(const void *what, FILE *out)
{
	const struct trace_page *page = what;
	survey_heading_print(page->name, page->counts, out);
}

static void remarks_print(const void *what, FILE *out)
{
	const struct trace_page *page = what;
	survey_remarks_print(page->counts, PRINTED_WIDTH, out);
}

static void row_write(const char *name, const char *value, FILE *out)
{
	markup_write(out, "<dt>%s</dt><dd>%s</dd>\n", name, value);
}

/* "100 of the client, 200 of the server" */
static void both_write(const char *name, const uint64_t values[VIEW_ENDS], FILE *out)
{
	char client[32], server[32], text[VALUE_SIZE];
	markup_thousands((double)values[VIEW_CLIENT], client, sizeof(client));
	markup_thousands((double)values[VIEW_SERVER], server, sizeof(server));
	snprintf(text, sizeof(text), "%s of the client, %s of the server", client, server);
	row_write(name, text, out);
}

static void unacknowledged_write(const struct connection_view *view, FILE *out)
{
	char text[VALUE_SIZE], number[32];
	size_t used = 0;
	for (unsigned end = 0; end < VIEW_ENDS; end++) {
		markup_thousands((double)view->unacknowledged[end], number, sizeof(number));
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s of the %s",
			end ? ", " : "", view->unacknowledged_known[end] ? number : "not known",
			ends[end]);
	}
	row_write("never acknowledged", text, out);
}

static void ending_write(const struct connection_view *view, FILE *out)
{
	char who[VIEW_WHO_SIZE], text[VALUE_SIZE];
	row_write("ended", tcp_ending_word_text(view->word), out);
	snprintf(text, sizeof(text), "%s%s%s%s", view->first_closer,
		view->first_end ? ", with a " : "", view->first_end ? view->first_end : "",
		view->crossed ? "; the ends did not know of each other" : "");
	row_write("first closer", text, out);
	if (!*connection_view_reset_by(view, who))
		return;
	row_write("reset by", who, out);
	row_write("reset because", tcp_ending_cause_sentence(view->cause), out);
	for (unsigned end = 0; end < VIEW_ENDS; end++) {
		snprintf(text, sizeof(text),
			"that of the %s: its TTL is not that of the other segments from there",
			ends[end]);
		if (view->reset_doubted[end])
			row_write("doubted reset", text, out);
	}
}

static void facts_write(const struct trace_page *page, FILE *out)
{
	char text[VALUE_SIZE], address[ENDPOINT_TEXT_SIZE];
	const struct connection_view *view = page->view;
	const uint64_t segments[VIEW_ENDS] = {
		view->segments[VIEW_CLIENT], view->segments[VIEW_SERVER]};
	fputs("<div><h2>What it shows</h2>\n<dl>\n", out);
	ending_write(view, out);
	both_write("bytes", view->bytes, out);
	unacknowledged_write(view, out);
	both_write("segments", segments, out);
	for (unsigned end = 0; end < VIEW_ENDS; end++)
		row_write(ends[end], endpoint_text(&view->endpoints[end], address), out);
	if (view->guessed)
		row_write("which is which", "guessed: no SYN and no SYN-ACK was captured", out);
	if (view->incarnation > 1) {
		snprintf(text, sizeof(text), "%u of these ports", view->incarnation);
		row_write("incarnation", text, out);
	}
	snprintf(text, sizeof(text), "%.6f s", (double)view->duration_ns / 1e9);
	row_write("lasted", text, out);
	snprintf(text, sizeof(text), "%s %s", view->conn_state, view->history);
	row_write("Zeek", text, out);
	snprintf(text, sizeof(text), "%u", view->completeness);
	row_write("Wireshark's completeness", text, out);
	for (unsigned end = 0; page->kernel && end < VIEW_ENDS; end++) {
		char states[STATE_COURSE_TEXT], shown[STATE_COURSE_TEXT + 64];
		snprintf(text, sizeof(text), "%s by sock_diag", ends[end]);
		snprintf(shown, sizeof(shown), "%s%s",
			state_course_text(&page->kernel[end], states),
			page->kernel[end].count == 0 ? STATE_COURSE_UNSEEN : "");
		row_write(text, shown, out);
	}
	fputs("</dl></div>\n", out);
}

static void one_write(const struct trace_page *page, FILE *out)
{
	char name[32], text[ENDINGS_TEXT_SIZE];
	snprintf(name, sizeof(name), "Connection %" PRIu32, page->view->number);
	const struct ladder_picture picture = {
		.ladder = page->ladder,
		.view = page->view,
		.name = name,
		.unfold = page->unfold,
		.is_in_page = true,
	};
	markup_write(out, "<p class=\"answer\">%s.</p>\n", endings_ended_text(page->view, text));
	fputs("<div class=\"one\"><figure>\n", out);
	ladder_svg_write(&picture, out);
	fputs("<figcaption class=\"quiet\">Milliseconds on the left, a line a segment, and the "
	      "state of each end where it begins.</figcaption></figure>\n",
		out);
	facts_write(page, out);
	fputs("</div>\n", out);
}

static void remarks_write(const char *remarks, FILE *out)
{
	if (!remarks || !*remarks)
		return;
	fputs("<section id=\"remarks\"><h2>Also of this capture</h2>\n", out);
	markup_lines_write(out, NULL, remarks);
	fputs("</section>\n", out);
}

int trace_page_write(const struct trace_page *page, FILE *out)
{
	char title[TITLE_SIZE];
	char *counts = printed(counts_print, page), *remarks = printed(remarks_print, page);
	title_set(page, title);
	frame_begin(title, out);
	markup_write(out, "<header><h1>%s</h1>\n<p class=\"quiet\">%s</p></header>\n<main>\n",
		title, counts ? counts : "");
	if (page->ladder)
		one_write(page, out);
	else
		endings_part_write(page->tally, out);
	remarks_write(remarks, out);
	fputs("</main>\n", out);
	frame_end("[]", "", out);
	free(counts);
	free(remarks);
	return counts && remarks ? 0 : -1;
}
