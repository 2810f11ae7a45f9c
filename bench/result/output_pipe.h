/* A named pipe that a result is written to. Opening one waits for a reader, and closing it is the
 * end of what that reader reads. */
#ifndef BENCH_RESULT_OUTPUT_PIPE_H
#define BENCH_RESULT_OUTPUT_PIPE_H

#include <stdbool.h>
#include <sys/stat.h>

/* Whether `path` is a named pipe, or a link to one. */
bool output_pipe_is(const char *path);

/* Opens the pipe if somebody reads it; to be kept open, since its reader would see the end. Returns
 * the descriptor; or -1 with errno, ENXIO where nobody reads it. */
int output_pipe_try(const char *path);

/* Opens the pipe. Waits for a reader, which it says on stderr, until a signal comes; does not wait
 * when `interrupted` (NULL: never) is set by then. Returns the descriptor, or -1 with errno. */
int output_pipe_open(const char *path, const volatile bool *interrupted);

#endif
