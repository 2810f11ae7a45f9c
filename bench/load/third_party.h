/* A third-party loader: a command that runs in the client's namespace until it exits or is killed.
 * The kernel counts the connections that it makes; what is here is what the command printed. */
#ifndef BENCH_LOAD_THIRD_PARTY_H
#define BENCH_LOAD_THIRD_PARTY_H

#include "bench/load/load.h"
#include "bench/load/third_party/loader_kind.h"
#include "bench/process/command.h"
#include "bench/process/process.h"
#include "common/error.h"

#include <stdbool.h>
#include <stdint.h>

struct third_party_report {
	char *command; /* all of its words; owned by the load, a record has its own */
	char output[PROCESS_OUTPUT_MAX]; /* the end of it */
	char end[300];                   /* "exited with status 1", and its last line */
	int exit_status;                 /* 128 + the signal that killed it */
	bool stopped;    /* the command still ran at the end of the trial: SIGINT was sent */
	bool killed;     /* the command did not exit on SIGINT: SIGKILL was sent */
	uint64_t ran_ns; /* until the command exited, or SIGINT was sent */
	/* Of that, until its first SYN; 0: it sent none. No load, so no rate is of it. */
	uint64_t startup_ns;
	/* Whose output it is, and what is said there; NULL: no loader's that is known. */
	const struct loader_kind *kind;
	struct loader_said said;
	/* The kind was told by the output alone: the command runs a program of another name. */
	bool is_lookalike;
};

#define LOADER_NAME_SIZE 64

/* A loader whose kind is known, in a sentence: "wrk"; or "the loader, which prints as wrk does,".
 * Returns `text`. */
const char *third_party_name(const struct third_party_report *report, char text[LOADER_NAME_SIZE]);

/* The command as a load, which takes it over, on failure too. A stop is SIGINT to all its
 * processes, after which most loaders say what they have, and two seconds later SIGKILL to those
 * that are left. Its totals hold its CPU time and nothing else. Returns 0 or -1. */
int third_party_create(
	struct load *load, int netns_fd, struct command *command, struct error *error);

#endif
