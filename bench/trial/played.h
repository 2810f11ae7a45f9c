/* One connection of a strategy, played on the private network over a wire that records each of its
 * frames; and the states in which the kernel had it meanwhile. */
#ifndef BENCH_TRIAL_PLAYED_H
#define BENCH_TRIAL_PLAYED_H

#include "bench/options/options.h"
#include "bench/trace/connection_view.h"
#include "bench/trace/ladder.h"
#include "bench/trace/state_course.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdio.h>

/* The round trip, where none is asked for. Sockets are looked at every few milliseconds: a state
 * that lasts for a segment's travel is seen. */
#define PLAYED_RTT "200ms"
#define PLAYED_RTT_NS (200 * NS_PER_MS)

struct played {
	FILE *capture;                         /* NULL: none */
	struct state_course kernel[VIEW_ENDS]; /* of client and server */
	/* Once they were read. */
	struct ladder ladder;
	struct connection_view view;
	bool has_ladder;
};

/* The options of a run for one connection of it. Where the run has no wire, its ends are joined by
 * one without faults, and the round trip is PLAYED_RTT_NS. */
struct run_options played_options(const struct run_options *run);

/* Plays it. `played` is zeroed. Returns 0 or -1. */
int played_perform(struct played *played, const struct run_options *options,
	const struct td_strategy *strategy, const volatile bool *interrupted, struct error *error);

/* Reads the ladder from the capture. Returns 0 or -1. */
int played_read(struct played *played, struct error *error);

/* Whether the kernel's states can be those that a ladder shows, by end. Returns 0, or -1 with what
 * differs: the tracker is wrong, or the kernel. */
int played_judge(const struct played *played, const struct state_course tracker[VIEW_ENDS],
	struct error *error);

/* The states of client and server that a ladder shows. */
void played_tracker(const struct ladder *ladder, const struct connection_view *view,
	struct state_course tracker[VIEW_ENDS]);

void played_finish(struct played *played);

#endif
