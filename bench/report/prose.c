#include "bench/report/prose.h"

#include "bench/report/clients_text.h"
#include "bench/report/events_text.h"
#include "bench/report/findings_text.h"
#include "bench/report/invalid_text.h"
#include "bench/report/latency.h"
#include "bench/report/levels_text.h"
#include "bench/report/loader_text.h"
#include "bench/report/nat_text.h"
#include "bench/report/others_text.h"
#include "bench/report/paragraph.h"
#include "bench/report/printed.h"
#include "bench/report/ramp_text.h"
#include "bench/report/remarks.h"
#include "bench/report/runway_text.h"
#include "bench/report/states_text.h"
#include "bench/report/well_text.h"
#include "bench/report/wire_text.h"
#include "bench/result/json_path.h"
#include "bench/result/twins.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Lines of prose below the table that a terminal is to show; a narrower one shows as much text. */
#define PROSE_MOST 12
#define PROSE_WIDTH 100
/* Room for the names of all that may be left out. */
#define LEFT_OUT_MAX 128

/* What decided when a connection, or a request, began. */
static void loop_print(const json_t *result, enum brevity brevity, FILE *out)
{
	bool by_request = json_integer_value(json_path_at(result, "options.request-rate")) > 0;
	const char *option = by_request ? "options.request-rate" : "options.rate";
	const char *ramp = json_string_value(json_path_at(result, "options.ramp"));
	const char *arrivals = json_path_text(result, "options.arrivals");
	const json_t *offered = json_path_at(result, option);
	char rate[32];
	json_path_number_write(result, option, rate, sizeof(rate));
	if (ramp)
		fprintf(out,
			"Open loop: %s connections/s, rising over each trial, %s arrivals; rates "
			"and latencies above are of all of it; latency counts from when each was "
			"to begin.\n",
			ramp, arrivals);
	else if (json_is_integer(offered) && json_integer_value(offered) > 0)
		fprintf(out,
			"Open loop: %s %s/s, %s arrivals; latency counts from when each was to "
			"begin.\n",
			rate, by_request ? "requests" : "connections", arrivals);
	else if (json_is_integer(offered) && brevity != TELL_LEAST)
		fputs("Closed loop: a connection begins when one is closed; a slow server is asked "
		      "less (--rate: open).\n",
			out);
}

static void legend_print(const json_t *result, size_t width, enum brevity brevity, FILE *out)
{
	char wire[160];
	fputs("Medians of valid trials, 95 % intervals by bootstrap. A first exchange's latency "
	      "has the handshake.\n",
		out);
	if (*wire_text(result, wire, sizeof(wire)))
		fprintf(out, "The ends are joined by %s.\n", wire);
	if (twins_are_in(result))
		fputs("Twins: both strategies ran at the same time and shared the processors; "
		      "compare their differences.\n",
			out);
	loop_print(result, brevity, out);
}

/* What stands before the findings and behind them, in this order. */
static const struct part_kind {
	const char *id; /* of --explain */
	void (*print)(const json_t *result, size_t width, enum brevity brevity, FILE *out);
	bool is_below; /* the findings */
} kinds[] = {
	{"families", levels_print, false},
	{"runway", runway_print, false},
	{"nat", nat_print, false},
	{"others", others_print, false},
	{"ramp", ramp_print, false},
	{"events", events_print, false},
	{"clients", clients_print, false},
	{"loader", loader_text_print, false},
	{"kept-from-accept", remarks_kept_print, false},
	{"first-closer", remarks_closer_print, false},
	{"invalid", invalid_print, false},
	{"not-run", remarks_not_run_print, false},
	{"states", states_print, false},
	{"checked", well_print, true},
	{"medians", remarks_medians_print, true},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* What is left out first where not all of it fits; of reasons the first stays. What is not
 * here never is left out. */
static const char *const dispensable[] = {"states", "first-closer", "kept-from-accept", "invalid",
	"loader", "others", "runway", "checked", "medians"};
#define DISPENSABLE (sizeof(dispensable) / sizeof(dispensable[0]))

struct part {
	char *text; /* NULL: there is nothing to say, or no memory */
	size_t lines;
};

struct parts {
	struct part legend, of[KINDS], left_out;
	char names[LEFT_OUT_MAX]; /* of what is left out */
};

typedef void part_print(const json_t *result, size_t width, enum brevity brevity, FILE *out);

struct part_asked {
	part_print *print;
	const json_t *result;
	size_t width;
	enum brevity brevity;
};

static void part_asked_print(const void *what, FILE *out)
{
	const struct part_asked *asked = what;
	asked->print(asked->result, asked->width, asked->brevity, out);
}

static struct part part_wrap(const char *text, size_t width)
{
	struct part part = {NULL, 0};
	size_t size = 0;
	FILE *out = text ? open_memstream(&part.text, &size) : NULL;
	if (!out)
		return part;
	part.lines = paragraphs_print(text, width, out);
	if (fclose(out) == 0)
		return part;
	free(part.text);
	return (struct part){NULL, 0};
}

static struct part part_of(
	part_print *print, const json_t *result, size_t width, enum brevity brevity)
{
	const struct part_asked asked = {print, result, width, brevity};
	char *text = printed(part_asked_print, &asked);
	struct part part = part_wrap(text, width);
	free(text);
	return part;
}

static void part_drop(struct part *part)
{
	free(part->text);
	*part = (struct part){NULL, 0};
}

static struct parts parts_of(const json_t *result, size_t width, enum brevity brevity)
{
	struct parts parts = {.legend = part_of(legend_print, result, width, brevity)};
	for (size_t k = 0; k < KINDS; k++)
		parts.of[k] = part_of(kinds[k].print, result, width, brevity);
	return parts;
}

static void parts_finish(struct parts *parts)
{
	part_drop(&parts->legend);
	part_drop(&parts->left_out);
	for (size_t k = 0; k < KINDS; k++)
		part_drop(&parts->of[k]);
}

static size_t lines_of(const struct parts *parts)
{
	size_t lines = parts->legend.lines + parts->left_out.lines;
	for (size_t k = 0; k < KINDS; k++)
		lines += parts->of[k].lines;
	return lines;
}

static struct part *part_find(struct parts *parts, const char *id)
{
	size_t k = 0;
	while (strcmp(kinds[k].id, id) != 0)
		k++;
	return &parts->of[k];
}

static void left_out_name(struct parts *parts, size_t width, const char *id)
{
	static const char before[] = "left out: ", behind[] = ": teardown report FILE --explain ID";
	char text[sizeof(before) + sizeof(behind) + LEFT_OUT_MAX];
	size_t used = strlen(parts->names);
	snprintf(parts->names + used, sizeof(parts->names) - used, "%s%s", used ? ", " : "", id);
	snprintf(text, sizeof(text), "%s%s%s", before, parts->names, behind);
	part_drop(&parts->left_out);
	parts->left_out = part_wrap(text, width);
}

/* Leaves out one more, or of reasons all but the first, from this place of `dispensable`
 * on; returns the next place. */
static size_t one_leave_out(struct parts *parts, const json_t *result, size_t width, size_t from)
{
	size_t i = from;
	while (i < DISPENSABLE && part_find(parts, dispensable[i])->lines == 0)
		i++;
	if (i == DISPENSABLE)
		return i;
	struct part *part = part_find(parts, dispensable[i]);
	part_drop(part);
	if (strcmp(dispensable[i], "invalid") == 0)
		*part = part_of(invalid_first_print, result, width, TELL_LEAST);
	else
		left_out_name(parts, width, dispensable[i]);
	return i + 1;
}

static size_t lines_most(const struct text_options *options)
{
	if (options->wide)
		return SIZE_MAX;
	return options->width < PROSE_WIDTH ? PROSE_MOST * PROSE_WIDTH / options->width
					    : PROSE_MOST;
}

/* As much as leaves so many lines for findings. */
static struct parts parts_fit(
	const json_t *result, size_t width, enum brevity brevity, size_t most, size_t for_findings)
{
	struct parts parts = parts_of(result, width, brevity);
	size_t place = 0;
	while (brevity < TELL_LEAST && lines_of(&parts) + for_findings > most) {
		parts_finish(&parts);
		parts = parts_of(result, width, ++brevity);
	}
	while (lines_of(&parts) + for_findings > most && place < DISPENSABLE)
		place = one_leave_out(&parts, result, width, place);
	return parts;
}

static void side_print(const struct parts *parts, bool is_below, FILE *out)
{
	for (size_t k = 0; k < KINDS; k++)
		if (kinds[k].is_below == is_below && parts->of[k].text)
			fputs(parts->of[k].text, out);
}

void prose_print(const json_t *result, const struct text_options *options, FILE *out)
{
	size_t width = options->width, most = lines_most(options);
	size_t first = report_findings_least(result, width, 1);
	enum brevity brevity = options->wide ? TELL_EACH : TELL_ALL;
	struct parts parts = parts_fit(result, width, brevity, most, first);
	bool names_alone = lines_of(&parts) + first > most;
	if (names_alone) {
		parts_finish(&parts);
		parts = parts_fit(
			result, width, brevity, most, report_findings_least(result, width, 0));
	}
	fprintf(out, "\n%s", parts.legend.text ? parts.legend.text : "");
	if (options->latency)
		latency_print(result, width, out);
	side_print(&parts, false, out);
	if (names_alone)
		report_findings_name(result, width, out);
	else
		report_findings_print(result, width, most - lines_of(&parts), out);
	side_print(&parts, true, out);
	fputs(parts.left_out.text ? parts.left_out.text : "", out);
	parts_finish(&parts);
}

bool prose_explain(const json_t *result, const char *id, size_t width, FILE *out)
{
	for (size_t k = 0; k < KINDS; k++) {
		if (strcmp(kinds[k].id, id) != 0)
			continue;
		struct part part = part_of(kinds[k].print, result, width, TELL_EACH);
		fputs(part.lines > 0 ? part.text : "This result has none.\n", out);
		part_drop(&part);
		return true;
	}
	return false;
}
