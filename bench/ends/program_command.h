/* A command of a trial, which is known only when the address of its server is. */
#ifndef BENCH_ENDS_PROGRAM_COMMAND_H
#define BENCH_ENDS_PROGRAM_COMMAND_H

#include "bench/process/command.h"
#include "common/address.h"
#include "common/error.h"

struct program_command {
	/* Makes the command, to be destroyed by the caller. Returns 0, or -1 with nothing to
	 * destroy. Optional: default there is no command. */
	int (*create)(const void *argument, const struct address *server, struct command *command,
		struct error *error);
	const void *argument;
};

#endif
