/* TLS of one connection, between bytes in memory: received bytes become plaintext, plaintext
 * becomes bytes to send. A channel knows no socket, and makes no system call on one.
 *
 * The caller owns all buffers. What a channel has to send is appended to `out` at once, so between
 * two calls it keeps nothing but the received part of a record. */
#ifndef TLS_CHANNEL_H
#define TLS_CHANNEL_H

#include "tls/context.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

struct ssl_session_st;
struct tls_channel;

/* The most plaintext of one record, which may be kept when only a part of it has come. */
#define TLS_RECORD_BYTES 16384
/* Room for what a channel has to send besides data: the flight of a handshake with a chain of
 * certificates, tickets, alerts. */
#define TLS_FLIGHT_BYTES ((size_t)65536)
/* What sealing adds to each record at most: header, explicit nonce, content type, tag. */
#define TLS_RECORD_ADDS ((size_t)64)

struct tls_buffer {
	char *bytes;
	size_t length, size;
};

enum tls_status {
	TLS_GOES_ON,
	TLS_NOTIFIED, /* the peer's close_notify was read: no plaintext follows */
	TLS_FAILED,   /* for good; `out` may have an alert that tells the peer */
};

/* No alert was seen. */
#define TLS_NO_ALERT (-1)

struct tls_channel_state {
	bool established;   /* the handshake is done */
	bool resumed;       /* likewise, with the session of an earlier connection */
	bool notified;      /* our close_notify was appended to `out` */
	bool peer_notified; /* the peer's close_notify was read */
	/* Of TLS_FAILED: the peer speaks HTTP without TLS. Of a server it is known where the first
	 * bytes of its answer come together. */
	bool plain_http;
	/* The last alerts, by their numbers of RFC 8446, 6; 0 is close_notify. TLS_NO_ALERT: none.
	 */
	int16_t alert_sent, alert_received;
	enum tls_status status;
	const char *reason; /* of TLS_FAILED: a text in static memory; NULL otherwise */
};

/* Returns NULL with errno. */
struct tls_channel *tls_channel_create(struct tls_context *context);
/* Takes NULL, too. */
void tls_channel_destroy(struct tls_channel *channel);

const struct tls_channel_state *tls_channel_state(const struct tls_channel *channel);

/* Takes `length` received bytes, all of them, and appends their plaintext to `plain`, which has
 * room for `length` + TLS_RECORD_BYTES, and what has to be sent (the handshake's next flight,
 * tickets, an alert) to `out`, which has room for TLS_FLIGHT_BYTES. There is no plaintext before
 * the handshake is done. A client's first call, without bytes, begins the handshake. After
 * TLS_NOTIFIED and TLS_FAILED further bytes are dropped. */
enum tls_status tls_channel_open(struct tls_channel *channel, const char *bytes, size_t length,
	struct tls_buffer *plain, struct tls_buffer *out);

/* The room that sealing `length` bytes in `count` pieces needs at most. */
size_t tls_sealed_size(size_t length, size_t count);

/* Encrypts the pieces, once the handshake is done, and appends the records to `out`. Returns 0; or
 * -1 where the channel has failed, or `out` lacks the room. */
int tls_channel_seal(struct tls_channel *channel, const struct iovec *pieces, size_t count,
	struct tls_buffer *out);

/* Appends our close_notify to `out`, once. Appends nothing before the handshake is done, and
 * nothing when the channel has failed. Nothing can be sealed afterwards, but peers may go on to
 * send. */
void tls_channel_notify(struct tls_channel *channel, struct tls_buffer *out);

/* Clients: the session, to resume it on another connection; NULL where there is none to resume. The
 * caller releases it. */
struct ssl_session_st *tls_channel_session(const struct tls_channel *channel);
void tls_session_release(struct ssl_session_st *session);
/* Clients, before the first call of tls_channel_open: asks to resume the session, which stays the
 * caller's. Returns 0 or -1. */
int tls_channel_resume(struct tls_channel *channel, struct ssl_session_st *session);

/* "TLSv1.3", and "TLS_AES_256_GCM_SHA384": texts in static memory; "-" before the handshake is
 * done.
 */
const char *tls_channel_version(const struct tls_channel *channel);
const char *tls_channel_cipher(const struct tls_channel *channel);

/* Clients, once the handshake is done: kind and bits of the key in the server's certificate, as
 * "EC 256" or "RSA 2048"; "" where there is none. Of a session that is resumed, the key is that of
 * its first handshake. */
#define TLS_KEY_TEXT_SIZE 24
void tls_channel_key(const struct tls_channel *channel, char text[TLS_KEY_TEXT_SIZE]);

#endif
