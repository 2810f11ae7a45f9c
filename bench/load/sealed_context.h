/* What all connections over TLS of a worker have in common: the client's context, the session that
 * is resumed, and buffers. */
#ifndef BENCH_LOAD_SEALED_CONTEXT_H
#define BENCH_LOAD_SEALED_CONTEXT_H

#include "common/error.h"
#include "tls/channel.h"

#include <stdbool.h>
#include <stddef.h>

struct builtin_loader_spec;

/* Of a request, so much is encrypted for one send(2). */
#define SEALED_CHUNK_BYTES ((size_t)65536)
/* So much at most is received at once: the buffer of connection_context. */
#define SEALED_INPUT_SIZE ((size_t)65536)
#define SEALED_PLAIN_SIZE (SEALED_INPUT_SIZE + TLS_RECORD_BYTES)
#define SEALED_OUTPUT_SIZE (TLS_FLIGHT_BYTES + SEALED_CHUNK_BYTES + 8 * TLS_RECORD_ADDS)

struct sealed_context {
	struct tls_context *tls;
	bool resumes;
	struct ssl_session_st *session; /* to be resumed; NULL: none */
	/* Empty between two events; so is what follows. */
	struct tls_buffer output;
	char plain[SEALED_PLAIN_SIZE];
	char output_bytes[SEALED_OUTPUT_SIZE];
};

/* NULL without an error: the load is plain. Returns 0, or -1 with `error`. */
int sealed_context_create(struct sealed_context **context, const struct builtin_loader_spec *spec,
	struct error *error);
/* Takes NULL, too. */
void sealed_context_destroy(struct sealed_context *context);

/* Keeps the session of a connection that has ended, where sessions are resumed and it has one. */
void sealed_context_keep_session(struct sealed_context *context, const struct tls_channel *channel);

#endif
