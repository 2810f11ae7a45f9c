/* Carries out the events of a trial (--at) while its load runs. */
#ifndef BENCH_TRIAL_EVENT_PLAY_H
#define BENCH_TRIAL_EVENT_PLAY_H

#include "bench/process/process.h"
#include "bench/trial/record.h"
#include "bench/trial/restart.h"
#include "bench/trial/stage.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A command of an event, and the server in whose family it runs; NULL: none runs there. */
struct event_command {
	bool is_started, has_ended;
	struct process process;
	struct process *host;
};

struct event_play {
	struct stage *stage; /* of the client's hop */
	const struct stage_spec *spec;
	struct trial *trial; /* of that hop: it has the records */
	size_t done;         /* events that have come */
	struct restart restart;
	struct event_command commands[EVENTS_MAX];
};

/* When the next look is wanted, CLOCK_MONOTONIC; UINT64_MAX: at no particular time. */
uint64_t event_play_due_ns(const struct event_play *play);

/* Carries out what is due. That an event cannot be carried out, or its command fails, is a failure
 * of the trial. Returns 0 or -1. */
int event_play_turn(struct event_play *play, struct error *error);

/* Ends commands that still run. */
void event_play_finish(struct event_play *play);

#endif
