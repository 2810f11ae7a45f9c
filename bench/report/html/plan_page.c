#include "bench/report/html/plan_page.h"

#include "bench/plan/plan_choice.h"
#include "bench/report/html/frame.h"
#include "bench/report/html/markup/markup.h"
#include "bench/report/html/simulation_plots.h"
#include "bench/report/plan_choice_text.h"
#include "bench/report/plan_doctor_text.h"
#include "bench/report/plan_text.h"
#include "bench/report/printed.h"
#include "bench/report/simulation_text.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 32

static void asked_print(const void *what, FILE *out)
{
	const struct plan_page *page = what;
	plan_asked_print(page->asked, PRINTED_WIDTH, out);
}

static void host_print(const void *what, FILE *out)
{
	const struct plan_page *page = what;
	plan_doctor_print(page->host, page->overruled, PRINTED_WIDTH, out);
}

static void choice_print(const void *what, FILE *out)
{
	const struct plan_page *page = what;
	plan_choice_print(page->asked, page->chosen, page->better, PRINTED_WIDTH, out);
}

static void reasons_print(const void *what, FILE *out)
{
	const struct plan_page *page = what;
	plan_reasons_print(page->asked, page->figures, page->count, PRINTED_WIDTH, out);
}

static void simulated_print(const void *what, FILE *out)
{
	simulation_answer_print(what, PRINTED_WIDTH, out);
}

/* A paragraph for each line; nothing where there was no memory for them. */
static void lines_write(printed_fn *print, const void *what, const char *class, FILE *out)
{
	char *text = printed(print, what), *rest = NULL;
	for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line;
		line = strtok_r(NULL, "\n", &rest))
		markup_write(out, "<p class=\"%s\">%s</p>\n", class, line);
	free(text);
}

/* NAN: there is none. */
static void cell_write(double value, const char *none, const char *unit, FILE *out)
{
	char number[NUMBER_MAX];
	if (isnan(value)) {
		markup_write(out, "<td class=\"number\">%s</td>", none);
		return;
	}
	markup_thousands(value, number, sizeof(number));
	markup_write(out, "<td class=\"number\" data-v=\"%.6g\">%s%s</td>", value, number, unit);
}

static void fits_write(const struct plan_figures *figures, FILE *out)
{
	static const struct {
		const char *class, *text;
	} verdicts[] = {{"bad", "✕ no"}, {"mixed", "– slow"}, {"well", "✓ yes"}};
	size_t at = !figures->fits ? 0 : figures->is_slow ? 1 : 2;
	markup_write(out, "<td><b class=\"verdict %s\">%s</b></td>", verdicts[at].class,
		verdicts[at].text);
}

enum column_needs { NEEDS_NOTHING, NEEDS_RATE, NEEDS_PAUSE };

/* Columns of numbers. `none`: what NAN says there. */
static const struct column {
	const char *title, *none, *unit;
	size_t offset;
	enum column_needs needs;
} columns[] = {
#define FIGURE(member) offsetof(struct plan_figures, member)
	{"lasts", "-", "/s", FIGURE(lasts_per_s), NEEDS_NOTHING},
	{"slow from", "-", "/s", FIGURE(slow_from_per_s), NEEDS_NOTHING},
	{"ports held", "-", "", FIGURE(ports_held), NEEDS_RATE},
	{"slow after", "never", " s", FIGURE(slow_after_s), NEEDS_RATE},
	{"run out after", "never", " s", FIGURE(exhausted_after_s), NEEDS_RATE},
	{"TIME_WAIT server", "-", "", FIGURE(server_time_wait), NEEDS_RATE},
	{"TIME_WAIT each client", "-", "", FIGURE(client_time_wait), NEEDS_RATE},
	{"segments of the server", "-", "/s", FIGURE(costs.server_segments_per_s), NEEDS_RATE},
	{"server lingers", "-", "", FIGURE(costs.server_lingering), NEEDS_RATE},
	{"backlog", "-", "", FIGURE(costs.backlog_needed), NEEDS_PAUSE},
#undef FIGURE
};

static const size_t column_count = sizeof(columns) / sizeof(columns[0]);

static bool is_shown(const struct column *column, const struct plan_asked *asked)
{
	bool has_rate = !isnan(asked->requests_per_s);
	return column->needs == NEEDS_NOTHING ||
	       (has_rate && (column->needs == NEEDS_RATE || asked->pause_s > 0));
}

static void row_write(const struct plan_page *page, const struct plan_figures *figures, FILE *out)
{
	markup_write(out, "<tbody><tr><th scope=\"row\">%s</th>", figures->strategy->name);
	for (size_t i = 0; i < column_count; i++) {
		const char *at = (const char *)figures + columns[i].offset;
		if (is_shown(&columns[i], page->asked))
			cell_write(*(const double *)at, columns[i].none, columns[i].unit, out);
	}
	markup_write(out, "<td>%s</td>", plan_may_lose_tail(figures) ? "risk" : "kept");
	if (!isnan(page->asked->requests_per_s))
		fits_write(figures, out);
	fputs("</tr></tbody>\n", out);
}

static void table_write(const struct plan_page *page, FILE *out)
{
	bool has_rate = !isnan(page->asked->requests_per_s);
	fputs("<section id=\"strategies\"><h2>Which strategy holds it?</h2>\n"
	      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Strategies\">"
	      "<table class=\"plain sortable\"><thead><tr><th scope=\"col\">strategy</th>",
		out);
	for (size_t i = 0; i < column_count; i++)
		if (is_shown(&columns[i], page->asked))
			markup_write(out, "<th scope=\"col\" class=\"number\">%s</th>",
				columns[i].title);
	fputs("<th scope=\"col\">tail</th>", out);
	fputs(has_rate ? "<th scope=\"col\">fits</th></tr></thead>\n" : "</tr></thead>\n", out);
	for (size_t i = 0; i < page->count; i++)
		row_write(page, &page->figures[i], out);
	fputs("</table></div>\n", out);
	lines_write(reasons_print, page, "quiet", out);
	fputs("</section>\n", out);
}

static void simulation_write(const struct plan_page *page, FILE *out, FILE *data)
{
	fputs("<section id=\"simulated\"><h2>What happens over time?</h2>\n", out);
	for (size_t i = 0; i < page->simulated_count; i++) {
		lines_write(simulated_print, &page->simulated[i], "answer more", out);
		if (page->simulated[i].tally && page->simulated[i].units_played > 0)
			simulation_plots_write(&page->simulated[i], i, out, data);
	}
	fputs("</section>\n", out);
}

int plan_page_write(const struct plan_page *page, FILE *out)
{
	static const char title[] = "What a rate takes";
	char *script = NULL;
	size_t size = 0;
	FILE *data = open_memstream(&script, &size);
	if (!data)
		return -1;
	frame_begin(title, out);
	markup_write(out, "<header><h1>%s</h1>\n", title);
	if (page->host)
		lines_write(host_print, page, "quiet", out);
	lines_write(asked_print, page, "quiet", out);
	fputs("</header>\n<main>\n", out);
	if (!isnan(page->asked->requests_per_s))
		lines_write(choice_print, page, "answer more", out);
	table_write(page, out);
	if (page->simulated)
		simulation_write(page, out, data);
	fputs("</main>\n", out);
	int result = fclose(data) == 0 ? 0 : -1;
	if (result == 0)
		frame_end(simulation_plots_names, script, out);
	free(script);
	return result;
}
