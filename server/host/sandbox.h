/* The rights that the program gives up before it reads a peer's first byte. */
#ifndef SERVER_HOST_SANDBOX_H
#define SERVER_HOST_SANDBOX_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Sets PR_SET_NO_NEW_PRIVS: no program that this process executes has more rights than the process.
 * Returns 0 or -1. */
int sandbox_keep_privileges_low(struct error *error);

/* Confines the calling thread, and the threads that it starts from here. seccomp allows the system
 * calls that serving needs, and ends the program with a line in the log at any other. Landlock
 * takes away every file and every connect(2). Both are left out when `unwanted`, under a debugger
 * and in a sanitizer build; either is where the kernel lacks it. Writes to `said`, as key=value,
 * what is in force or why not. Returns false where the kernel has one of them and it failed: a
 * filter of a container may refuse Landlock, for example. */
bool sandbox_enter(bool unwanted, char *said, size_t size);

#endif
