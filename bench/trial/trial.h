/* The player of a trial: sets up a stage, lets the load run on it, and records what happens. */
#ifndef BENCH_TRIAL_TRIAL_H
#define BENCH_TRIAL_TRIAL_H

#include "bench/options/options.h"
#include "bench/trial/kept.h"
#include "bench/trial/live.h"
#include "common/error.h"
#include "teardown/strategy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trial_spec {
	const struct run_options *options;
	const struct td_strategy *strategy;
	/* What results call it. Optional: default the strategy's name. */
	const char *row;
	uint32_t repeat;                  /* from 1: which trial of its strategy */
	uint32_t order;                   /* from 1: which trial of the run */
	bool verify;                      /* compare every response byte with the pattern */
	const volatile bool *interrupted; /* set from a signal handler: end the trial */
	/* How much longer than its window and --timeout, and after `interrupted` than --timeout,
	 * trial_run lets a trial take before it is killed; at most 120 s and 30 s. Optional:
	 * default these. */
	uint64_t grace_ns;
	/* Called again and again while trial_run waits, with how each trial stands that is played
	 * at this time: one, or both twins. Optional: default nothing is. */
	void (*tick)(void *argument, const struct trial_live *lives, size_t count);
	void *tick_argument;
	/* Where trial_perform tells how it stands. Optional: default nowhere; trial_run sets it. */
	struct trial_live *live;
	/* Where the wire writes its frames to (wire.h). Sockets are looked at all the time then.
	 * Optional: default nowhere. */
	const char *capture_path;
	/* The twin holds the other end of this socket: the load begins when both are ready.
	 * Optional: default 0, there is none. */
	int twin_fd;
	/* Of one host of a fleet (fleet_link.h): on this socket the trial says that it is ready,
	 * and is told when its load begins. Optional: default 0, it is no fleet's. */
	int fleet_fd;
};

/* Performs a trial in this process. `*kept->trial` is its record. Returns 0 with the record
 * filled, also when the server failed or a hook did not return in the middle (`failure` says so),
 * to be given to trial_finish; or -1 when there is nothing to record. A thread of the loader that
 * hangs stays. */
int trial_perform(const struct trial_spec *spec, const struct kept *kept, struct error *error);

#endif
