/* A program's own process, between its fork and its execution. */
#ifndef BENCH_PROCESS_PROGRAM_H
#define BENCH_PROCESS_PROGRAM_H

#include "bench/process/process.h"
#include "common/error.h"

#include <sys/types.h>

enum program_parent { PROGRAM_OWN, PROGRAM_OF_PARENT };

/* Like fork(2). PROGRAM_OF_PARENT: as a child of this process's parent. Returns -1 with `error`. */
pid_t program_fork(
	const struct process_spec *spec, enum program_parent parent, struct error *error);

/* In that child: becomes the program, which writes to output_fd. Nobody in this process has what
 * reads from there. */
void program_run(const struct process_spec *spec, int output_fd) __attribute__((noreturn));

#endif
