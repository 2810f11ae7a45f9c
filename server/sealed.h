/* The data path of a connection over TLS, below flow.c: decrypts what was received, encrypts what
 * is to be sent, and sends records. Records that the socket does not take are copied to the
 * connection (`unsent`), so that between two events the worker's buffers are empty. */
#ifndef SERVER_SEALED_H
#define SERVER_SEALED_H

#include "strategies/core/executor.h"
#include "tls/channel.h"

#include <stddef.h>

struct connection;
struct worker;

/* The worker's buffers for TLS. */
struct sealed_buffers {
	char *input; /* SEALED_INPUT_SIZE received bytes */
	struct tls_buffer output;
};

/* The most bytes that one recv(2) reads: their plaintext, with that of a record whose beginning
 * came before, has room in the worker's input. */
#define SEALED_INPUT_SIZE 49152

/* Returns 0, or -1 with errno. */
int sealed_buffers_open(struct sealed_buffers *buffers);
void sealed_buffers_close(struct sealed_buffers *buffers);

/* What the executor asks of connections over TLS. */
extern const struct executor_seal sealed_by_server;

/* Decrypts the `length` bytes of the worker's buffer into `plain`. What the channel has to say is
 * left in the worker's output: for sealed_send or sealed_push. Counts what was seen. */
enum tls_status sealed_open(struct connection *c, size_t length, struct tls_buffer *plain);

/* Encrypts and sends `bytes`, which are taken in any case, then the generated body. Returns 1 when
 * all is sent; 0 when the socket is full, or when other connections are to have their turn; -1 with
 * errno. */
int sealed_send(struct connection *c, const char *bytes, size_t length);

/* Sends the records that are there, with these flags of send(2). Returns 1, 0 or -1 as sealed_send
 * does. */
int sealed_push(struct connection *c, int flags);

/* Sends what the socket did not take before, then the rest of the generated body. Returns as
 * sealed_send does. */
int sealed_resume(struct connection *c);

/* Counts how the peer's stream of an open connection has ended, at its FIN. */
void sealed_note_fin(const struct connection *c);

/* Releases the channel of a connection that needs none any more, or has ended. */
void sealed_release(struct connection *c);

#endif
