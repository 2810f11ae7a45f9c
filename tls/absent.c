/* Stands in for this room where the program is built without libssl. No context can be made there,
 * so there are no channels either. */
#include "tls/channel.h"
#include "tls/context.h"
#include "tls/identity.h"
#include "tls/keylog.h"

#include <errno.h>
#include <stdlib.h>

static int refuse(struct error *error)
{
	return error_set(error, STATUS_HOST_CANNOT,
		"this program was built without TLS: install libssl-dev, and build it anew");
}

bool tls_is_available(void)
{
	return false;
}

struct tls_context *tls_context_create_server(
	const struct tls_settings *settings, struct error *error)
{
	refuse(error);
	return NULL;
}

struct tls_context *tls_context_create_client(
	const struct tls_settings *settings, struct error *error)
{
	refuse(error);
	return NULL;
}

void tls_context_destroy(struct tls_context *context)
{
}

int tls_identity_write(int fd, struct error *error)
{
	return refuse(error);
}

struct tls_channel *tls_channel_create(struct tls_context *context)
{
	errno = ENOSYS;
	return NULL;
}

void tls_channel_destroy(struct tls_channel *channel)
{
}

const struct tls_channel_state *tls_channel_state(const struct tls_channel *channel)
{
	abort();
}

enum tls_status tls_channel_open(struct tls_channel *channel, const char *bytes, size_t length,
	struct tls_buffer *plain, struct tls_buffer *out)
{
	abort();
}

size_t tls_sealed_size(size_t length, size_t count)
{
	abort();
}

int tls_channel_seal(struct tls_channel *channel, const struct iovec *pieces, size_t count,
	struct tls_buffer *out)
{
	abort();
}

void tls_channel_notify(struct tls_channel *channel, struct tls_buffer *out)
{
	abort();
}

struct ssl_session_st *tls_channel_session(const struct tls_channel *channel)
{
	abort();
}

void tls_session_release(struct ssl_session_st *session)
{
}

int tls_channel_resume(struct tls_channel *channel, struct ssl_session_st *session)
{
	abort();
}

const char *tls_channel_version(const struct tls_channel *channel)
{
	abort();
}

const char *tls_channel_cipher(const struct tls_channel *channel)
{
	abort();
}

void tls_channel_key(const struct tls_channel *channel, char text[TLS_KEY_TEXT_SIZE])
{
	abort();
}

struct tls_keylog *tls_keylog_read(const char *path, struct error *error)
{
	refuse(error);
	return NULL;
}

void tls_keylog_destroy(struct tls_keylog *keylog)
{
}

enum tls_alert tls_keylog_alert(const struct tls_keylog *keylog, const struct tls_hellos *hellos,
	bool by_client, const uint8_t *record, size_t size, uint64_t sealed)
{
	abort();
}
