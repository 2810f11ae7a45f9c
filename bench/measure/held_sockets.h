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
	size_t count;
};

#endif
