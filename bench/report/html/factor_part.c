#include "bench/report/html/factor_part.h"

#include "bench/report/factor_text.h"
#include "bench/report/html/markup/bar.h"
#include "bench/report/html/markup/markup.h"
#include "bench/report/printed.h"
#include "bench/report/sweep_text.h"

#include <stdlib.h>

static const char *class_of(enum grid_verdict verdict)
{
	switch (verdict) {
	case GRID_TRUNCATED:
	case GRID_LOST:
		return "bad";
	case GRID_DELIVERED:
		return "well";
	case GRID_HELD:
	case GRID_UNKNOWN:
	case GRID_UNTRIED:
	case GRID_NOTHING_DUE:
		break;
	}
	return "quiet";
}

/* The counts are told by the pointer. */
static void matrix_cell_write(const struct grid_cell *cell, FILE *out)
{
	char text[GRID_CELL_MAX];
	markup_write(out,
		"<td title=\"%.0f connections: %.0f delivered, %.0f cut, %.0f lost; the server "
		"held %.0f\"><span class=\"%s\">%s</span></td>",
		cell->attempted, cell->delivered, cell->truncated, cell->lost, cell->held,
		class_of(grid_verdict(cell)), grid_cell_text(cell, text));
}

static void sweep_cell_write(const struct grid_cell *cell, FILE *out)
{
	struct bar_part part = {0, grid_failed_share(cell), "bad"};
	char text[GRID_CELL_MAX];
	if (cell->trials == 0 || grid_is_untried(cell)) {
		markup_write(out, "<td>%s</td>", grid_cell_text(cell, text));
		return;
	}
	fputs("<td class=\"gauge\">", out);
	bar_write(&part, 1, 0, out);
	markup_write(out, "<span>%.0f of %.0f</span></td>", cell->truncated + cell->lost,
		cell->attempted);
}

static void heading_write(const struct grid *grid, FILE *out)
{
	markup_write(out,
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table "
		"class=\"plain\"><thead><tr><th scope=\"col\">%s</th>",
		grid->is_matrix ? "Matrix" : "Sweep", grid->is_matrix ? "client" : grid->option);
	for (size_t s = 0; s < grid->strategy_count; s++)
		markup_write(out, "<th scope=\"col\">%s</th>", grid_strategy(grid, s));
	fputs("</tr></thead>\n<tbody>\n", out);
}

void factor_part_write(const struct grid *grid, FILE *out)
{
	char *sentences = printed(factor_sentences_write, grid);
	markup_lines_write(out, NULL, sentences ? sentences : "");
	free(sentences);
	heading_write(grid, out);
	for (size_t l = 0; l < grid->level_count; l++) {
		markup_write(out, "<tr><th scope=\"row\">%s</th>", grid_level_label(grid, l));
		for (size_t s = 0; s < grid->strategy_count; s++)
			(grid->is_matrix ? matrix_cell_write : sweep_cell_write)(
				grid_at(grid, s, l), out);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table></div>\n", out);
	if (grid->is_matrix)
		fputs("<p class=\"quiet\">ok: each response came whole. cut: it ended in the "
		      "middle. lost: no byte of it came. " GRID_HELD_LEGEND
		      " A point: such clients read no response.</p>\n",
			out);
	else
		markup_write(out,
			"<p class=\"quiet\">Connections on which a response was lost, of those "
			"attempted.%s</p>\n",
			grid_has(grid, GRID_UNTRIED) ? " " GRID_UNTRIED_LEGEND : "");
}
