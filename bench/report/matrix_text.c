#include "bench/report/matrix_text.h"

#include "bench/report/paragraph.h"
#include "bench/report/printed.h"

#include <stdlib.h>
#include <string.h>

#define GAP 2
/* Lines of a heading: as many as a strategy's name has parts. */
#define HEADING_LINES 4
#define HEADING_MAX 80

struct matrix_column {
	size_t strategy;
	size_t alike; /* more that share it */
	char heading[HEADING_LINES][HEADING_MAX];
	size_t heading_lines, width;
};

struct matrix_columns {
	struct matrix_column *items;
	size_t count;
	const char *title; /* of the levels */
	size_t name_width;
};

/* "server-close" in two lines: "server-", "close +2". */
static void heading_make(struct matrix_column *column, const char *name)
{
	char more[32] = "";
	if (column->alike > 0)
		snprintf(more, sizeof(more), " +%zu", column->alike);
	while (*name) {
		size_t part = strcspn(name, "-");
		part += name[part] == '-';
		bool is_last = !name[part] || column->heading_lines + 1 == HEADING_LINES;
		snprintf(column->heading[column->heading_lines++], HEADING_MAX, "%.*s%s",
			(int)(is_last ? strlen(name) : part), name, is_last ? more : "");
		if (is_last)
			break;
		name += part;
	}
}

static void column_measure(struct matrix_column *column, const struct grid *grid)
{
	char text[GRID_CELL_MAX];
	heading_make(column, grid_strategy(grid, column->strategy));
	for (size_t i = 0; i < column->heading_lines; i++)
		if (strlen(column->heading[i]) > column->width)
			column->width = strlen(column->heading[i]);
	for (size_t l = 0; l < grid->level_count; l++) {
		size_t own = strlen(grid_cell_text(grid_at(grid, column->strategy, l), text));
		column->width = own > column->width ? own : column->width;
	}
}

static void strategy_take(struct matrix_columns *columns, const struct grid *grid, size_t strategy)
{
	for (size_t c = 0; c < columns->count; c++)
		if (grid_is_alike(grid, columns->items[c].strategy, strategy)) {
			columns->items[c].alike++;
			return;
		}
	columns->items[columns->count++] = (struct matrix_column){.strategy = strategy};
}

static int columns_init(struct matrix_columns *columns, const struct grid *grid)
{
	*columns = (struct matrix_columns){.title = grid->is_matrix ? "client" : grid->option,
		.items = calloc(grid->strategy_count + 1, sizeof(*columns->items))};
	if (!columns->items)
		return -1;
	for (size_t s = 0; s < grid->strategy_count; s++)
		strategy_take(columns, grid, s);
	for (size_t c = 0; c < columns->count; c++)
		column_measure(&columns->items[c], grid);
	columns->name_width = strlen(columns->title);
	for (size_t l = 0; l < grid->level_count; l++)
		if (strlen(grid_level_label(grid, l)) > columns->name_width)
			columns->name_width = strlen(grid_level_label(grid, l));
	return 0;
}

/* The line of the headings that has `left` - 1 below it; nothing stands behind the last word. */
static void heading_print(
	const struct matrix_columns *columns, size_t from, size_t to, size_t left, FILE *out)
{
	const char *name = left == 1 ? columns->title : "";
	size_t used = strlen(name), end = columns->name_width;
	fputs(name, out);
	for (size_t c = from; c < to; c++) {
		const struct matrix_column *column = &columns->items[c];
		end += GAP + column->width;
		if (left > column->heading_lines)
			continue;
		const char *part = column->heading[column->heading_lines - left];
		fprintf(out, "%*s", (int)(end - used), part);
		used = end;
	}
	fputc('\n', out);
}

/* Headings end at the same line. */
static void headings_print(const struct matrix_columns *columns, size_t from, size_t to, FILE *out)
{
	size_t lines = 0;
	for (size_t c = from; c < to; c++)
		if (columns->items[c].heading_lines > lines)
			lines = columns->items[c].heading_lines;
	for (size_t line = 0; line < lines; line++)
		heading_print(columns, from, to, lines - line, out);
}

static enum look_colour colour_of(enum grid_verdict verdict)
{
	switch (verdict) {
	case GRID_TRUNCATED:
	case GRID_LOST:
		return LOOK_BAD;
	case GRID_HELD:
	case GRID_UNTRIED:
		return LOOK_ODD;
	case GRID_UNKNOWN:
	case GRID_NOTHING_DUE:
	case GRID_DELIVERED:
		break;
	}
	return LOOK_PLAIN;
}

static void line_print(const struct grid *grid, const struct matrix_columns *columns, size_t level,
	size_t from, size_t to, const struct look *look, FILE *out)
{
	char text[GRID_CELL_MAX];
	fprintf(out, "%-*s", (int)columns->name_width, grid_level_label(grid, level));
	for (size_t c = from; c < to; c++) {
		const struct matrix_column *column = &columns->items[c];
		const struct grid_cell *cell = grid_at(grid, column->strategy, level);
		enum look_colour colour = colour_of(grid_verdict(cell));
		const char *said = grid_cell_text(cell, text);
		fprintf(out, "%*s", (int)(GAP + column->width - strlen(said)), "");
		if (colour != LOOK_PLAIN)
			look_colour(look, colour, out);
		fputs(said, out);
		if (colour != LOOK_PLAIN)
			look_colour(look, LOOK_PLAIN, out);
	}
	fputc('\n', out);
}

/* Where the block that begins at `from` ends: one column at least. */
static size_t block_end(const struct matrix_columns *columns, size_t from, size_t width)
{
	size_t used = columns->name_width, to = from;
	while (to < columns->count &&
		(to == from || used + GAP + columns->items[to].width <= width))
		used += GAP + columns->items[to++].width;
	return to;
}

/* "server-close +2: tw-cap and fin-on-data fared the same." */
static void alike_print(
	const struct grid *grid, const struct matrix_columns *columns, size_t width, FILE *out)
{
	for (size_t c = 0; c < columns->count; c++) {
		const struct matrix_column *column = &columns->items[c];
		char *text = NULL;
		size_t size, told = 0;
		FILE *line = column->alike > 0 ? open_memstream(&text, &size) : NULL;
		if (!line)
			continue;
		fprintf(line, "%s +%zu: the same came of ", grid_strategy(grid, column->strategy),
			column->alike);
		for (size_t s = column->strategy + 1; s < grid->strategy_count; s++)
			if (grid_is_alike(grid, column->strategy, s)) {
				told++;
				fprintf(line, "%s%s",
					told == 1               ? ""
					: told == column->alike ? " and "
								: ", ",
					grid_strategy(grid, s));
			}
		if (fclose(line) == 0)
			paragraph_print(text, width, out);
		free(text);
	}
}

static void legend_print(const struct grid *grid, size_t width, FILE *out)
{
	char text[600];
	snprintf(text, sizeof(text), "ok: each response came whole.%s%s%s%s%s%s",
		grid_has(grid, GRID_TRUNCATED) ? " cut: it ended in the middle." : "",
		grid_has(grid, GRID_LOST) ? " lost: no byte of it came." : "",
		grid_has(grid, GRID_HELD) ? " " GRID_HELD_LEGEND : "",
		grid_has(grid, GRID_UNTRIED) ? " " GRID_UNTRIED_LEGEND : "",
		grid_has(grid, GRID_NOTHING_DUE) ? " .: such clients read no response." : "",
		grid_has(grid, GRID_UNKNOWN) ? " -: not measured." : "");
	paragraph_print(text, width, out);
}

void matrix_print(const struct grid *grid, size_t width, const struct look *look, FILE *out)
{
	struct matrix_columns columns;
	if (columns_init(&columns, grid) == -1)
		return;
	for (size_t from = 0, to; from < columns.count; from = to) {
		to = block_end(&columns, from, width);
		headings_print(&columns, from, to, out);
		for (size_t l = 0; l < grid->level_count; l++)
			line_print(grid, &columns, l, from, to, look, out);
		fputc('\n', out);
	}
	alike_print(grid, &columns, width, out);
	legend_print(grid, width, out);
	free(columns.items);
}

static bool has_failed(const struct grid *grid, size_t strategy)
{
	for (size_t l = 0; l < grid->level_count; l++)
		if (grid_verdict(grid_at(grid, strategy, l)) >= GRID_TRUNCATED)
			return true;
	return false;
}

static bool is_measured(const struct grid *grid, size_t strategy)
{
	for (size_t l = 0; l < grid->level_count; l++)
		if (grid_verdict(grid_at(grid, strategy, l)) == GRID_UNKNOWN)
			return false;
	return true;
}

/* "lost responses of write-first; " */
static void failures_write(const struct grid *grid, size_t strategy, enum grid_verdict verdict,
	const char *verb, size_t *told, FILE *out)
{
	size_t named = 0;
	for (size_t l = 0; l < grid->level_count; l++) {
		if (grid_verdict(grid_at(grid, strategy, l)) != verdict)
			continue;
		if (named == 0)
			fprintf(out, "%s %s ", *told ? ";" : "", verb);
		fprintf(out, "%s%s", named++ ? ", " : "", grid_level(grid, l));
	}
	*told += named;
}

/* "server-close, tw-cap", of all that are alike. Returns whether one before is: it has told them.
 */
static bool group_write(const struct grid *grid, size_t strategy, FILE *out)
{
	for (size_t s = 0; s < strategy; s++)
		if (grid_is_alike(grid, s, strategy))
			return true;
	for (size_t s = strategy; s < grid->strategy_count; s++)
		if (grid_is_alike(grid, s, strategy))
			fprintf(out, "%s%s", s > strategy ? ", " : "", grid_strategy(grid, s));
	return false;
}

void matrix_sentences_write(const struct grid *grid, FILE *out)
{
	size_t whole = 0;
	for (size_t s = 0; s < grid->strategy_count; s++)
		if (is_measured(grid, s) && !has_failed(grid, s))
			fprintf(out, "%s%s", whole++ ? ", " : "Delivered to every client: ",
				grid_strategy(grid, s));
	fputs(whole ? ".\n" : "No way of closing delivered to every client.\n", out);
	for (size_t s = 0; s < grid->strategy_count; s++) {
		size_t told = 0;
		if (!has_failed(grid, s) || group_write(grid, s, out))
			continue;
		failures_write(grid, s, GRID_LOST, "lost responses of", &told, out);
		failures_write(grid, s, GRID_TRUNCATED, "cut responses of", &told, out);
		fputs(".\n", out);
	}
}
