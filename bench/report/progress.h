/* What a run says while it goes on: how long it will take, which trial is played, how long the rest
 * will take, and what came of each trial. A terminal shows one block that is written anew; what is
 * no terminal gets a line a trial. */
#ifndef BENCH_REPORT_PROGRESS_H
#define BENCH_REPORT_PROGRESS_H

#include "bench/options/options.h"
#include "bench/report/look.h"
#include "bench/trial/live.h"
#include "bench/trial/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Trials that are played at the same time: twins. */
#define PROGRESS_AT_ONCE 2

/* How fast a trial goes, between two looks at it. */
struct progress_pace {
	struct trial_live last; /* what `rate` was measured from */
	double rate;            /* connections a second; NAN: not known yet */
};

struct progress {
	FILE *out;         /* NULL: nothing is said */
	bool is_rewritten; /* one line, written anew */
	bool is_verbose;
	bool is_of_twins; /* pairs are counted, not trials */
	bool is_of_cells; /* a trial is a cell of a matrix, or a point of a sweep */
	size_t trials, ended;
	uint64_t trial_ns; /* how long a trial takes, by the options */
	bool is_most;      /* it may end before: --total decides when */
	uint64_t began_ns;
	/* The trial that is being played. */
	size_t number;
	const char *strategy, *twin; /* NULL: it has no twin */
	uint64_t trial_began_ns, written_ns;
	/* How the block of a terminal looks: by default 80 columns of ASCII. */
	unsigned width;
	struct look look;
	bool has_bar;       /* behind the line */
	size_t block_lines; /* below the line on the terminal, the cursor behind the last */
	bool is_disturbed;  /* the line of the trial has to be said again */
	struct progress_pace pace[PROGRESS_AT_ONCE];
};

/* How long a trial takes by the options, with what it takes to set up its network and to settle.
 * `is_most` (may be NULL) is set where this is only the longest that it can take. */
uint64_t progress_trial_ns(const struct run_options *options, bool *is_most);

/* Says how long `trials` trials will take. With --quiet nothing is said, now or later. */
void progress_begin(struct progress *progress, const struct run_options *options, size_t trials,
	FILE *out, bool is_terminal, uint64_t now_ns);

/* How long the rest takes, that of the trial that is being played included: by the trials that have
 * ended, before that by the options. */
uint64_t progress_left_ns(const struct progress *progress, uint64_t now_ns);

void progress_trial_begin(
	struct progress *progress, size_t number, const char *strategy, uint64_t now_ns);
/* That another one is played beside it. */
void progress_twin_begin(struct progress *progress, const char *strategy);
/* Four times a second a terminal's block tells what is left, and how the `count` trials stand that
 * are played (0: not known). */
void progress_tick(
	struct progress *progress, const struct trial_live *lives, size_t count, uint64_t now_ns);
/* Somebody else has written to the terminal: what is there stays. */
void progress_disturbed(struct progress *progress);
void progress_trial_end(struct progress *progress, const struct trial *trial);
/* Of the trial that was played at the same time. */
void progress_twin_end(struct progress *progress, const char *strategy, const struct trial *trial);
/* The trial could not be played. */
void progress_trial_failed(struct progress *progress, const char *because);

/* Leaves a terminal with an empty line. */
void progress_end(struct progress *progress);

/* "8 s", "1 min 20 s", "2 h 5 min"; at least "1 s". Returns `text`. */
const char *progress_time_text(uint64_t ns, char *text, size_t size);

#endif
