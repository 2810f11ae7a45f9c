/* The limit of a stack (RLIMIT_STACK), which ends a program by SIGSEGV where it is too small. */
#ifndef COMMON_STACK_LIMIT_H
#define COMMON_STACK_LIMIT_H

#include "common/error.h"

#include <stddef.h>

/* Bytes of a thread's stack, once the limit is settled; before, glibc takes the soft limit that the
 * program was started with. */
#define STACK_LIMIT_THREAD ((size_t)1 << 20)

/* Raises the soft limit to `least` bytes where it is lower, and gives each thread that begins later
 * STACK_LIMIT_THREAD. Returns 0; or -1 with STATUS_HOST_CANNOT where the hard limit is lower. */
int stack_limit_settle(size_t least, struct error *error);

#endif
