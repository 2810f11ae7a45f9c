/* The number of sockets in TIME_WAIT, in the program's network namespace. */
#ifndef SERVER_HOST_SOCKSTAT_H
#define SERVER_HOST_SOCKSTAT_H

#include <stdint.h>

/* Opens the file, which a sandboxed program cannot do. Returns a descriptor, or -1. */
int sockstat_open(void);

/* Reads the number of sockets in TIME_WAIT; the kernel counts orphans in FIN_WAIT_2 with them.
 * Returns 0 or -1. From any thread. */
int sockstat_time_wait(int fd, uint64_t *count);

#endif
