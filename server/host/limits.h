/* The resource limits that the program was started under (getrlimit(2)). */
#ifndef SERVER_HOST_LIMITS_H
#define SERVER_HOST_LIMITS_H

#include "common/error.h"

#include <stddef.h>

/* Refuses limits that would end the program by a signal, now or in service: too little stack for
 * the main thread, or too little address space for the allocator in each of `threads` threads.
 * Raises the soft limit of the stack where the hard one allows (common/stack_limit.h). To be called
 * before anything is allocated. Returns 0 or -1. */
int limits_check(size_t threads, struct error *error);

#endif
