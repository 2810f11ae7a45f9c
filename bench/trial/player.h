/* The child process that plays a trial, as the bench sees it: its record comes over a pipe, what it
 * shows meanwhile lies in memory of both, and it is killed where it does not end. */
#ifndef BENCH_TRIAL_PLAYER_H
#define BENCH_TRIAL_PLAYER_H

#include "bench/process/child.h"
#include "bench/trial/kept.h"
#include "bench/trial/live.h"
#include "bench/trial/parcel.h"
#include "bench/trial/record.h"
#include "bench/trial/trial.h"
#include "common/clock.h"
#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A look at a player is due so often. */
#define PLAYER_TURN_NS (20 * NS_PER_MS)

/* How the child came to its end: by itself, or killed since it was stopped, could not answer any
 * more, or was late. */
enum player_end { PLAYER_ENDED, PLAYER_STOPPED, PLAYER_MUTE, PLAYER_LATE };

/* Turns of the wait for it: not time, since the bench may have been stopped, and the child with it.
 */
struct patience {
	bool interrupted;
	uint64_t left;    /* until the child is late */
	uint64_t stopped; /* that the child has been stopped, alone */
	uint64_t mute;    /* that the child has slept since it closed its end of the pipe */
};

/* In memory that both processes share, as what is kept. */
struct told {
	volatile bool interrupted; /* by the bench */
	struct trial_live live;    /* by the trial */
};

struct player {
	const struct trial_spec *spec;
	int twin_fds[2]; /* its own end, and its twin's; -1: there is none */
	struct told *told;
	struct kept kept;
	int fds[2]; /* the record: read here, written by the child */
	struct child child;
	struct parcel parcel;
	struct patience patience;
	bool is_read; /* all of the record */
	bool is_over;
	enum player_end end;
};

/* A player of this trial, which is not started yet. `own` and `other` are the ends of a socket to
 * its twin; -1: there is none. */
struct player player_of(const struct trial_spec *spec, int own, int other);

/* Starts the process. Returns 0, then player_finish is due once it is over; or -1. */
int player_start(struct player *player, struct error *error);

/* Takes the record as it comes. `was_quiet`: nothing came in this turn. */
void player_look(struct player *player, bool is_readable, bool was_quiet);

/* Returns as trial_perform does. */
int player_finish(struct player *player, struct trial *trial, struct error *error);

#endif
