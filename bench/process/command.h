/* A command of the user's: words, in which {name} stands for what only the trial knows. */
#ifndef BENCH_PROCESS_COMMAND_H
#define BENCH_PROCESS_COMMAND_H

#include "common/error.h"

#include <stddef.h>

/* What {name} stands for. */
struct command_value {
	const char *name;
	char text[256];
};

struct command {
	char **argv; /* ends in NULL */
	size_t count;
};

/* Splits at blanks. '…' holds all as it stands; in "…" and outside, \ takes the next character as
 * it stands. No other character is special; for a shell, write sh -c '…'. A {name} that is not
 * among the values stays as it is. `option` is named in errors. Returns 0; or -1, with nothing to
 * destroy. */
int command_create(struct command *command, const char *option, const char *text,
	const struct command_value *values, size_t count, struct error *error);

/* Adds a word as it stands; "" adds an empty one. Returns 0 or -1. */
int command_add(struct command *command, const char *word, struct error *error);

/* Whether its program is there: 0, or -1 (STATUS_HOST_CANNOT) with `advice` at the end. */
int command_find(
	const struct command *command, const char *option, const char *advice, struct error *error);

/* The words with a blank between them, all of them: for free(3). NULL when there is no memory. */
char *command_text(const struct command *command);

/* NULL-tolerant. */
void command_destroy(struct command *command);

#endif
