/* A loader of others: a command that runs in the client's namespace until it ends, or is ended. How
 * many connections it made is the kernel's to say; here is what it says itself. */
#ifndef BENCH_LOAD_THIRD_PARTY_H
#define BENCH_LOAD_THIRD_PARTY_H

#include "bench/load/load.h"
#include "bench/load/wrk.h"
#include "bench/process/command.h"
#include "bench/process/process.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

struct third_party_report {
	char command[1024];
	char output[PROCESS_OUTPUT_MAX]; /* the end of it */
	char end[300];                   /* "exited with status 1", and its last line */
	int exit_status;                 /* 128 + the signal that killed it */
	bool stopped;                    /* it did not end before it was asked to, by SIGINT */
	bool killed;                     /* nor then */
	uint64_t ran_ns;                 /* until it ended, or was asked to */
	bool is_wrk;                     /* it is, and its figures were read */
	struct wrk_report wrk;
};

/* The command as a load, which takes it over, on failure too. `is_wrk`: its figures are read. A
 * stop is SIGINT to all its processes, after which most loaders say what they have, and two seconds
 * later SIGKILL to those that are left. Its tally holds its CPU time and nothing else. Returns 0 or
 * -1. */
int third_party_create(
	struct load *load, int netns_fd, struct command *command, bool is_wrk, struct error *error);

#endif
