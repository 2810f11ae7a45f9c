/* The socket between a run that is one of a fleet's and the process that speaks for it to the
 * others: messages, each a word and what belongs to it. Both are the same program on one host. */
#ifndef BENCH_PROCESS_FLEET_LINK_H
#define BENCH_PROCESS_FLEET_LINK_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fleet_word {
	FLEET_READY,  /* the run: a trial is set up; its name */
	FLEET_START,  /* to the run: when its load begins, a struct agreed_start */
	FLEET_RESULT, /* the run: its result, with this trial alone, as JSON */
	FLEET_FAILED, /* the run: a trial, or all of it, cannot be carried out; why */
	FLEET_OVER,   /* the other end is closed */
};

/* When the load of a trial begins, on all hosts at the same instant. */
struct agreed_start {
	uint64_t at_ns;   /* CLOCK_MONOTONIC of this host; 0: none is agreed */
	uint64_t unix_us; /* the same instant, by the clock that the fleet goes by */
	uint64_t
		bound_us; /* by so much, at most, at_ns is another instant than on the first host */
};

struct fleet_message {
	enum fleet_word word;
	size_t size;
	char *text; /* a NUL is behind it; owned by the receiver */
};

/* Returns 0 or -1. */
int fleet_link_send(
	int fd, enum fleet_word word, const void *bytes, size_t size, struct error *error);

/* Waits for the next message until then (CLOCK_MONOTONIC), or until `interrupted`. Returns 0 or -1,
 * and `message->text` is to be freed in both cases. */
int fleet_link_take(int fd, uint64_t due_ns, const volatile bool *interrupted,
	struct fleet_message *message, struct error *error);

#endif
