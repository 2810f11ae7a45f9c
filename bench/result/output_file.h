/* The file that a result is written to. Its path is reserved before any work is done, so that what
 * was measured has one; and nothing that is somebody else's is written over or removed. */
#ifndef BENCH_RESULT_OUTPUT_FILE_H
#define BENCH_RESULT_OUTPUT_FILE_H

#include "common/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <sys/stat.h>

#define OUTPUT_FILE_PATH_MAX 4096

struct output_file {
	char path[OUTPUT_FILE_PATH_MAX];
	/* A pipe, a device or a link is at `path`: it stays, and the result is written into it.
	 * Anything else is replaced as a whole. */
	bool is_written_into;
	bool is_stdout;    /* asked for by "-" */
	bool is_reserved;  /* an empty file of ours is at `path` */
	struct stat found; /* what was at `path` before; or that file */
	/* The file that the result replaces, or was to: the new one gets its owner and mode. */
	struct stat like;
	bool is_written; /* the result is at `path` */
	/* A named pipe with a reader, open since the start; 0: none. */
	int pipe_fd;
	bool awaits_reader; /* a named pipe that nobody read at the start */
	/* Set from a signal handler: do not wait for a reader. Set by the caller after
	 * output_file_reserve. Optional: default never. */
	const volatile bool *interrupted;
	char beside[OUTPUT_FILE_PATH_MAX]; /* the new file while it is written; else empty */
};

/* Reserves `path`; or, with NULL, teardown-DATE-TIME.json in the working folder, with a number
 * behind it where the name is taken. Proves that the result can be written there. Returns 0 or -1.
 */
int output_file_reserve(struct output_file *output, const char *path, struct error *error);

/* Writes what there is so far to the file, where it can be; the result is written again later.
 * What ends this program without a word (SIGKILL, the power) then takes little with it. */
void output_file_checkpoint(struct output_file *output, const json_t *result);

/* Writes all of the result or nothing: into a new file beside `path`, which is then renamed to it.
 * Where somebody else has changed the file at `path` meanwhile, the result gets a free name beside
 * it; where that folder cannot be written to, one in $TMPDIR or /tmp; output->path says which.
 * Returns 0; or -1 with an error that names both, or the one where it could be written nowhere. */
int output_file_write(struct output_file *output, const json_t *result, struct error *error);

/* Whether `path` leads to the same regular file, by whatever name. */
bool output_file_is(const struct output_file *output, const char *path);

/* Removes what would stay of the output when the program ends now. May be called by a signal
 * handler. */
void output_file_give_up(const struct output_file *output);

/* Removes what output_file_reserve has left, if nothing was written. With a structure of zeros:
 * does nothing. */
void output_file_release(struct output_file *output);

#endif
