/* What the program gives up before it reads a peer's first byte. */
#ifndef SERVER_HOST_SANDBOX_H
#define SERVER_HOST_SANDBOX_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>

/* No program that this one executes has more rights than it (PR_SET_NO_NEW_PRIVS). Returns 0 or -1.
 */
int sandbox_keep_privileges_low(struct error *error);

/* Confines the calling thread, and those that it starts from here: seccomp allows the system calls
 * of a server at work and ends the program with a line at any other; Landlock takes away every file
 * and every connect(2). Where the kernel has one of them not, or the program is `unwanted` to be
 * confined, watched by a debugger or built with a sanitizer, it is left out; `said` tells in
 * key=value what is in force, and why not. */
void sandbox_enter(bool unwanted, char *said, size_t size);

#endif
