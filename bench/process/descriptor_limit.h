/* Whether a process has as many descriptors as it may have, so that accept(2) fails with EMFILE. */
#ifndef BENCH_PROCESS_DESCRIPTOR_LIMIT_H
#define BENCH_PROCESS_DESCRIPTOR_LIMIT_H

#include <stdint.h>
#include <sys/types.h>

/* The process's RLIMIT_NOFILE; 0 where there is none, or /proc does not say. */
uint64_t descriptor_limit(pid_t pid);

/* How many descriptors below that number it has; 0 where /proc does not say. */
uint64_t descriptor_count(pid_t pid, uint64_t below);

/* The process's RLIMIT_NOFILE where all descriptors below it are in use; 0 where they are not, or
 * /proc does not say. */
uint64_t descriptor_limit_reached(pid_t pid);

#endif
