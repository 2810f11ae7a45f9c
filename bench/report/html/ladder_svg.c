#include "bench/report/html/ladder_svg.h"

#include "bench/report/html/markup/markup.h"
#include "bench/report/ladder_text.h"

#include <inttypes.h>

/* As wide as a phone, and drawn no larger than twice that: the text has 11 to 20 pixels. A segment
 * has a line for what it says and one for its arrow, since both do not fit beside two states. */
#define WIDTH 390
#define LEFT 98
#define RIGHT 292
#define LINE 15
#define GAP 8
/* Characters of 6.6 units that a line has room for, behind the time. */
#define LINE_CHARACTERS 45
/* And in the middle. */
#define MIDDLE_CHARACTERS 36

/* The colours are the report's (page.css). */
static const char style[] =
	"svg{--paper:#fbfbf9;--ink:#17191c;--quiet:#565b61;--rule:#dcdcd6;--bad:#b3161b;"
	"color-scheme:light dark;width:100%;max-width:720px;height:auto;background:var(--paper)}"
	"@media screen and (prefers-color-scheme:dark){svg{--paper:#14171a;--ink:#eceef0;"
	"--quiet:#a4abb2;--rule:#343a40;--bad:#ff8f8a}}"
	"text{font:11px ui-monospace,\"DejaVu Sans Mono\",monospace;fill:var(--ink);"
	"paint-order:stroke;stroke:var(--paper);stroke-width:4px}"
	".quiet{fill:var(--quiet)}.end{text-anchor:end}.middle{text-anchor:middle}"
	".lane{stroke:var(--rule)}.arrow{stroke:var(--quiet);fill:none}"
	".opens .arrow{stroke:var(--ink);stroke-width:2}"
	".rst .arrow{stroke:var(--bad);stroke-width:2}.rst .label{fill:var(--bad);font-weight:700}"
	".odd .arrow{stroke-dasharray:4 3}.odd .note{fill:var(--bad)}";

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
	if (row->notes)
		return "odd";
	return row->tcp.flags & (TCP_SYN | TCP_FIN) ? "opens" : "plain";
}

static void text_write(const struct drawing *drawing, int x, const char *class, const char *text)
{
	markup_write(drawing->out, "<text x=\"%d\" y=\"%d\" class=\"%s\">%s</text>\n", x,
		drawing->y, class, text);
}

/* A state is written where it begins. */
static void state_write(const struct drawing *drawing, size_t at, unsigned side, bool is_left)
{
	const struct ladder_row *row = &drawing->picture->ladder->rows[at];
	uint8_t before = at > 0 ? row[-1].states[side] : (uint8_t)TCP_STATES;
	if (before != row->states[side])
		text_write(drawing, is_left ? LEFT - 8 : RIGHT + 8, is_left ? "end" : "",
			tcp_state_text((enum tcp_state)row->states[side]));
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
			"<path class=\"arrow\" stroke-dasharray=\"none\" d=\"M%d %dl%d 8m0 -8l%d "
			"8\"/>\n",
			to, y - 4, back, -back);
	else
		markup_write(drawing->out,
			"<path class=\"arrow\" stroke-dasharray=\"none\" d=\"M%d %dL%d %dL%d "
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
	markup_write(drawing->out, "<g class=\"%s\">\n", class_of(row));
	label_write(drawing, row);
	drawing->y += LINE;
	state_write(drawing, at, drawing->client, true);
	arrow_write(drawing, row);
	state_write(drawing, at, !drawing->client, false);
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
	uint64_t segments[2] = {0, 0}, bytes[2] = {0, 0};
	const struct ladder_row *rows = drawing->picture->ladder->rows;
	for (size_t i = at; i < at + count; i++) {
		segments[rows[i].side]++;
		bytes[rows[i].side] += rows[i].tcp.payload;
	}
	for (unsigned end = 0; end < 2; end++) {
		unsigned side = end == 0 ? drawing->client : !drawing->client;
		char text[128];
		snprintf(text, sizeof(text), "… %" PRIu64 " segment%s of the %s, %" PRIu64 " bytes",
			segments[side], segments[side] == 1 ? "" : "s", ends[end], bytes[side]);
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
	char client[ENDPOINT_TEXT_SIZE], server[ENDPOINT_TEXT_SIZE];
	const struct connection_view *view = drawing->picture->view;
	endpoint_text(&view->endpoints[VIEW_CLIENT], client);
	endpoint_text(&view->endpoints[VIEW_SERVER], server);
	drawing->y = LINE + 2;
	text_write(drawing, 8, "", client);
	drawing->y += LINE;
	text_write(drawing, 8, "quiet", "ms");
	text_write(drawing, WIDTH - 8, "end", server);
	drawing->y += LINE + GAP;
	rows_write(drawing);
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
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">\n"
		"<title>connection %zu: its segments, and the states of both ends</title>\n"
		"<style>",
		WIDTH, height, (size_t)picture->view->number);
	fputs(style, out);
	markup_write(out, "</style>\n<path class=\"lane\" d=\"M%d %dV%dM%d %dV%d\"/>\n", LEFT,
		3 * LINE, height - GAP, RIGHT, 3 * LINE, height - GAP);
	picture_write(&drawing);
	fputs("</svg>\n", out);
}
