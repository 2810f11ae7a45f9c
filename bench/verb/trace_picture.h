/* trace --svg: the ladder that is shown, drawn into a file as well. */
#ifndef BENCH_VERB_TRACE_PICTURE_H
#define BENCH_VERB_TRACE_PICTURE_H

#include "bench/trace/connection_view.h"
#include "bench/trace/ladder.h"
#include "bench/verb/trace_passes.h"
#include "common/error.h"

#include <stdbool.h>

/* What came of it. The options are set by the caller. */
struct trace_picture {
	const struct trace_options *options;
	bool is_drawn;
	int status;
	struct error error;
};

/* Whether it can be drawn, as far as the options tell. Returns 0 or -1. */
int trace_picture_check(const struct trace_options *options, struct error *error);

/* For struct trace_show; `context` is the struct trace_picture. */
void trace_picture_draw(
	void *context, const struct ladder *ladder, const struct connection_view *view);

/* After the passes, which had this status: the status with the picture. */
int trace_picture_judge(const struct trace_picture *drawn, int status, struct error *error);

#endif
