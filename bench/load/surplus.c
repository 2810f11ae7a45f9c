#include "bench/load/surplus.h"

#include "bench/load/connection.h"
#include "bench/load/sealed_context.h"
#include "strategies/core/socket_queue.h"
#include "tls/channel.h"

/* A server that sends without end is not read without end. */
#define DISCARD_CALLS 8

/* Discards with one call. Returns whether there were any. */
static bool discard(struct connection *c, uint64_t *bytes)
{
	struct tls_buffer plain;
	if (!c->sealed)
		return socket_discard(c->teardown.fd, bytes) == SOCKET_INPUT_BYTES;
	ssize_t n = sealed_read(c, SEALED_INPUT_SIZE, &plain);
	*bytes = plain.length;
	return n > 0;
}

uint64_t surplus_discard(struct connection *c)
{
	uint64_t bytes, sum = 0;
	for (int call = 0; call < DISCARD_CALLS && socket_unread_bytes(c->teardown.fd) > 0 &&
			   discard(c, &bytes);
		call++)
		sum += bytes;
	return sum;
}
