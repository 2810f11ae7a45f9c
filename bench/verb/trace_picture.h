/* trace --svg and --html: what is shown, drawn into files as well. */
#ifndef BENCH_VERB_TRACE_PICTURE_H
#define BENCH_VERB_TRACE_PICTURE_H

#include "bench/report/trace_show.h"
#include "bench/trace/state_course.h"
#include "bench/verb/trace_options.h"
#include "common/error.h"

#include <stdbool.h>

/* What came of it. The first two are set by the caller. */
struct trace_picture {
	const struct trace_options *options;
	const struct state_course *kernel; /* of client and server; NULL: it was not asked */
	bool is_drawn;                     /* the ladder */
	int status;
	struct error error;
};

/* Whether they can be drawn, as far as the options tell. Returns 0 or -1. */
int trace_picture_check(const struct trace_options *options, struct error *error);

/* Refuses to write over the capture. Returns 0 or -1. */
int trace_picture_refuse(
	const struct trace_options *options, const char *capture, struct error *error);

/* Behind a pass, with what it showed. */
void trace_picture_take(struct trace_picture *drawn, const struct trace_show *show,
	const struct survey_counts *counts);

/* After the passes, which had this status: the status with the pictures. */
int trace_picture_judge(const struct trace_picture *drawn, int status, struct error *error);

#endif
