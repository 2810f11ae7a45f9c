/* The page of a trace: how the connections of a capture ended, and one of them as a ladder. */
#ifndef BENCH_REPORT_HTML_TRACE_PAGE_H
#define BENCH_REPORT_HTML_TRACE_PAGE_H

#include "bench/trace/connection_view.h"
#include "bench/trace/ladder.h"
#include "bench/trace/state_course.h"
#include "bench/trace/survey.h"
#include "bench/trace/tally.h"

#include <stdbool.h>
#include <stdio.h>

struct trace_page {
	const char *name; /* of the capture, or of the strategy that was played */
	const struct survey_counts *counts;
	struct tally *tally;         /* of the connections that are meant */
	const struct ladder *ladder; /* settled; NULL: none is shown */
	const struct connection_view *view;
	const struct state_course *kernel; /* of client and server; NULL: it was not asked */
	bool unfold;
};

/* Returns 0. */
int trace_page_write(const struct trace_page *page, FILE *out);

#endif
