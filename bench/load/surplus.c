#include "bench/load/surplus.h"

#include "strategies/core/socket_queue.h"

/* A server that sends without end is not read without end. */
#define DISCARD_CALLS 8

uint64_t surplus_discard(int fd)
{
	uint64_t bytes, sum = 0;
	for (int call = 0; call < DISCARD_CALLS && socket_unread_bytes(fd) > 0 &&
			   socket_discard(fd, &bytes) == SOCKET_INPUT_BYTES;
		call++)
		sum += bytes;
	return sum;
}
