/* What all connections of one end have in common: versions, ciphers, certificate, tickets. */
#ifndef TLS_CONTEXT_H
#define TLS_CONTEXT_H

#include "common/error.h"

#include <stdbool.h>

struct tls_context;

enum tls_version {
	TLS_VERSION_ANY, /* no limit of the caller's: 1.2 is the lowest, 1.3 the highest */
	TLS_VERSION_1_2,
	TLS_VERSION_1_3,
};

struct tls_settings {
	enum tls_version version_min, version_max;
	/* Server only: PEM files. Optional: default NULL, both: a certificate is made. */
	const char *certificate_path, *key_path;
	/* Server only: the session tickets that a full handshake of TLS 1.3 sends; 0: no session is
	 * resumed, in TLS 1.2 neither. */
	unsigned tickets;
};

/* Whether the program was built with TLS. */
bool tls_is_available(void);

/* Ciphers are ECDHE with AES-GCM or ChaCha20-Poly1305; there is no compression, no renegotiation
 * and no early data, and HTTP/1.1 is the one protocol that ALPN agrees on. The configuration file
 * of OpenSSL is not read. A client verifies no certificate. Returns NULL with `error`. */
struct tls_context *tls_context_create_server(
	const struct tls_settings *settings, struct error *error);
struct tls_context *tls_context_create_client(
	const struct tls_settings *settings, struct error *error);

/* Takes NULL, too. Channels that were made of the context may outlive it. */
void tls_context_destroy(struct tls_context *context);

#endif
