#include "bench/report/html/plan_page.h"

#include "bench/plan/plan_choice.h"
#include "bench/report/html/frame.h"
#include "bench/report/html/markup/markup.h"
#include "bench/report/html/simulation_plots.h"
#include "bench/report/plan_choice_text.h"
#include "bench/report/plan_text.h"
#include "bench/report/printed.h"
#include "bench/report/simulation_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 32

static void asked_print(const void *what, FILE *out)
{
	const struct plan_page *page = what;
	plan_asked_print(page->asked, PRINTED_WIDTH, out);
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

static void row_write(const struct plan_page *page, const struct plan_figures *figures, FILE *out)
{
	bool may_lose = (plan_gives_up(figures) & TD_GIVES_UP_TAIL) != 0;
	markup_write(out, "<tbody><tr><th scope=\"row\">%s</th>", figures->strategy->name);
	cell_write(figures->lasts_per_s, "-", "/s", out);
	cell_write(figures->slow_from_per_s, "-", "/s", out);
	if (!isnan(page->asked->requests_per_s)) {
		cell_write(figures->ports_held, "-", "", out);
		cell_write(figures->slow_after_s, "never", " s", out);
		cell_write(figures->exhausted_after_s, "never", " s", out);
		cell_write(figures->server_time_wait, "-", "", out);
		cell_write(figures->client_time_wait, "-", "", out);
		cell_write(figures->costs.server_segments_per_s, "-", "/s", out);
		cell_write(figures->costs.server_lingering, "-", "", out);
	}
	markup_write(out, "<td>%s</td>", may_lose ? "risk" : "kept");
	if (!isnan(page->asked->requests_per_s))
		fits_write(figures, out);
	fputs("</tr></tbody>\n", out);
}

static void table_write(const struct plan_page *page, FILE *out)
{
	static const char *const at_a_rate[] = {"ports held", "slow after", "run out after",
		"TIME_WAIT server", "TIME_WAIT each client", "segments of the server",
		"server lingers"};
	bool has_rate = !isnan(page->asked->requests_per_s);
	fputs("<section id=\"strategies\"><h2>Which strategy holds it?</h2>\n"
	      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Strategies\">"
	      "<table class=\"plain\"><thead><tr><th scope=\"col\">strategy</th>"
	      "<th scope=\"col\" class=\"number\">lasts</th>"
	      "<th scope=\"col\" class=\"number\">slow from</th>",
		out);
	for (size_t i = 0; has_rate && i < sizeof(at_a_rate) / sizeof(at_a_rate[0]); i++)
		markup_write(out, "<th scope=\"col\" class=\"number\">%s</th>", at_a_rate[i]);
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
