/* A server's restart: SIGTERM to all its processes, SIGKILL to those that are left after a while,
 * and the same command again at once. Nothing waits meanwhile: the load goes on. */
#ifndef BENCH_TRIAL_RESTART_H
#define BENCH_TRIAL_RESTART_H

#include "bench/trial/event_record.h"
#include "bench/trial/stage.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

enum restart_phase { RESTART_NONE, RESTART_STOPPING, RESTART_STARTING };

struct restart {
	enum restart_phase phase;
	struct stage *stage;
	const struct server_program_spec *spec;
	struct event_record *record;
	uint64_t kill_at_ns;
};

void restart_begin(struct restart *restart, struct stage *stage,
	const struct server_program_spec *spec, struct event_record *record);

/* Goes on as far as it comes. Returns 0 or -1. */
int restart_turn(struct restart *restart, struct error *error);

#endif
