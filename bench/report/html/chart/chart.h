/* The charts of a page. One file of this folder is one chart: a constant table, named in
 * registry.c. Each answers a question, which is its title. */
#ifndef BENCH_REPORT_HTML_CHART_CHART_H
#define BENCH_REPORT_HTML_CHART_CHART_H

#include "bench/report/answer/basis.h"
#include "bench/report/html/markup/lines.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Lines that lie over one another are told apart up to so many. */
#define CHART_LINES_SHOWN 6

/* What charts are made from. */
struct chart_source {
	const json_t *result;
	struct answer_basis
		basis; /* a strategy's number on the page is its place in the outcomes */
	struct lines_axis axis;
	/* The outcomes whose places are the strategies' numbers on the page. Optional: default
	 * those of `basis`. */
	const struct outcomes *numbering;
	bool *is_shown; /* by place: its line is shown until the script is told otherwise */
	FILE *data;     /* for the script: a JSON object of plots */
	bool has_data;
};

struct chart {
	const char *id;       /* in the page's address. Required. */
	const char *question; /* Required. */
	const char *sentence; /* how it is read. Required. */
	/* Whether the result has what it shows. Required. */
	bool (*is_known)(const struct chart_source *source);
	/* Writes what stands below the title. Required. */
	void (*write)(struct chart_source *source, FILE *out);
};

/* In the order of the page. */
extern const struct chart *const charts[];
extern const size_t chart_count;

/* The source's basis and axis. Returns 0, or -1 when there is no memory; to be released with
 * chart_source_finish either way. */
int chart_source_init(struct chart_source *source, const json_t *result, FILE *data);
void chart_source_finish(struct chart_source *source);

/* The number on the page of the strategy at this place of the outcomes. */
size_t chart_number(const struct chart_source *source, size_t at);

/* Who holds TIME_WAIT, as a title: of a run with a proxy by what the ends of the hop are. */
const char *chart_holder_title(const struct chart_source *source, enum outcome_holder holder);

/* The same of an end of the hop: "server", "proxy", "upstream". */
const char *chart_end_name(const struct chart_source *source, bool is_server);

/* The median of a metric over the strategy's trials that count for it; NAN where none has it. */
double chart_median(
	const struct chart_source *source, const struct outcome *outcome, const char *name);
/* The same as a person is shown it; "-" where there is none. */
void chart_median_text(const struct chart_source *source, const struct outcome *outcome,
	const char *name, char *text, size_t size);

#endif
