/* What the server's hello of a TLS handshake says, which is never encrypted (RFC 8446, 4.1.3; RFC
 * 5246, 7.4.1.3), and what follows it in the server's first segment. Pure functions. */
#ifndef BENCH_TRACE_SERVER_HELLO_H
#define BENCH_TRACE_SERVER_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a record of either hello: the message's type, and the random. */
#define HELLO_TYPE_AT 5
#define HELLO_RANDOM_AT 11

/* Whether the handshake resumes the session of an earlier connection. In TLS 1.3 the hello says it:
 * it has taken a pre_shared_key (RFC 8446, 4.2.11). In older versions what follows does: the
 * cipher changes at once, or behind a new ticket, and no certificate comes (RFC 5246, 7.3; RFC
 * 5077, 3.3). */
enum tls_session {
	TLS_SESSION_UNTOLD, /* of a HelloRetryRequest, and where too few bytes are there */
	TLS_SESSION_NEW,
	TLS_SESSION_RESUMED,
};

struct server_hello {
	uint16_t version; /* that was agreed on: 0x0303 is TLS 1.2, 0x0304 TLS 1.3 */
	uint16_t cipher;
	enum tls_session session;
};

/* Bytes of a stream that begin with a record, of which `size` are there. Returns false when no
 * server's hello begins it, or it is cut before its extensions. */
bool server_hello_parse(const uint8_t *bytes, size_t size, struct server_hello *hello);

/* "TLSv1.3"; NULL: another version than TLS 1.0 to 1.3. */
const char *server_hello_version_text(uint16_t version);

#endif
