/* The trials of a run, in their order. */
#ifndef BENCH_VERB_RUN_TRIALS_H
#define BENCH_VERB_RUN_TRIALS_H

#include "bench/options/options.h"
#include "bench/report/preflight.h"
#include "bench/report/progress.h"
#include "bench/result/output_file.h"
#include "common/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct run {
	const struct run_options *options;
	struct output_file output;
	struct progress progress;
	json_t *result;
	uint64_t kept_ns;   /* when what there was so far was written last */
	bool is_lost;       /* the agent of another host is: no trial is begun any more */
	bool failed;        /* a trial could not be carried out to its end */
	bool has_no_ladder; /* one that was asked for */
	struct preflight preflight;
	struct shared_hosts hosts; /* of a shared network */
	int fleet_fd;              /* of one host of a fleet (fleet_link.h); 0: it is none */
};

/* Looks for what this host lacks, before the first of them. Returns 0 or -1. */
int run_trials_prepare(struct run *run, struct error *error);

/* Plays them, until a signal ends the run, and adds what was measured to the result. Returns 0, or
 * -1 where no trial could be played, with the error of the last that could not be. */
int run_trials_play(struct run *run, struct error *error);

/* Plays the part of one host of a fleet, which hears on `fd` (fleet_link.h) of each trial. */
void run_trials_play_for_fleet(const struct run_options *options, int fd);

#endif
