#include "tls/channel.h"

#include "tls/channel_events.h"
#include "tls/context_parts.h"
#include "tls/memory_bio.h"
#include "tls/reason.h"

#include <assert.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* KeyUpdates, tickets and refused renegotiations that a peer may send without data between them. A
 * few bytes of the peer's make us derive keys or answer. */
#define MESSAGES_MAX 32

struct tls_channel {
	SSL *ssl;
	struct memory_io io;
	struct tls_channel_state state;
	unsigned messages; /* behind the handshake, since data came */
};

static void message_note(struct tls_channel *channel)
{
	if (!channel->state.established || ++channel->messages <= MESSAGES_MAX)
		return;
	/* OpenSSL reads on until data comes: it finds nothing more. */
	channel->io.in_length = 0;
}

static void alert_note(struct tls_channel *channel, bool is_sent, int value)
{
	int16_t number = (int16_t)(value & 0xff);
	if (is_sent)
		channel->state.alert_sent = number;
	else
		channel->state.alert_received = number;
}

void channel_event_note(const struct ssl_st *ssl, int where, int value)
{
	struct tls_channel *channel = SSL_get_app_data(ssl);
	if (where & SSL_CB_ALERT)
		alert_note(channel, where & SSL_CB_WRITE, value);
	/* What comes behind the handshake may fail within the same call of OpenSSL. */
	if (!(where & SSL_CB_HANDSHAKE_DONE) || channel->state.established)
		return;
	channel->state.established = true;
	channel->state.resumed = SSL_session_reused(ssl) == 1;
}

void channel_message_note(int is_sent, int version, int type, const void *bytes, size_t length,
	struct ssl_st *ssl, void *argument)
{
	if (!is_sent && type == SSL3_RT_HANDSHAKE)
		message_note(SSL_get_app_data(ssl));
}

struct tls_channel *tls_channel_create(struct tls_context *context)
{
	struct tls_channel *channel = calloc(1, sizeof(*channel));
	if (!channel)
		return NULL;
	channel->state.alert_sent = channel->state.alert_received = TLS_NO_ALERT;
	channel->ssl = SSL_new(context->ctx);
	BIO *bio = channel->ssl ? memory_bio_create(&channel->io) : NULL;
	if (!bio || SSL_set_app_data(channel->ssl, channel) != 1) {
		BIO_free(bio);
		tls_channel_destroy(channel);
		ERR_clear_error();
		errno = ENOMEM;
		return NULL;
	}
	SSL_set_bio(channel->ssl, bio, bio);
	if (context->is_server)
		SSL_set_accept_state(channel->ssl);
	else
		SSL_set_connect_state(channel->ssl);
	return channel;
}

void tls_channel_destroy(struct tls_channel *channel)
{
	if (!channel)
		return;
	SSL_free(channel->ssl);
	free(channel);
}

const struct tls_channel_state *tls_channel_state(const struct tls_channel *channel)
{
	return &channel->state;
}

static void io_set(
	struct tls_channel *channel, const char *in, size_t length, struct tls_buffer *out)
{
	channel->io = (struct memory_io){.in = in, .in_length = length, .out = out};
	/* SSL_get_error(3) looks at the thread's error queue. */
	ERR_clear_error();
}

/* An answer to a client that spoke TLS. */
static bool is_plain_answer(const struct tls_channel *channel, const char *bytes, size_t length)
{
	static const char head[] = {'H', 'T', 'T', 'P', '/'};
	return !SSL_is_server(channel->ssl) && !channel->state.established &&
	       length >= sizeof(head) && memcmp(bytes, head, sizeof(head)) == 0;
}

static enum tls_status channel_fail(struct tls_channel *channel)
{
	struct tls_channel_state *state = &channel->state;
	state->plain_http = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
	state->status = TLS_FAILED;
	state->reason = tls_reason();
	return TLS_FAILED;
}

/* SSL_read_ex(3) did not return bytes: is more input needed, or none wanted? */
static enum tls_status read_status(struct tls_channel *channel, int result)
{
	switch (SSL_get_error(channel->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return TLS_GOES_ON;
	case SSL_ERROR_ZERO_RETURN:
		channel->state.peer_notified = true;
		channel->state.status = TLS_NOTIFIED;
		return TLS_NOTIFIED;
	default:
		return channel_fail(channel);
	}
}

static bool has_too_many_messages(const struct tls_channel *channel)
{
	return channel->state.status == TLS_GOES_ON && channel->messages > MESSAGES_MAX;
}

enum tls_status tls_channel_open(struct tls_channel *channel, const char *bytes, size_t length,
	struct tls_buffer *plain, struct tls_buffer *out)
{
	int result;
	if (channel->state.status != TLS_GOES_ON)
		return channel->state.status;
	assert(plain->size - plain->length >= length + TLS_RECORD_BYTES);
	io_set(channel, bytes, length, out);
	do {
		size_t n = 0;
		result = SSL_read_ex(channel->ssl, plain->bytes + plain->length,
			plain->size - plain->length, &n);
		plain->length += n;
		if (n > 0)
			channel->messages = 0;
	} while (result == 1);
	enum tls_status status = read_status(channel, result);
	if (has_too_many_messages(channel)) {
		status = channel_fail(channel);
		channel->state.reason = "too many messages without data";
	}
	if (status == TLS_FAILED && is_plain_answer(channel, bytes, length))
		channel->state.plain_http = true;
	io_set(channel, NULL, 0, NULL);
	return status;
}

size_t tls_sealed_size(size_t length, size_t count)
{
	return length + (length / TLS_RECORD_BYTES + count) * TLS_RECORD_ADDS;
}

static size_t pieces_length(const struct iovec *pieces, size_t count)
{
	size_t length = 0;
	for (size_t i = 0; i < count; i++)
		length += pieces[i].iov_len;
	return length;
}

int tls_channel_seal(struct tls_channel *channel, const struct iovec *pieces, size_t count,
	struct tls_buffer *out)
{
	const struct tls_channel_state *state = &channel->state;
	if (!state->established || state->status == TLS_FAILED || state->notified ||
		out->size - out->length < tls_sealed_size(pieces_length(pieces, count), count))
		return -1;
	io_set(channel, NULL, 0, out);
	int result = 1;
	for (size_t i = 0; i < count && result == 1; i++) {
		size_t n;
		if (pieces[i].iov_len > 0)
			result = SSL_write_ex(
				channel->ssl, pieces[i].iov_base, pieces[i].iov_len, &n);
	}
	if (result != 1)
		channel_fail(channel);
	io_set(channel, NULL, 0, NULL);
	return result == 1 ? 0 : -1;
}

void tls_channel_notify(struct tls_channel *channel, struct tls_buffer *out)
{
	struct tls_channel_state *state = &channel->state;
	if (!state->established || state->status == TLS_FAILED || state->notified)
		return;
	io_set(channel, NULL, 0, out);
	/* 0: sent, and the peer's was not read; 1: both. */
	if (SSL_shutdown(channel->ssl) >= 0)
		state->notified = true;
	else
		channel_fail(channel);
	io_set(channel, NULL, 0, NULL);
}

struct ssl_session_st *tls_channel_session(const struct tls_channel *channel)
{
	SSL_SESSION *session = SSL_get1_session(channel->ssl);
	if (session && SSL_SESSION_is_resumable(session) == 1)
		return session;
	SSL_SESSION_free(session);
	return NULL;
}

void tls_session_release(struct ssl_session_st *session)
{
	SSL_SESSION_free(session);
}

int tls_channel_resume(struct tls_channel *channel, struct ssl_session_st *session)
{
	return SSL_set_session(channel->ssl, session) == 1 ? 0 : -1;
}

const char *tls_channel_version(const struct tls_channel *channel)
{
	return channel->state.established ? SSL_get_version(channel->ssl) : "-";
}

const char *tls_channel_cipher(const struct tls_channel *channel)
{
	return channel->state.established ? SSL_get_cipher_name(channel->ssl) : "-";
}

void tls_channel_key(const struct tls_channel *channel, char text[TLS_KEY_TEXT_SIZE])
{
	X509 *certificate = SSL_get0_peer_certificate(channel->ssl);
	EVP_PKEY *key = certificate ? X509_get0_pubkey(certificate) : NULL;
	const char *kind = key ? EVP_PKEY_get0_type_name(key) : NULL;
	text[0] = '\0';
	if (kind)
		snprintf(text, TLS_KEY_TEXT_SIZE, "%s %d", kind, EVP_PKEY_get_bits(key));
}
