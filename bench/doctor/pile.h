/* Sockets that a program does not close: how fast they become more, and when its descriptors end.
 * Pure functions. */
#ifndef BENCH_DOCTOR_PILE_H
#define BENCH_DOCTOR_PILE_H

#include "bench/doctor/check.h"
#include "bench/doctor/records.h"

/* Fewer sockets, or younger ones, are no pile: a connection may be half closed for a while, and a
 * pool of connections sees a close when it takes the connection next. */
#define PILE_LEAST 8
#define PILE_OLD_S 60 /* the default */

/* NAN: not known. */
struct pile {
	uint32_t held, held_before; /* of a group: a process has to close these */
	double oldest_s;            /* at least */
	double youngest_s; /* at least, where all came at one time: they need not become more */
	double per_s;      /* grown since the oldest, on average */
	double full_in_s;  /* at this rate the process has no descriptor left: at most; 0: now */
};

struct pile pile_of(const struct doctor_group *group);

bool pile_is_one(const struct pile *pile, const struct doctor_host *host);

/* Critical when descriptors end soon, a warning when they are many, else a notice. */
enum diagnosis_level pile_level(
	const struct pile *pile, const struct doctor_process *holder, double *urgency);

/* "java (pid 2290): 1,412 to 10.9.3.8:9200, oldest 5 h 12 min, +4.5/min", and when descriptors end.
 */
void pile_tell(struct diagnosis *diagnosis, const struct pile *pile,
	const struct doctor_group *group, double seconds);
void pile_numbers(
	struct diagnosis *diagnosis, const struct pile *pile, const struct doctor_process *holder);

#endif
