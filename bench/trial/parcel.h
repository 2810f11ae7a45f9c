/* A trial's outcome as bytes: from the process that played the trial to the one that asked. Both
 * are the same program, so what the record points to in its tables is at the same place. */
#ifndef BENCH_TRIAL_PARCEL_H
#define BENCH_TRIAL_PARCEL_H

#include "bench/trial/record.h"
#include "common/error.h"

#include <stddef.h>

struct parcel {
	char *bytes;
	size_t size, room;
};

/* Writes what the player returned, and the record or the error. Returns 0, or -1 with errno. */
int parcel_send(int fd, int result, const struct trial *trial, const struct error *error);

/* Takes what has come, on a descriptor that does not block. Returns 1 when more may come, 0 at the
 * end, -1 when there is no memory. */
int parcel_take(struct parcel *parcel, int fd);

/* Reads the outcome: returns 0, and `*result` with the record or the error. Returns -1 when the
 * parcel is not whole. */
int parcel_open(const struct parcel *parcel, int *result, struct trial *trial, struct error *error);

void parcel_finish(struct parcel *parcel);

#endif
