#include "bench/report/html/page.h"

#include "bench/report/answer/answer.h"
#include "bench/report/grid.h"
#include "bench/report/html/behind_part.h"
#include "bench/report/html/cards.h"
#include "bench/report/html/chart/chart.h"
#include "bench/report/html/data_part.h"
#include "bench/report/html/factor_part.h"
#include "bench/report/html/findings_part.h"
#include "bench/report/html/frame.h"
#include "bench/report/html/ladders_part.h"
#include "bench/report/html/markup/escape.h"
#include "bench/report/html/markup/markup.h"
#include "bench/report/html/method_part.h"
#include "bench/report/html/sentence.h"
#include "bench/report/html/strategy_table.h"
#include "bench/report/printed.h"
#include "bench/result/json_path.h"
#include "bench/result/upstream.h"
#include "common/bounded_text.h"

#include <stdlib.h>

#define TITLE_MAX 200

static void title_set(const struct outcomes *outcomes, char *title, size_t size)
{
	if (outcomes->count == 1)
		bounded_text_write(
			title, size, "%s: closing a TCP connection", outcomes->list[0].strategy);
	else
		bounded_text_write(
			title, size, "%zu ways of closing a TCP connection", outcomes->count);
}

/* What did not count, and what was not run, a line a strategy; the remarks have each trial. */
static void invalid_print(const void *what, FILE *out)
{
	size_t i;
	json_t *entry;
	const struct chart_source *source = what;
	for (i = 0; i < source->basis.outcomes.count; i++) {
		const struct outcome *outcome = &source->basis.outcomes.list[i];
		if (outcome->valid < outcome->trials)
			fprintf(out, "%s, %zu of %zu trials: %s\n", outcome->strategy,
				outcome->trials - outcome->valid, outcome->trials,
				outcome->reason ? outcome->reason : "no reason is known");
	}
	json_array_foreach(json_object_get(source->result, "not_run"), i, entry)
		fprintf(out, "%s was not run: %s\n", json_path_text(entry, "strategy"),
			json_path_text(entry, "because"));
}

static void first_screen_write(
	const struct chart_source *source, const char *title, const char *failed, FILE *out)
{
	char *invalid = printed(invalid_print, source);
	struct answer answer = answer_of(&source->basis);
	markup_write(out, "<header><h1>%s</h1>\n<p class=\"quiet\">", title);
	method_line_write(source->result, out);
	fputs("</p></header>\n<main>\n<section id=\"answer\">\n", out);
	sentences_write(&answer, &source->basis.outcomes, out);
	if (source->basis.is_proxied)
		fputs("<p class=\"quiet\">Between clients and server is a proxy. Up to <a "
		      "href=\"#behind\">Behind the proxy</a> and in the charts, the server is the "
		      "proxy.</p>\n",
			out);
	frame_alert_write("Thresholds", failed, out);
	frame_alert_write("Not counted", invalid, out);
	cards_write(source, out);
	strategy_table_write(source, out);
	fputs("</section>\n", out);
	answer_finish(&answer);
	free(invalid);
}

static void contents_write(const struct chart_source *source, FILE *out)
{
	fputs("<nav aria-label=\"Contents\"><ul>\n", out);
	for (size_t i = 0; i < chart_count; i++)
		if (charts[i]->is_known(source))
			markup_write(out, "<li><a href=\"#%s\">%s</a></li>\n", charts[i]->id,
				charts[i]->question);
	if (ladders_part_is_known(source->result))
		fputs("<li><a href=\"#ladders\">How does each close?</a></li>\n", out);
	if (source->basis.behind_result)
		fputs("<li><a href=\"#behind\">Behind the proxy</a></li>\n", out);
	fputs("<li><a href=\"#findings\">Findings</a></li>\n"
	      "<li><a href=\"#method\">How was it measured?</a></li>\n"
	      "<li><a href=\"#data\">Data</a></li>\n</ul></nav>\n",
		out);
}

static void charts_write(struct chart_source *source, FILE *out)
{
	for (size_t i = 0; i < chart_count; i++) {
		const struct chart *chart = charts[i];
		if (!chart->is_known(source))
			continue;
		markup_write(out, "<section id=\"%s\"><h2>%s</h2>\n<p class=\"quiet\">%s</p>\n",
			chart->id, chart->question, chart->sentence);
		chart->write(source, out);
		fputs("</section>\n", out);
	}
}

static void names_print(const void *what, FILE *out)
{
	const struct outcomes *outcomes = what;
	fputc('[', out);
	for (size_t i = 0; i < outcomes->count; i++) {
		fputs(i ? "," : "", out);
		escape_script_string(outcomes->list[i].strategy, out);
	}
	fputc(']', out);
}

static int data_write(const json_t *result, FILE *out)
{
	fputs("<section id=\"data\"><h2>Data</h2>\n<ul class=\"files\">\n", out);
	int written = data_part_write(result, "teardown", out);
	fputs("</ul>\n<p class=\"quiet\">The JSON is the result file: teardown report and teardown "
	      "compare read it.</p></section>\n</main>\n",
		out);
	return written;
}

/* What it came to, and how it was measured: a chart of so many rows would show none. */
static int factor_body_write(
	const struct chart_source *source, const struct grid *grid, const char *failed, FILE *out)
{
	const char *title = grid->is_matrix ? "Ways of closing, and clients that do not behave"
					    : "Ways of closing, at each value of an option";
	frame_begin(title, out);
	markup_write(out, "<header><h1>%s</h1>\n<p class=\"quiet\">", title);
	method_line_write(source->result, out);
	fputs("</p></header>\n<main>\n<section id=\"answer\">\n", out);
	frame_alert_write("Thresholds", failed, out);
	factor_part_write(grid, out);
	fputs("</section>\n", out);
	method_part_write(source->result, out);
	return data_write(source->result, out);
}

static int body_write(struct chart_source *source, const char *failed, FILE *out)
{
	char title[TITLE_MAX];
	title_set(&source->basis.outcomes, title, sizeof(title));
	frame_begin(title, out);
	first_screen_write(source, title, failed, out);
	contents_write(source, out);
	if (behind_part_write(source, out) == -1)
		return -1;
	charts_write(source, out);
	ladders_part_write(source->result, &source->basis.outcomes, out);
	findings_part_write(source->result, out);
	well_part_write(source->result, out);
	remarks_part_write(source->result, out);
	method_part_write(source->result, out);
	return data_write(source->result, out);
}

static int grid_body_write(const struct chart_source *source, const char *failed, FILE *out)
{
	struct grid grid;
	if (grid_init(&grid, source->result) == -1)
		return -1;
	int written = factor_body_write(source, &grid, failed, out);
	grid_finish(&grid);
	return written;
}

int page_write(const json_t *result, const char *failed, FILE *out)
{
	char *data = NULL, *names = NULL;
	size_t size;
	struct chart_source source;
	FILE *plots = open_memstream(&data, &size);
	int written = plots ? chart_source_init(&source, result, plots) : -1;
	if (!plots)
		return -1;
	if (written == 0 && grid_is_known(result))
		written = grid_body_write(&source, failed, out);
	else if (written == 0)
		written = body_write(&source, failed, out);
	names = printed(names_print, &source.basis.outcomes);
	if (fclose(plots) != 0 || !names)
		written = -1;
	if (written == 0)
		frame_end(names, data, out);
	chart_source_finish(&source);
	free(names);
	free(data);
	return written;
}
