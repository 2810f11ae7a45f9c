#include "bench/report/sweep_text.h"

#include "bench/report/paragraph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RANGE_MAX 120
/* So many kinds of strategies, by what was lost of them, have a table in place of bars. */
#define TABLE_LEAST 3
#define GAUGE_CELLS_MAX 40
/* What stands beside a gauge: "12345 of 12345". */
#define COUNT_COLUMNS 16

static double failed(const struct grid_cell *cell)
{
	return cell->truncated + cell->lost;
}

/* Whether both are the end of one line's range: nothing was lost at either, or all, and what was
 * not tried at one was not at the other. */
static bool is_same(const struct grid_cell *a, const struct grid_cell *b)
{
	bool both_none = failed(a) == 0 && failed(b) == 0;
	bool both_all = failed(a) > 0 && a->delivered == 0 && b->delivered == 0;
	return (both_none || both_all) && (a->trials == 0) == (b->trials == 0) &&
	       grid_is_untried(a) == grid_is_untried(b);
}

static size_t range_end(const struct grid *grid, size_t strategy, size_t from)
{
	size_t to = from + 1;
	while (to < grid->level_count &&
		is_same(grid_at(grid, strategy, from), grid_at(grid, strategy, to)))
		to++;
	return to;
}

static const char *range_text(const struct grid *grid, size_t from, size_t to, char text[RANGE_MAX])
{
	if (to - from == 1)
		snprintf(text, RANGE_MAX, "%s", grid_level_label(grid, from));
	else
		snprintf(text, RANGE_MAX, "%s to %s", grid_level_label(grid, from),
			grid_level_label(grid, to - 1));
	return text;
}

static size_t name_width(const struct grid *grid)
{
	char text[RANGE_MAX];
	size_t widest = 0;
	for (size_t s = 0; s < grid->strategy_count; s++)
		for (size_t from = 0, to; from < grid->level_count; from = to) {
			to = range_end(grid, s, from);
			size_t own = strlen(range_text(grid, from, to, text));
			widest = own > widest ? own : widest;
		}
	return widest;
}

/* Whether as much was lost of both at each level, and as much is known. */
static bool is_alike(const struct grid *grid, size_t strategy, size_t other)
{
	for (size_t l = 0; l < grid->level_count; l++) {
		const struct grid_cell *a = grid_at(grid, strategy, l),
				       *b = grid_at(grid, other, l);
		if (!is_same(a, b) && (failed(a) != failed(b) || a->attempted != b->attempted ||
					      grid_is_untried(a) != grid_is_untried(b)))
			return false;
	}
	return true;
}

static bool is_told_of_another(const struct grid *grid, size_t strategy)
{
	for (size_t s = 0; s < strategy; s++)
		if (is_alike(grid, s, strategy))
			return true;
	return false;
}

static size_t alike_count(const struct grid *grid, size_t strategy)
{
	size_t count = 0;
	for (size_t s = strategy; s < grid->strategy_count; s++)
		count += is_alike(grid, strategy, s);
	return count;
}

static void cell_add(struct grid_cell *sum, const struct grid_cell *cell)
{
	sum->trials += cell->trials;
	sum->attempted += cell->attempted;
	sum->truncated += cell->truncated;
	sum->lost += cell->lost;
	sum->pauses += cell->pauses;
	sum->pauses_cut += cell->pauses_cut;
}

/* Of the levels, over all strategies that fared as this one did. */
static struct grid_cell sum_of(const struct grid *grid, size_t strategy, size_t from, size_t to)
{
	struct grid_cell sum = {0};
	for (size_t s = strategy; s < grid->strategy_count; s++)
		for (size_t l = from; l < to && is_alike(grid, strategy, s); l++)
			cell_add(&sum, grid_at(grid, s, l));
	return sum;
}

static void line_print(const struct grid_cell *sum, const char *range, size_t names, size_t cells,
	const struct look *look, FILE *out)
{
	char text[GRID_CELL_MAX];
	fprintf(out, "  %-*s  ", (int)names, range);
	if (sum->trials == 0 || grid_is_untried(sum)) {
		fprintf(out, "%s\n", grid_cell_text(sum, text));
		return;
	}
	if (failed(sum) > 0)
		look_colour(look, LOOK_BAD, out);
	look_gauge(look, grid_failed_share(sum), cells, out);
	if (failed(sum) > 0)
		look_colour(look, LOOK_PLAIN, out);
	fprintf(out, "  %.0f of %.0f\n", failed(sum), sum->attempted);
}

/* "graceful, server-close, reset": those that fared as the first one did. */
static void alike_print(const struct grid *grid, size_t strategy, size_t width, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *line = open_memstream(&text, &size);
	if (!line)
		return;
	for (size_t s = strategy; s < grid->strategy_count; s++)
		if (is_alike(grid, strategy, s))
			fprintf(line, "%s%s", s > strategy ? ", " : "", grid_strategy(grid, s));
	if (fclose(line) == 0)
		paragraph_print(text, width, out);
	free(text);
}

void sweep_print(const struct grid *grid, size_t width, const struct look *look, FILE *out)
{
	char range[RANGE_MAX];
	size_t names = name_width(grid), used = names + 6 + COUNT_COLUMNS;
	size_t cells = width > used ? width - used : 1;
	cells = cells > GAUGE_CELLS_MAX ? GAUGE_CELLS_MAX : cells;
	fprintf(out, "connections with a response lost, by %s\n", grid->option);
	for (size_t s = 0; s < grid->strategy_count; s++) {
		if (is_told_of_another(grid, s))
			continue;
		alike_print(grid, s, width, out);
		for (size_t from = 0, to; from < grid->level_count; from = to) {
			to = range_end(grid, s, from);
			struct grid_cell sum = sum_of(grid, s, from, to);
			line_print(
				&sum, range_text(grid, from, to, range), names, cells, look, out);
		}
	}
	if (grid_has(grid, GRID_UNTRIED))
		paragraph_print(GRID_UNTRIED_LEGEND, width, out);
}

static size_t kind_count(const struct grid *grid)
{
	size_t count = 0;
	for (size_t s = 0; s < grid->strategy_count; s++)
		count += !is_told_of_another(grid, s);
	return count;
}

bool sweep_wants_table(const struct grid *grid)
{
	return kind_count(grid) >= TABLE_LEAST;
}

/* "graceful", "graceful and 3 more", or `all`. */
static void who_write(const struct grid *grid, size_t strategy, const char *all, FILE *out)
{
	size_t count = alike_count(grid, strategy);
	if (count > 1 && count == grid->strategy_count)
		fputs(all, out);
	else if (count > 1)
		fprintf(out, "%s and %zu more", grid_strategy(grid, strategy), count - 1);
	else
		fputs(grid_strategy(grid, strategy), out);
}

static bool is_even(const struct grid_cell *levels, size_t first, size_t last)
{
	for (size_t l = first + 1; l <= last; l++)
		if (grid_failed_share(&levels[l]) != grid_failed_share(&levels[first]))
			return false;
	return true;
}

/* " lost responses at think 200ms to 280ms, most at 240ms: 9 of 16 connections.", of what came at
 * each level, at one of which something was lost. */
static void losses_write(const struct grid *grid, const struct grid_cell *levels, FILE *out)
{
	size_t first = grid->level_count, last = 0, most = 0;
	struct grid_cell sum = {0};
	char range[RANGE_MAX];
	for (size_t l = 0; l < grid->level_count; l++) {
		if (failed(&levels[l]) == 0)
			continue;
		first = first == grid->level_count ? l : first;
		last = l;
		if (grid_failed_share(&levels[l]) > grid_failed_share(&levels[most]))
			most = l;
	}
	fprintf(out, " lost responses at %s %s", grid->option,
		range_text(grid, first, last + 1, range));
	bool is_of_most = !is_even(levels, first, last);
	if (is_of_most)
		fprintf(out, ", most at %s", grid_level_label(grid, most));
	for (size_t l = is_of_most ? most : first; l <= (is_of_most ? most : last); l++)
		cell_add(&sum, &levels[l]);
	fprintf(out, ": %.0f of %.0f connections.\n", failed(&sum), sum.attempted);
}

static bool has_lost(const struct grid *grid, size_t strategy)
{
	struct grid_cell sum = sum_of(grid, strategy, 0, grid->level_count);
	return failed(&sum) > 0;
}

/* A sentence for each kind. */
static void kinds_write(const struct grid *grid, struct grid_cell *levels, FILE *out)
{
	for (size_t s = 0; s < grid->strategy_count; s++) {
		if (is_told_of_another(grid, s) || !has_lost(grid, s))
			continue;
		for (size_t l = 0; l < grid->level_count; l++)
			levels[l] = sum_of(grid, s, l, l + 1);
		who_write(grid, s, "Every strategy", out);
		losses_write(grid, levels, out);
	}
}

/* One sentence for all that lost any; `levels` is zeroed. */
static void all_write(const struct grid *grid, struct grid_cell *levels, FILE *out)
{
	size_t count = 0;
	for (size_t s = 0; s < grid->strategy_count; s++) {
		if (!has_lost(grid, s))
			continue;
		count++;
		for (size_t l = 0; l < grid->level_count; l++)
			cell_add(&levels[l], grid_at(grid, s, l));
	}
	if (count == 0)
		return;
	fprintf(out, "%zu of %zu strategies", count, grid->strategy_count);
	losses_write(grid, levels, out);
}

/* Of one that lost nothing. */
static void whole_write(const struct grid *grid, size_t strategy, FILE *out)
{
	size_t first = grid->level_count, last = 0;
	char range[RANGE_MAX];
	for (size_t l = 0; l < grid->level_count; l++) {
		struct grid_cell level = sum_of(grid, strategy, l, l + 1);
		if (!grid_is_untried(&level))
			continue;
		first = first == grid->level_count ? l : first;
		last = l;
	}
	bool is_known = first == grid->level_count;
	fputs(is_known ? "Nothing was lost by " : "Whether anything is lost is not known of ", out);
	who_write(grid, strategy, "any strategy", out);
	if (!is_known) {
		struct grid_cell sum = sum_of(grid, strategy, first, last + 1);
		fprintf(out,
			" at %s %s: the load's end cut %.0f of %.0f pauses short (give a longer "
			"--duration, or --total)",
			grid->option, range_text(grid, first, last + 1, range), sum.pauses_cut,
			sum.pauses);
	}
	fputs(".\n", out);
}

void sweep_sentences_write(const struct grid *grid, FILE *out)
{
	struct grid_cell *levels = calloc(grid->level_count + 1, sizeof(*levels));
	if (levels)
		(sweep_wants_table(grid) ? all_write : kinds_write)(grid, levels, out);
	free(levels);
	for (size_t s = 0; s < grid->strategy_count; s++) {
		struct grid_cell sum = sum_of(grid, s, 0, grid->level_count);
		if (sum.trials > 0 && failed(&sum) == 0 && !is_told_of_another(grid, s))
			whole_write(grid, s, out);
	}
}
