/* A file of TLS secrets, as SSLKEYLOGFILE has them (RFC 9850), and what an encrypted alert says by
 * them. It comes from anywhere: a line that is not understood is passed over, and what is kept is
 * bounded. */
#ifndef TLS_KEYLOG_H
#define TLS_KEYLOG_H

#include "common/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TLS_RANDOM_BYTES 32
/* Secrets that are kept: of a file that has more, the first. */
#define TLS_KEYLOG_SECRETS_MAX 1000000

struct tls_keylog;

/* NULL with an error: it cannot be read, has no secret, or this program was built without TLS. */
struct tls_keylog *tls_keylog_read(const char *path, struct error *error);
void tls_keylog_destroy(struct tls_keylog *keylog);

/* What the hellos of a connection say in cleartext. */
struct tls_hellos {
	uint8_t client_random[TLS_RANDOM_BYTES], server_random[TLS_RANDOM_BYTES];
	uint16_t cipher; /* which the server chose */
	bool has_client, has_server;
};

enum tls_alert {
	TLS_ALERT_UNKNOWN, /* no secret, no cipher that is known, or it does not verify */
	TLS_ALERT_NOTIFY,  /* close_notify */
	TLS_ALERT_OTHER,
	TLS_ALERT_NONE, /* of TLS 1.3: it is no alert */
};

/* Of a whole record, header included, before which so many of its direction were encrypted. */
enum tls_alert tls_keylog_alert(const struct tls_keylog *keylog, const struct tls_hellos *hellos,
	bool by_client, const uint8_t *record, size_t size, uint64_t sealed);

#endif
