#include "bench/report/plan_costs_text.h"

#include "bench/plan/plan_choice.h"
#include "bench/report/counted.h"
#include "bench/report/paragraph.h"

#include <math.h>

#define CELL_MAX (2 * COUNTED_TEXT_MAX + 2)
#define LINE_MAX_BYTES 512
/* The table with all of its columns. */
#define WIDTH_OF_ALL 80
#define SEGMENTS_WIDTH 18
#define SEGMENTS_WIDTH_LEAST 13

static void count_cell(double count, char cell[COUNTED_TEXT_MAX])
{
	if (isnan(count))
		snprintf(cell, COUNTED_TEXT_MAX, "-");
	else
		counted_write(count, cell);
}

static void open_cell(double seconds, char cell[CELL_MAX])
{
	if (seconds == 0)
		snprintf(cell, CELL_MAX, "-");
	else if (seconds < 1)
		snprintf(cell, CELL_MAX, "%.3g ms", seconds * 1e3);
	else
		snprintf(cell, CELL_MAX, "%.3g s", seconds);
}

static void both_cell(double server, double client, char cell[CELL_MAX])
{
	char of_server[COUNTED_TEXT_MAX], of_client[COUNTED_TEXT_MAX];
	count_cell(server, of_server);
	count_cell(client, of_client);
	snprintf(cell, CELL_MAX, "%s/%s", of_server, of_client);
}

static void row_print(const struct plan_figures *figures, bool has_pause, bool has_all, FILE *out)
{
	char open[CELL_MAX], segments[CELL_MAX], memory[CELL_MAX], lingering[COUNTED_TEXT_MAX],
		backlog[COUNTED_TEXT_MAX];
	const struct plan_costs *costs = &figures->costs;
	open_cell(costs->open_s, open);
	both_cell(costs->server_segments_per_s, costs->client_segments_per_s, segments);
	both_cell(figures->server_bytes / 1e3, figures->client_bytes / 1e3, memory);
	count_cell(costs->server_lingering, lingering);
	count_cell(costs->backlog_needed, backlog);
	fprintf(out, "%-16s %8s %*s %7s", figures->strategy->name, open,
		has_all ? SEGMENTS_WIDTH : SEGMENTS_WIDTH_LEAST, segments, lingering);
	if (has_all)
		fprintf(out, " %13s", memory);
	if (has_pause)
		fprintf(out, " %7s", backlog);
	fprintf(out, " %s\n", plan_may_lose_tail(figures) ? "risk" : "kept");
}

/* Of the strategies the one with the most. */
static void backlog_print(const struct plan_asked *asked, const struct plan_figures *figures,
	size_t count, size_t width, FILE *out)
{
	const struct plan_costs *most = &figures[0].costs;
	char line[LINE_MAX_BYTES];
	for (size_t i = 1; i < count; i++)
		if (figures[i].costs.backlog_needed > most->backlog_needed)
			most = &figures[i].costs;
	if (!(most->backlog_needed > PLAN_BACKLOG_USUAL))
		return;
	snprintf(line, sizeof(line),
		"net.core.somaxconn is %d unless it was set: then %.3g s without accept(2) fill "
		"the queue, not %.3g s",
		PLAN_BACKLOG_USUAL, most->pause_lasts_s, asked->pause_s);
	paragraph_print(line, width, out);
}

void plan_costs_print(const struct plan_asked *asked, const struct plan_figures *figures,
	size_t count, size_t width, FILE *out)
{
	bool has_pause = !isnan(asked->pause_s), has_all = width >= WIDTH_OF_ALL;
	if (isnan(asked->requests_per_s) || (asked->response_bytes == 0 && !has_pause))
		return;
	fprintf(out, "\n%-16s %8s %*s %7s", "a connection", "is open",
		has_all ? SEGMENTS_WIDTH : SEGMENTS_WIDTH_LEAST,
		has_all ? "segments/s srv/cli" : "segments/s", "lingers");
	if (has_all)
		fprintf(out, " %13s", "TIME_WAIT KB");
	fprintf(out, "%s tail\n", has_pause ? " backlog" : "");
	for (size_t i = 0; i < count; i++)
		row_print(&figures[i], has_pause, has_all, out);
	if (has_pause)
		backlog_print(asked, figures, count, width, out);
}
