#include "bench/report/ladder_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Columns: time, the client's state, the arrow, the server's state. */
#define TIME_WIDTH 11
#define STATE_WIDTH 12
#define FIXED_WIDTH (TIME_WIDTH + 1 + STATE_WIDTH + 1 + 1 + STATE_WIDTH)
#define INSET 2        /* of a line without an arrow */
#define ARROW_LEAST 22 /* a terminal of 60 columns */
#define LABEL_SIZE LADDER_LABEL_SIZE
/* Room for "client" and an address. */
#define HEAD_SIZE (ENDPOINT_TEXT_SIZE + 8)
/* The largest times that fit. */
#define MS_MAX 999999.999
#define S_MAX 9999999.0

struct drawing {
	const struct ladder *ladder;
	const struct connection_view *view;
	const struct ladder_text_options *options;
	size_t arrow; /* columns of it */
	FILE *out;
};

/* Columns that an arrow has for its label. */
static size_t label_room(const struct drawing *drawing)
{
	return drawing->arrow - 4;
}

/* Columns of a line without an arrow, and those that a mark leaves. */
static size_t line_room(const struct drawing *drawing)
{
	return drawing->arrow - INSET;
}

static const char *fold_mark(const struct drawing *drawing)
{
	return drawing->options->look.is_utf8 ? "… " : "... ";
}

static size_t fold_room(const struct drawing *drawing)
{
	return line_room(drawing) - look_width(fold_mark(drawing));
}

static const char *lane_of(const struct drawing *drawing)
{
	return drawing->options->look.is_utf8 ? "│" : "|";
}

static void repeat(const char *text, size_t times, FILE *out)
{
	while (times-- > 0)
		fputs(text, out);
}

/* Text in a column: cut where it is too long. */
static void column_print(const struct drawing *drawing, const char *text, size_t width)
{
	size_t own = look_width(text);
	look_cut(&drawing->options->look, text, width, drawing->out);
	repeat(" ", own < width ? width - own : 0, drawing->out);
}

const char *ladder_notes_write(unsigned notes, char *text, size_t size)
{
	size_t used = 0;
	text[0] = '\0';
	for (unsigned note = 1; note <= NOTE_LAST; note <<= 1)
		if (notes & note && used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "",
				connection_note_text((enum connection_note)note));
	return text;
}

void ladder_label_write(
	const struct ladder *ladder, const struct ladder_row *row, char label[LADDER_LABEL_SIZE])
{
	char flags[LADDER_FLAGS_SIZE];
	uint32_t seq = ladder_shown_seq(ladder, row);
	int used = snprintf(label, LABEL_SIZE, "[%s] seq %u:%u(%u)", ladder_flags(&row->tcp, flags),
		seq, seq + row->tcp.payload, row->tcp.payload);
	if (tcp_header_has(&row->tcp, TCP_ACK))
		snprintf(label + used, LABEL_SIZE - (size_t)used, " ack %u",
			ladder_seq(ladder, !row->side, row->tcp.ack));
}

/* Where that does not fit, what follows from the rest is left out: "[FIN, ACK] 209(0) ack 201"; and
 * then what says less: "[FIN, ACK] 209(0)", "[ACK] ack 201". */
static const char *label_fit(
	const struct drawing *drawing, const struct ladder_row *row, char label[LADDER_LABEL_SIZE])
{
	char flags[LADDER_FLAGS_SIZE];
	const struct ladder *ladder = drawing->ladder;
	uint32_t seq = ladder_shown_seq(ladder, row), ack = 0;
	bool has_ack = tcp_header_has(&row->tcp, TCP_ACK);
	ladder_label_write(ladder, row, label);
	if (look_width(label) <= label_room(drawing))
		return label;
	if (has_ack)
		ack = ladder_seq(ladder, !row->side, row->tcp.ack);
	ladder_flags(&row->tcp, flags);
	int used = snprintf(label, LABEL_SIZE, "[%s] %u(%u)", flags, seq, row->tcp.payload);
	if (has_ack)
		snprintf(label + used, LABEL_SIZE - (size_t)used, " ack %u", ack);
	if (look_width(label) <= label_room(drawing))
		return label;
	label[used] = '\0';
	if (row->tcp.flags == TCP_ACK && row->tcp.payload == 0)
		snprintf(label, LABEL_SIZE, "[%s] ack %u", flags, ack);
	return label;
}

static enum look_colour row_colour(const struct ladder_row *row)
{
	if (tcp_header_has(&row->tcp, TCP_RST))
		return LOOK_RST;
	if (row->notes & ~(unsigned)(NOTE_KEEP_ALIVE_ACK | NOTE_PORTS_REUSED | NOTES_TLS))
		return LOOK_ODD;
	return row->tcp.flags & (TCP_SYN | TCP_FIN) ? LOOK_SYN_FIN : LOOK_PLAIN;
}

/* An arrow with its label in the middle, as wide as there is room. */
static void arrow_print(const struct drawing *drawing, const char *label, bool to_right)
{
	const struct look *look = &drawing->options->look;
	const char *line = look->is_utf8 ? "─" : "-";
	const char *head = to_right ? look->is_utf8 ? "▶" : ">" : look->is_utf8 ? "◀" : "<";
	size_t room = label_room(drawing), own = look_width(label);
	size_t lines = own < room ? room - own : 0, left = to_right ? 1 : 1 + lines;
	if (!to_right)
		fputs(head, drawing->out);
	repeat(line, to_right ? left : left - 1, drawing->out);
	fputc(' ', drawing->out);
	look_cut(look, label, room, drawing->out);
	fputc(' ', drawing->out);
	repeat(line, to_right ? lines : 1, drawing->out);
	if (to_right)
		fputs(head, drawing->out);
}

static const char *state_of(const struct drawing *drawing, size_t at, unsigned side)
{
	return tcp_state_text((enum tcp_state)drawing->ladder->rows[at].states[side]);
}

/* A state is written where it begins; between, a line goes on. */
static const char *state_shown(const struct drawing *drawing, size_t at, unsigned side)
{
	const struct ladder_row *row = &drawing->ladder->rows[at];
	uint8_t before = at > 0 ? row[-1].states[side] : (uint8_t)TCP_STATES;
	if (before != row->states[side])
		return state_of(drawing, at, side);
	return lane_of(drawing);
}

/* A line that has no segment, set in where there is room. */
static void states_print(
	const struct drawing *drawing, const char *left, const char *text, const char *right)
{
	size_t inset = look_width(text) <= line_room(drawing) ? INSET : 0;
	fprintf(drawing->out, "%*s ", TIME_WIDTH, "");
	column_print(drawing, left, STATE_WIDTH);
	repeat(" ", 1 + inset, drawing->out);
	column_print(drawing, text, drawing->arrow - inset);
	fprintf(drawing->out, " %s\n", right);
}

static void line_print(const struct drawing *drawing, const char *text)
{
	states_print(drawing, lane_of(drawing), text, lane_of(drawing));
}

/* In one line, where that fits. */
static void notes_print(const struct drawing *drawing, unsigned notes)
{
	char words[LABEL_SIZE], text[LABEL_SIZE + 4], *rest = text;
	if (notes == 0)
		return;
	snprintf(text, sizeof(text), "(%s)", ladder_notes_write(notes, words, sizeof(words)));
	while (strlen(rest) > drawing->arrow) {
		char *blank = memrchr(rest, ' ', line_room(drawing) + 1);
		if (!blank)
			break;
		*blank = '\0';
		line_print(drawing, rest);
		rest = blank + 1;
	}
	line_print(drawing, rest);
}

/* States that no segment tells. */
static void untold_print(const struct drawing *drawing)
{
	const uint8_t *states = drawing->ladder->untold;
	const char *sides[2];
	if (!ladder_has_untold(drawing->ladder))
		return;
	for (unsigned side = 0; side < 2; side++)
		sides[side] = states[side] == STATE_UNKNOWN
				      ? lane_of(drawing)
				      : tcp_state_text((enum tcp_state)states[side]);
	unsigned client = drawing->view->client_side;
	states_print(drawing, sides[client], LADDER_UNTOLD, sides[!client]);
}

/* Milliseconds since the first segment; seconds, where those would be too many. Time may go
 * backwards, and a damaged capture says any time. */
static void time_print(const struct drawing *drawing, const struct ladder_row *row)
{
	const struct ladder_row *first = drawing->ladder->rows;
	double ms = (double)(int64_t)(row->at_ns - first->at_ns) / 1e6;
	double size = fabs(ms);
	if (size < MS_MAX)
		fprintf(drawing->out, "%*.3f ", TIME_WIDTH, ms);
	else if (size < S_MAX * 1e3)
		fprintf(drawing->out, "%*.0f s ", TIME_WIDTH - 2, ms / 1e3);
	else
		fprintf(drawing->out, "%*s ", TIME_WIDTH, "years");
}

static void row_print(const struct drawing *drawing, size_t at)
{
	const struct ladder_row *row = &drawing->ladder->rows[at];
	unsigned client = drawing->view->client_side;
	char label[LABEL_SIZE];
	label_fit(drawing, row, label);
	time_print(drawing, row);
	column_print(drawing, state_shown(drawing, at, client), STATE_WIDTH);
	fputc(' ', drawing->out);
	enum look_colour colour = row_colour(row);
	if (colour != LOOK_PLAIN)
		look_colour(&drawing->options->look, colour, drawing->out);
	arrow_print(drawing, label, row->side == client);
	if (colour != LOOK_PLAIN)
		look_colour(&drawing->options->look, LOOK_PLAIN, drawing->out);
	fprintf(drawing->out, " %s\n", state_shown(drawing, at, !client));
	notes_print(drawing, row->notes);
}

/* "3 segments, 300 bytes ▶", "◀ 9 segments, 13032 bytes"; nothing of an end that sent none. Where
 * that does not fit, without the bytes. */
static void segments_write(const struct drawing *drawing, const struct ladder_fold *fold,
	unsigned side, char text[LABEL_SIZE])
{
	bool utf8 = drawing->options->look.is_utf8, to_right = side == drawing->view->client_side;
	const char *left = to_right ? "" : utf8 ? "◀ " : "< ";
	const char *right = !to_right ? "" : utf8 ? " ▶" : " >";
	uint64_t count = fold->segments[side];
	text[0] = '\0';
	if (count == 0)
		return;
	snprintf(text, LABEL_SIZE, "%s%" PRIu64 " segment%s, %" PRIu64 " bytes%s", left, count,
		count == 1 ? "" : "s", fold->bytes[side], right);
	if (look_width(text) > fold_room(drawing))
		snprintf(text, LABEL_SIZE, "%s%" PRIu64 " segment%s%s", left, count,
			count == 1 ? "" : "s", right);
}

/* In one line, where that fits. */
static void fold_print(const struct drawing *drawing, size_t at, size_t count)
{
	const struct ladder_fold fold = ladder_fold_sum(drawing->ladder, at, count);
	unsigned client = drawing->view->client_side;
	char of_client[LABEL_SIZE], of_server[LABEL_SIZE], text[2 * LABEL_SIZE + 16];
	const char *more = fold_mark(drawing);
	segments_write(drawing, &fold, client, of_client);
	segments_write(drawing, &fold, !client, of_server);
	bool are_two = *of_client && *of_server;
	snprintf(text, sizeof(text), "%s%s%s%s", more, of_client, are_two ? "  " : "", of_server);
	if (!are_two || look_width(text) <= line_room(drawing)) {
		line_print(drawing, text);
		return;
	}
	snprintf(text, sizeof(text), "%s%s", more, of_client);
	line_print(drawing, text);
	snprintf(text, sizeof(text), "%s%s", more, of_server);
	line_print(drawing, text);
}

static void heading_print(const struct drawing *drawing)
{
	char address[ENDPOINT_TEXT_SIZE], client[HEAD_SIZE], server[HEAD_SIZE];
	snprintf(client, sizeof(client), "client %s",
		endpoint_text(&drawing->view->endpoints[VIEW_CLIENT], address));
	snprintf(server, sizeof(server), "server %s",
		endpoint_text(&drawing->view->endpoints[VIEW_SERVER], address));
	size_t all = STATE_WIDTH + 1 + drawing->arrow + 1 + STATE_WIDTH;
	size_t own = strlen(client) + 2 + strlen(server);
	fprintf(drawing->out, "%*s %s", TIME_WIDTH, "ms", client);
	/* Two long addresses take a line each. */
	if (own > all)
		fprintf(drawing->out, "\n%*s ", TIME_WIDTH, "");
	fprintf(drawing->out, "%*s\n", (int)(own > all ? all : all - strlen(client)), server);
}

void ladder_text_print(const struct ladder *ladder, const struct connection_view *view,
	const struct ladder_text_options *options, FILE *out)
{
	size_t width =
		options->width < LADDER_TEXT_WIDTH_MAX ? options->width : LADDER_TEXT_WIDTH_MAX;
	struct drawing drawing = {
		.ladder = ladder,
		.view = view,
		.options = options,
		.arrow = width > FIXED_WIDTH + ARROW_LEAST ? width - FIXED_WIDTH : ARROW_LEAST,
		.out = out,
	};
	heading_print(&drawing);
	for (size_t i = 0; i < ladder->count; i++) {
		size_t folded = options->unfold ? 0 : ladder->rows[i].folded;
		if (folded == 0) {
			row_print(&drawing, i);
			continue;
		}
		fold_print(&drawing, i, folded);
		i += folded - 1;
	}
	untold_print(&drawing);
	if (ladder->left_out > 0)
		fprintf(out, "and %" PRIu64 " more segments, which are not shown\n",
			ladder->left_out);
}
