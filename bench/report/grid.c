#include "bench/report/grid.h"

#include "bench/report/levels_text.h"
#include "bench/result/json_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW_NAME_MAX 256

bool grid_is_known(const json_t *result)
{
	return json_is_object(json_object_get(result, "factor")) && !levels_are_compared(result);
}

static double number(const json_t *trial, const char *path)
{
	return json_number_value(json_path_at(trial, path));
}

static void pauses_add(struct grid_cell *cell, const json_t *trial)
{
	size_t i;
	json_t *clients;
	json_array_foreach(json_object_get(trial, "clients"), i, clients)
	{
		cell->pauses += number(clients, "pauses");
		cell->pauses_cut += number(clients, "pauses_cut");
	}
}

static void trial_add(struct grid_cell *cell, const json_t *trial, bool is_matrix)
{
	double held = number(trial, "delivery.held");
	if (!json_path_at(trial, "delivery.held"))
		return;
	cell->trials++;
	cell->attempted += number(trial, "connections.attempted");
	cell->delivered += number(trial, "delivery.delivered");
	cell->truncated += number(trial, "delivery.truncated");
	cell->lost += number(trial, "delivery.lost");
	cell->responses += number(trial, "exchanges");
	cell->held = held > cell->held ? held : cell->held;
	if (!is_matrix)
		pauses_add(cell, trial);
}

static void cell_fill(struct grid_cell *cell, const json_t *result, const char *row, bool is_matrix)
{
	size_t i;
	json_t *trial, *trials = json_path_trials(result, row, false);
	json_array_foreach(trials, i, trial) trial_add(cell, trial, is_matrix);
	json_decref(trials);
}

int grid_init(struct grid *grid, const json_t *result)
{
	const json_t *factor = json_object_get(result, "factor");
	char row[ROW_NAME_MAX];
	*grid = (struct grid){
		.option = json_path_text(factor, "option"),
		.strategies = json_object_get(factor, "strategies"),
		.levels = json_object_get(factor, "levels"),
	};
	grid->is_matrix = strcmp(grid->option, "clients") == 0;
	grid->strategy_count = json_array_size(grid->strategies);
	grid->level_count = json_array_size(grid->levels);
	grid->cells = calloc(grid->strategy_count * grid->level_count + 1, sizeof(*grid->cells));
	if (!factor || !grid->cells) {
		grid_finish(grid);
		return -1;
	}
	for (size_t s = 0; s < grid->strategy_count; s++)
		for (size_t l = 0; l < grid->level_count; l++) {
			snprintf(row, sizeof(row), "%s:%s", grid_strategy(grid, s),
				grid_level(grid, l));
			cell_fill(&grid->cells[s * grid->level_count + l], result, row,
				grid->is_matrix);
		}
	return 0;
}

void grid_finish(struct grid *grid)
{
	free(grid->cells);
	*grid = (struct grid){0};
}

const struct grid_cell *grid_at(const struct grid *grid, size_t strategy, size_t level)
{
	return &grid->cells[strategy * grid->level_count + level];
}

const char *grid_strategy(const struct grid *grid, size_t strategy)
{
	return json_path_string(json_array_get(grid->strategies, strategy));
}

const char *grid_level(const struct grid *grid, size_t level)
{
	return json_path_string(json_array_get(grid->levels, level));
}

const char *grid_level_label(const struct grid *grid, size_t level)
{
	const char *name = grid_level(grid, level),
		   *at = grid->is_matrix ? NULL : strchr(name, '@');
	return at ? at + 1 : name;
}

enum grid_verdict grid_verdict(const struct grid_cell *cell)
{
	if (cell->trials == 0 || cell->attempted == 0)
		return GRID_UNKNOWN;
	if (cell->truncated > 0 || cell->lost > 0)
		return cell->lost >= cell->truncated ? GRID_LOST : GRID_TRUNCATED;
	if (grid_is_untried(cell))
		return GRID_UNTRIED;
	if (cell->held > 0)
		return GRID_HELD;
	return cell->responses > 0 ? GRID_DELIVERED : GRID_NOTHING_DUE;
}

bool grid_is_untried(const struct grid_cell *cell)
{
	bool is_whole = cell->truncated == 0 && cell->lost == 0;
	return is_whole && 2 * cell->pauses_cut > cell->pauses;
}

double grid_failed_share(const struct grid_cell *cell)
{
	return cell->attempted > 0 ? (cell->truncated + cell->lost) / cell->attempted : 0;
}

/* Neither all nor nothing where it is not. */
static double percent_of(const struct grid_cell *cell)
{
	double percent = 100 * grid_failed_share(cell);
	return percent < 1 ? 1 : percent > 99 && percent < 100 ? 99 : percent;
}

const char *grid_cell_text(const struct grid_cell *cell, char text[GRID_CELL_MAX])
{
	enum grid_verdict verdict = grid_verdict(cell);
	switch (verdict) {
	case GRID_UNKNOWN:
		return "-";
	case GRID_NOTHING_DUE:
		return ".";
	case GRID_UNTRIED:
		return "not known";
	case GRID_DELIVERED:
		return "ok";
	case GRID_HELD:
		snprintf(text, GRID_CELL_MAX, "%.0f held", cell->held);
		return text;
	case GRID_TRUNCATED:
	case GRID_LOST:
		break;
	}
	const char *word = verdict == GRID_LOST ? "lost" : "cut";
	if (cell->delivered == 0)
		return word;
	snprintf(text, GRID_CELL_MAX, "%.0f %% %s", percent_of(cell), word);
	return text;
}

bool grid_has(const struct grid *grid, enum grid_verdict verdict)
{
	for (size_t i = 0; i < grid->strategy_count * grid->level_count; i++)
		if (grid_verdict(&grid->cells[i]) == verdict)
			return true;
	return false;
}

bool grid_is_alike(const struct grid *grid, size_t strategy, size_t other)
{
	char a[GRID_CELL_MAX], b[GRID_CELL_MAX];
	for (size_t l = 0; l < grid->level_count; l++)
		if (strcmp(grid_cell_text(grid_at(grid, strategy, l), a),
			    grid_cell_text(grid_at(grid, other, l), b)) != 0)
			return false;
	return true;
}
