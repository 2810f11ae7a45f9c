/* The end of all descendants of a process that orphans come to (PR_SET_CHILD_SUBREAPER). */
#ifndef BENCH_PROCESS_ORPHANS_H
#define BENCH_PROCESS_ORPHANS_H

#include <stdbool.h>
#include <stdint.h>

/* Waits for the children of this process, and for theirs, which come to it, and so on. From
 * `grace_ns` on kills them. Neither setsid(2) nor a double fork(2) escapes. A process that forks
 * and exits faster than /proc is read does, and one of another user. Returns false when not all
 * ended in time. */
bool orphans_end(uint64_t grace_ns, uint64_t within_ns);

#endif
