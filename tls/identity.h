/* Who a TLS server is: a certificate and its private key. */
#ifndef TLS_IDENTITY_H
#define TLS_IDENTITY_H

#include "common/error.h"

struct ssl_ctx_st;

/* Makes a certificate of its own signature, for localhost, 127.0.0.1 and ::1, with a new key on the
 * curve P-256, and has `ctx` use both. Returns 0, or -1 with `error`. */
int tls_identity_make(struct ssl_ctx_st *ctx, struct error *error);

/* Has `ctx` use the certificates and the key of two PEM files. The key's file may be read by its
 * owner and a group, and belongs to root or to the effective user. A key with a passphrase is
 * refused. Returns 0, or -1 with `error`. */
int tls_identity_load(struct ssl_ctx_st *ctx, const char *certificate_path, const char *key_path,
	struct error *error);

/* Makes a certificate and a key, as tls_identity_make does, and writes both to `fd` as PEM, the key
 * first. Returns 0, or -1 with `error`. */
int tls_identity_write(int fd, struct error *error);

#endif
