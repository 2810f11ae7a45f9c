/* Where a result is written. The place is taken before any work is done, so that what was measured
 * has one; and nothing that is somebody else's is written over or removed. */
#ifndef BENCH_RESULT_PLACE_H
#define BENCH_RESULT_PLACE_H

#include "common/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <sys/stat.h>

#define PLACE_PATH_MAX 4096

struct place {
	char path[PLACE_PATH_MAX];
	/* What stands there is a pipe, a device or a link: it stays, and the result is written into
	 * it. Anything else is replaced as a whole. */
	bool is_written_into;
	bool is_reserved;  /* an empty file of ours stands there */
	struct stat found; /* what stood there before; or that file */
	bool is_written;   /* the result is at `path` */
};

/* Takes `path`; or, with NULL, teardown-DATE-TIME.json in the working folder, with a number behind
 * it where the name is taken. Proves that the result can be written there. Returns 0 or -1. */
int place_take(struct place *place, const char *path, struct error *error);

/* Writes what there is so far to the place, where it can be; the result is written again later.
 * What ends this program without a word (SIGKILL, the power) then takes little with it. */
void place_keep(struct place *place, const json_t *result);

/* Writes all of the result or nothing: into a file of its own beside the place, which then takes
 * the place. Where somebody else has changed what stands there meanwhile, the result gets a free
 * name beside it; where it cannot be written, one in $TMPDIR or /tmp; place->path says which.
 * Returns 0; or -1 with an error that names both, or the one where it could be written nowhere. */
int place_write(struct place *place, const json_t *result, struct error *error);

/* Removes what place_take has left, if nothing was written. Of a place of zeros: does nothing. */
void place_release(struct place *place);

#endif
