/* Sockets that a process holds, by inode and state. */
#ifndef BENCH_MEASURE_HELD_SOCKETS_H
#define BENCH_MEASURE_HELD_SOCKETS_H

#include "bench/measure/socket_state.h"

#include <stddef.h>
#include <stdint.h>

/* Of more, only so many are told. */
#define HELD_SOCKETS_MAX 4096

struct held_sockets {
	uint32_t inodes[HELD_SOCKETS_MAX];
	uint8_t states[HELD_SOCKETS_MAX]; /* enum socket_state */
	/* How long ago data last went over it, either way; 0 where it has not sent any. */
	uint64_t quiet_ms[HELD_SOCKETS_MAX];
	/* The client's address, as in6_addr's words, and port: whose connection it is. */
	uint32_t client_addresses[HELD_SOCKETS_MAX][4];
	uint16_t client_ports[HELD_SOCKETS_MAX];
	/* Bytes that this end's process has not read, and that the other end's kernel has not
	 * acknowledged. */
	uint32_t unread_bytes[HELD_SOCKETS_MAX], unacknowledged_bytes[HELD_SOCKETS_MAX];
	size_t count;
};

#endif
