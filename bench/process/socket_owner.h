/* Which process holds a socket, by the socket's inode: its descriptors in /proc/PID/fd tell. */
#ifndef BENCH_PROCESS_SOCKET_OWNER_H
#define BENCH_PROCESS_SOCKET_OWNER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* For each inode the first of these processes that holds it; 0: none of them does, or /proc does
 * not say. Returns 0, or -1 when there is no memory. */
int socket_owners_find(
	const pid_t *pids, size_t pid_count, const uint32_t *inodes, size_t count, pid_t *owners);

#endif
