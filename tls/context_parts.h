/* The inside of a context, for the files of this room. */
#ifndef TLS_CONTEXT_PARTS_H
#define TLS_CONTEXT_PARTS_H

#include <stdbool.h>

struct ssl_ctx_st;

struct tls_context {
	struct ssl_ctx_st *ctx;
	bool is_server;
};

#endif
