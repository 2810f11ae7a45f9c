#include "bench/report/html/ladder_svg.h"

#include "bench/report/html/markup/markup.h"
#include "bench/report/html/page_asset.h"
#include "bench/report/ladder_text.h"

#include <inttypes.h>

/* As wide as a page's text on a phone of 390 pixels, so that text has 11 pixels there. A segment
 * has a line for what it says and one for its arrow, since both do not fit beside two states. */
#define WIDTH 366
#define LEFT 90
#define RIGHT 276
#define LINE 15
#define GAP 8
/* Characters of 6.6 units that a line has room for, behind the time. */
#define LINE_CHARACTERS 42
/* And in the middle. */
#define MIDDLE_CHARACTERS 34

/* The colours are the report's (page.css). */
static const char colours[] =
	"svg{--paper:#fbfbf9;--ink:#17191c;--quiet:#565b61;--rule:#dcdcd6;--bad:#b3161b;"
	"color-scheme:light dark}"
	"@media screen and (prefers-color-scheme:dark){svg{--paper:#14171a;--ink:#eceef0;"
	"--quiet:#a4abb2;--rule:#343a40;--bad:#ff8f8a}}\n";

struct drawing {
	const struct ladder_picture *picture;
	unsigned client;
	int y; /* the next line's lower edge */
	FILE *out;
};

static const char *class_of(const struct ladder_row *row)
{
	if (tcp_header_has(&row->tcp, TCP_RST))
		return "rst";
	return row->tcp.flags & (TCP_SYN | TCP_FIN) ? "opens" : "plain";
}

static void text_write(const struct drawing *drawing, int x, const char *class, const char *text)
{
	markup_write(drawing->out, "<text x=\"%d\" y=\"%d\" class=\"%s\">%s</text>\n", x,
		drawing->y, class, text);
}

/* The one that stays stands out. */
static void state_write(
	const struct drawing *drawing, enum tcp_state state, bool is_left, bool is_held)
{
	char class[16];
	snprintf(class, sizeof(class), "%s%s", is_left ? "end" : "begin", is_held ? " held" : "");
	text_write(drawing, is_left ? LEFT - 8 : RIGHT + 8, class, tcp_state_text(state));
}

/* A state is written where it begins. */
static void state_begin(const struct drawing *drawing, size_t at, unsigned side, bool is_left)
{
	const struct ladder_row *row = &drawing->picture->ladder->rows[at];
	uint8_t before = at > 0 ? row[-1].states[side] : (uint8_t)TCP_STATES;
	if (before == row->states[side])
		return;
	const struct ladder *ladder = drawing->picture->ladder;
	bool is_held = row->states[side] == STATE_TIME_WAIT &&
		       ladder->rows[ladder->count - 1].states[side] == STATE_TIME_WAIT &&
		       ladder->untold[side] == STATE_UNKNOWN;
	state_write(drawing, (enum tcp_state)row->states[side], is_left, is_held);
}

/* States that no segment tells. */
static void untold_write(struct drawing *drawing)
{
	const struct ladder *ladder = drawing->picture->ladder;
	if (!ladder_has_untold(ladder))
		return;
	for (unsigned side = 0; side < 2; side++)
		if (ladder->untold[side] != STATE_UNKNOWN)
			state_write(drawing, (enum tcp_state)ladder->untold[side],
				side == drawing->client, false);
	text_write(drawing, WIDTH / 2, "quiet middle", LADDER_UNTOLD);
	drawing->y += LINE + GAP;
}

/* A RST ends in a cross: colour alone does not tell it. */
static void arrow_write(const struct drawing *drawing, const struct ladder_row *row)
{
	bool to_right = row->side == drawing->client;
	int y = drawing->y - 4, to = to_right ? RIGHT - 2 : LEFT + 2, back = to_right ? -6 : 6;
	markup_write(drawing->out, "<path class=\"arrow\" d=\"M%d %dH%d\"/>\n",
		to_right ? LEFT + 2 : RIGHT - 2, y, to);
	if (tcp_header_has(&row->tcp, TCP_RST))
		markup_write(drawing->out,
			"<path class=\"arrow head\" d=\"M%d %dl%d 8m0 -8l%d "
			"8\"/>\n",
			to, y - 4, back, -back);
	else
		markup_write(drawing->out,
			"<path class=\"arrow head\" d=\"M%d %dL%d %dL%d "
			"%d\"/>\n",
			to + back, y - 4, to, y, to + back, y + 4);
}

/* What does not fit beside the time goes to a line of its own. */
static void label_write(struct drawing *drawing, const struct ladder_row *row)
{
	char label[LADDER_LABEL_SIZE], ms[64];
	const struct ladder *ladder = drawing->picture->ladder;
	ladder_label_write(ladder, row, label);
	snprintf(ms, sizeof(ms), "%.3f",
		(double)(int64_t)(row->at_ns - ladder->rows[0].at_ns) / 1e6);
	text_write(drawing, 8, "quiet", ms);
	size_t own = look_width(label);
	if (own > LINE_CHARACTERS)
		drawing->y += LINE;
	if (own <= MIDDLE_CHARACTERS)
		text_write(drawing, WIDTH / 2, "label middle", label);
	else
		text_write(drawing, WIDTH - 8, "label end", label);
}

static void row_write(struct drawing *drawing, size_t at)
{
	char notes[LADDER_LABEL_SIZE];
	const struct ladder_row *row = &drawing->picture->ladder->rows[at];
	markup_write(drawing->out, "<g class=\"%s%s\">\n", class_of(row),
		row->notes & ~(uint32_t)NOTES_TLS ? " odd" : "");
	label_write(drawing, row);
	drawing->y += LINE;
	state_begin(drawing, at, drawing->client, true);
	arrow_write(drawing, row);
	state_begin(drawing, at, !drawing->client, false);
	if (row->notes) {
		drawing->y += LINE;
		text_write(drawing, WIDTH / 2, "note middle",
			ladder_notes_write(row->notes, notes, sizeof(notes)));
	}
	fputs("</g>\n", drawing->out);
	drawing->y += LINE + GAP;
}

static void fold_write(struct drawing *drawing, size_t at, size_t count)
{
	static const char *const ends[] = {"client", "server"};
	const struct ladder_fold fold = ladder_fold_sum(drawing->picture->ladder, at, count);
	for (unsigned end = 0; end < 2; end++) {
		unsigned side = end == 0 ? drawing->client : !drawing->client;
		char text[128];
		if (fold.segments[side] == 0)
			continue;
		snprintf(text, sizeof(text), "… %" PRIu64 " segment%s of the %s, %" PRIu64 " bytes",
			fold.segments[side], fold.segments[side] == 1 ? "" : "s", ends[end],
			fold.bytes[side]);
		text_write(drawing, WIDTH / 2, "quiet middle", text);
		drawing->y += LINE;
	}
	drawing->y += GAP;
}

static void rows_write(struct drawing *drawing)
{
	const struct ladder *ladder = drawing->picture->ladder;
	for (size_t i = 0; i < ladder->count; i++) {
		size_t folded = drawing->picture->unfold ? 0 : ladder->rows[i].folded;
		if (folded == 0) {
			row_write(drawing, i);
			continue;
		}
		fold_write(drawing, i, folded);
		i += folded - 1;
	}
	untold_write(drawing);
	if (ladder->left_out > 0) {
		char text[64];
		snprintf(text, sizeof(text), "and %" PRIu64 " more segments", ladder->left_out);
		text_write(drawing, WIDTH / 2, "quiet middle", text);
		drawing->y += LINE;
	}
}

/* How high the picture is, is known once it is drawn: it is drawn into nothing first. */
static void picture_write(struct drawing *drawing)
{
	char address[ENDPOINT_TEXT_SIZE], end[ENDPOINT_TEXT_SIZE + 8];
	const struct connection_view *view = drawing->picture->view;
	drawing->y = LINE + 2;
	snprintf(end, sizeof(end), "client %s",
		endpoint_text(&view->endpoints[VIEW_CLIENT], address));
	text_write(drawing, 8, "", end);
	drawing->y += LINE;
	snprintf(end, sizeof(end), "server %s",
		endpoint_text(&view->endpoints[VIEW_SERVER], address));
	text_write(drawing, 8, "quiet", "ms");
	text_write(drawing, WIDTH - 8, "end", end);
	drawing->y += LINE + GAP;
	rows_write(drawing);
}

static void style_write(FILE *out)
{
	fputs("<style>", out);
	fputs(colours, out);
	fputs(page_ladder_style, out);
	fputs("</style>\n", out);
}

void ladder_svg_write(const struct ladder_picture *picture, FILE *out)
{
	struct drawing measured = {picture, picture->view->client_side, 0, fopen("/dev/null", "w")};
	struct drawing drawing = {picture, picture->view->client_side, 0, out};
	if (!measured.out)
		return;
	picture_write(&measured);
	fclose(measured.out);
	int height = measured.y;
	markup_write(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ladder\" viewBox=\"0 0 %d "
		"%d\" role=\"img\">\n<title>%s: its segments, and the states of both "
		"ends</title>\n",
		WIDTH, height, picture->name);
	if (!picture->is_in_page)
		style_write(out);
	markup_write(out, "<path class=\"lane\" d=\"M%d %dV%dM%d %dV%d\"/>\n", LEFT, 3 * LINE,
		height - GAP, RIGHT, 3 * LINE, height - GAP);
	picture_write(&drawing);
	fputs("</svg>\n", out);
}
