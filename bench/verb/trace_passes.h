/* The passes over a capture that trace makes: one, or one more to find which connections are meant.
 */
#ifndef BENCH_VERB_TRACE_PASSES_H
#define BENCH_VERB_TRACE_PASSES_H

#include "bench/report/trace_show.h"
#include "bench/trace/selection.h"
#include "bench/trace/survey.h"
#include "bench/verb/trace_options.h"
#include "common/error.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct trace {
	const struct trace_options *options;
	const char *path; /* "-": stdin; with --live, the interface */
	struct selection selection;
	const volatile sig_atomic_t *stop; /* once it is not 0, no more is read */

	FILE *spool; /* what stdin said, where it is read twice; or what was played */
	struct survey_counts counts; /* of the last pass */
};

bool trace_is_stdin(const struct trace *trace);

/* Shows what was asked for, and cuts it out. Returns 0, or -1 with an error. Where the capture
 * breaks off, what came before is shown, the counts say so, and the error says why. */
int trace_passes_make(struct trace *trace, struct trace_show *show, struct error *error);

/* The same of an interface, as packets come: until the time is over, or a signal comes. */
int trace_passes_listen(struct trace *trace, struct trace_show *show, struct error *error);

void trace_passes_finish(struct trace *trace);

#endif
