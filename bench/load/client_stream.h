/* The bytes of a client's stream, whichever way they go: plain, or over TLS, where the handshake
 * goes before the first request. */
#ifndef BENCH_LOAD_CLIENT_STREAM_H
#define BENCH_LOAD_CLIENT_STREAM_H

#include "bench/load/client.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What has come; over TLS it may be nothing, where records came that carry none of it. */
struct client_bytes {
	const char *bytes; /* valid until the next read of the thread's clients */
	size_t length;
};

/* Whether a handshake of TLS waits for the server. */
bool client_stream_shakes_hands(const struct client *client);

/* Sends what the socket takes of the handshake, then of the request. Returns how many bytes it took
 * (0: none now), or -1 with errno. */
ssize_t client_stream_send(struct client *client);

/* Sends bytes that are no request, as far as the socket takes them. */
void client_stream_write(struct client *client, const char *bytes, size_t length);

/* Reads once, `most` bytes of the socket at most. Returns as recv(2) does; a failure of TLS is
 * EPROTO. */
ssize_t client_stream_read(struct client *client, size_t most, struct client_bytes *came);

/* The same to see whether any have come; plain ones are left to be read. */
ssize_t client_stream_peek(struct client *client, struct client_bytes *came);

#endif
