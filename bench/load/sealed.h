/* The data path of a connection over TLS: in the place of exchange_send and exchange_receive, and
 * what the executor asks of such connections. The handshake goes before the first request, whose
 * first bytes go with the handshake's last ones. */
#ifndef BENCH_LOAD_SEALED_H
#define BENCH_LOAD_SEALED_H

#include "bench/load/exchange.h"
#include "bench/load/unsent.h"
#include "strategies/core/executor.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct connection;
struct connection_context;
struct tls_buffer;
struct tls_channel;

/* What a connection over TLS has besides. */
struct sealed {
	struct tls_channel *channel;
	struct connection_context *context;
	uint64_t begun_ns;         /* the handshake's first bytes were made; 0: they were not */
	uint64_t handshake_cpu_ns; /* of the thread, in libssl */
	/* Plaintext that was read and discarded; td_view.drained_bytes has records of TLS's own,
	 * too. */
	uint64_t discarded_bytes;
	struct unsent unsent; /* records that the socket did not take */
	/* Bytes of the request that are sent once all records are. */
	size_t sealed;
};

/* Gives a new connection its channel. Returns 0, or -1 with errno. */
int sealed_begin(struct connection_context *context, struct connection *c);

/* The connection has ended: counts how its streams did, and releases the channel. Of a plain
 * connection it does nothing. */
void sealed_end(struct connection_context *context, struct connection *c);

/* Sends what the socket takes of the handshake, then of the request. Returns how many bytes it took
 * (0: none now), or -1 with errno. */
ssize_t sealed_send(struct connection_context *context, struct connection *c);

/* Reads once. `*received`: how many bytes. EXCHANGE_AGAIN, too, where what has come is none of the
 * response's; what has to be sent then is left for sealed_send. A stream without length that ends
 * without close_notify is cut (RFC 9112, 9.8). */
enum exchange_status sealed_receive(
	struct connection_context *context, struct connection *c, size_t *received);

/* The same below that: `most` bytes of the socket at most, and what they say is appended to
 * `plain`, which is the worker's. Returns as recv(2) does; a failure of TLS is EPROTO, once all
 * that was said before it was read. */
ssize_t sealed_read(struct connection *c, size_t most, struct tls_buffer *plain);

/* Sends bytes that are no request, as far as the socket takes them. */
void sealed_write(struct connection *c, const char *bytes, size_t length);

/* Whether TLS has failed on the connection, for good; of a plain one it has not. */
bool sealed_has_failed(const struct connection *c);

/* Whether the handshake has begun and waits for the server. */
bool sealed_shakes_hands(const struct sealed *sealed);

/* Whether records wait for room in the socket. */
static inline bool sealed_wants_output(const struct sealed *sealed)
{
	return sealed->unsent.bytes != NULL;
}

extern const struct executor_seal sealed_by_loader;

#endif
