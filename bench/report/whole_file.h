/* A file that is made of a result: whole, or not at all. */
#ifndef BENCH_REPORT_WHOLE_FILE_H
#define BENCH_REPORT_WHOLE_FILE_H

#include "common/error.h"

#include <stdio.h>

/* Writes the content; returns 0, or -1 when there is no memory. */
typedef int whole_file_content_fn(const void *what, FILE *out);

/* Writes a new file beside `path`, readable as a usual file is, and renames it to that; a pipe, a
 * device or a link stays, and is written into. Errors name `option`. Returns 0 or -1. */
int whole_file_write(const char *option, const char *path, whole_file_content_fn *content,
	const void *what, struct error *error);

/* Refuses a path that leads to a file that is read. Returns 0 or -1. */
int whole_file_refuse(const char *option, const char *path, const char *read, struct error *error);

/* Whether it can be written there, before any work; stdout, "-", is none. Returns 0 or -1. */
int whole_file_check(const char *option, const char *path, struct error *error);

#endif
