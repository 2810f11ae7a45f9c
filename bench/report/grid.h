/* What a run with a factor came to: a cell for each strategy at each level. Of --matrix the levels
 * are client behaviours, of --sweep the values of an option. A pure function of the result. */
#ifndef BENCH_REPORT_GRID_H
#define BENCH_REPORT_GRID_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Connections, over all trials of the cell; `held` of the trial with the most. */
struct grid_cell {
	size_t trials; /* 0: nothing is known */
	double attempted, delivered, truncated, lost, held;
	double responses; /* whole ones */
	/* Of clients that think, and those that the load's end cut; of a sweep. */
	double pauses, pauses_cut;
};

struct grid {
	bool is_matrix;
	const char *option;                /* "clients", "think" */
	const json_t *strategies, *levels; /* lists of names, of the result */
	size_t strategy_count, level_count;
	struct grid_cell *cells; /* see grid_at */
};

/* Whether the run had a factor whose levels are shown as a grid: the two families are rows of the
 * usual table (levels_text.h). */
bool grid_is_known(const json_t *result);

/* Returns 0, with `grid` to be given to grid_finish, or -1: there is none, or no memory. */
int grid_init(struct grid *grid, const json_t *result);
void grid_finish(struct grid *grid);

const struct grid_cell *grid_at(const struct grid *grid, size_t strategy, size_t level);
const char *grid_strategy(const struct grid *grid, size_t strategy);
const char *grid_level(const struct grid *grid, size_t level);

/* What the level is called in a table of its option: "200ms" of "think@200ms". */
const char *grid_level_label(const struct grid *grid, size_t level);

enum grid_verdict {
	GRID_UNKNOWN,
	GRID_NOTHING_DUE, /* such clients read no whole response */
	GRID_UNTRIED,     /* see grid_is_untried */
	GRID_DELIVERED,
	GRID_HELD, /* all that was due, and the server holds descriptors */
	GRID_TRUNCATED,
	GRID_LOST,
};

/* The worst of what happened; of truncated and lost, that of which there was more. */
enum grid_verdict grid_verdict(const struct grid_cell *cell);

/* Nothing was lost, but most pauses of its clients ended with the load: what a request behind one
 * meets is not known. Of a sweep: a matrix shows each client as its cell ends. */
bool grid_is_untried(const struct grid_cell *cell);

/* Of the connections attempted, those with a response that was truncated or lost. */
double grid_failed_share(const struct grid_cell *cell);

#define GRID_CELL_MAX 32

/* What the legends of a matrix say of GRID_HELD. */
#define GRID_HELD_LEGEND                                                                           \
	"N held: the server still held the descriptors of N connections when the client gave up, " \
	"or when all was over."

/* What the legends of a sweep say of GRID_UNTRIED. */
#define GRID_UNTRIED_LEGEND                                                                        \
	"not known: nothing was lost, but the load's end cut most pauses short, and the requests " \
	"behind them were sent at once."

/* The verdict in at most nine characters: "ok", "38 % cut", "4 held", "." */
const char *grid_cell_text(const struct grid_cell *cell, char text[GRID_CELL_MAX]);

/* Whether a cell has that verdict. */
bool grid_has(const struct grid *grid, enum grid_verdict verdict);

/* Whether two strategies have the same text at each level. */
bool grid_is_alike(const struct grid *grid, size_t strategy, size_t other);

#endif
