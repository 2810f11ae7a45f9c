#include "bench/report/prose.h"

#include "bench/report/findings_text.h"
#include "bench/report/latency.h"
#include "bench/report/others_text.h"
#include "bench/report/paragraph.h"
#include "bench/report/remarks.h"
#include "bench/report/runway_text.h"
#include "bench/report/states_text.h"
#include "bench/report/well_text.h"
#include "bench/result/json_path.h"
#include "bench/result/twins.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Lines of prose below the table that a terminal is to show; a narrower one shows as much text. */
#define PROSE_MOST 12
#define PROSE_WIDTH 100

static void legend_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	bool by_request = json_integer_value(json_path_at(result, "options.request-rate")) > 0;
	const char *option = by_request ? "options.request-rate" : "options.rate";
	char rate[32];
	const json_t *offered = json_path_at(result, option);
	json_path_number_write(result, option, rate, sizeof(rate));
	fputs("Medians of valid trials, 95 % intervals by bootstrap. A first exchange's latency "
	      "has the handshake.\n",
		out);
	if (twins_are_in(result))
		fputs("Twins: both strategies ran at the same time and shared the processors; "
		      "compare their differences.\n",
			out);
	if (json_is_integer(offered) && json_integer_value(offered) > 0)
		fprintf(out,
			"Open loop: %s %s/s, %s arrivals; latency counts from when each was to "
			"begin.\n",
			rate, by_request ? "requests" : "connections",
			json_path_text(result, "options.arrivals"));
	else if (json_is_integer(offered) && brevity != TELL_LEAST)
		fputs("Closed loop: a connection begins when one is closed; a slow server is asked "
		      "less (--rate: open).\n",
			out);
}

/* What stands before the findings, and behind them. */
static void above_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	runway_print(result, width, brevity, out);
	others_print(result, out);
	remarks_of_trials_print(result, out);
	states_print(result, out);
}

static void below_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	well_print(result, width, out);
	remarks_of_medians_print(result, width, brevity, out);
}

struct part {
	char *text;
	size_t lines;
};

typedef void part_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

/* To be freed; NULL: there is no memory. */
static char *printed(part_print *print, const json_t *result, size_t width, enum brevity brevity)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	print(result, width, brevity, out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static struct part part_of(
	part_print *print, const json_t *result, size_t width, enum brevity brevity)
{
	struct part part = {NULL, 0};
	size_t size = 0;
	char *text = printed(print, result, width, brevity);
	FILE *out = text ? open_memstream(&part.text, &size) : NULL;
	if (out) {
		part.lines = paragraphs_print(text, width, out);
		if (fclose(out) != 0) {
			free(part.text);
			part = (struct part){NULL, 0};
		}
	}
	free(text);
	return part;
}

static void least_findings_print(
	const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	report_findings_print(result, width, 0, out);
}

static size_t lines_most(const struct text_options *options)
{
	if (options->wide)
		return SIZE_MAX;
	return options->width < PROSE_WIDTH ? PROSE_MOST * PROSE_WIDTH / options->width
					    : PROSE_MOST;
}

void prose_print(const json_t *result, const struct text_options *options, FILE *out)
{
	size_t width = options->width, most = lines_most(options);
	struct part least = part_of(least_findings_print, result, width, TELL_ALL);
	struct part legend, above, below;
	size_t others;
	for (enum brevity brevity = TELL_ALL;; brevity++) {
		legend = part_of(legend_print, result, width, brevity);
		above = part_of(above_print, result, width, brevity);
		below = part_of(below_print, result, width, brevity);
		others = legend.lines + above.lines + below.lines;
		if (brevity == TELL_LEAST || others + least.lines <= most)
			break;
		free(legend.text);
		free(above.text);
		free(below.text);
	}
	fprintf(out, "\n%s", legend.text ? legend.text : "");
	if (options->latency)
		latency_print(result, width, out);
	fputs(above.text ? above.text : "", out);
	report_findings_print(result, width, others < most ? most - others : 0, out);
	fputs(below.text ? below.text : "", out);
	free(legend.text);
	free(least.text);
	free(above.text);
	free(below.text);
}
