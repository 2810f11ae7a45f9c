/* TIME_WAIT of the network namespace that the program is in. */
#ifndef SERVER_HOST_SOCKSTAT_H
#define SERVER_HOST_SOCKSTAT_H

#include <stdint.h>

/* Opens the file once: a sandboxed program opens none. Returns a descriptor, or -1. */
int sockstat_open(void);

/* Sockets in TIME_WAIT; the kernel counts orphans in FIN_WAIT_2 with them. Returns 0 or -1. From
 * any thread. */
int sockstat_time_wait(int fd, uint64_t *count);

#endif
