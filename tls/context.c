#include "tls/context.h"

#include "tls/channel_events.h"
#include "tls/context_parts.h"
#include "tls/identity.h"
#include "tls/reason.h"

#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

/* TLS 1.2; those of TLS 1.3 are sound, all of them. */
#define CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20"
#define GROUPS "X25519:P-256:P-384"

static const unsigned char session_id_context[] = "teardown";
static const unsigned char http1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

bool tls_is_available(void)
{
	return true;
}

static int version_number(enum tls_version version, int any)
{
	switch (version) {
	case TLS_VERSION_1_2:
		return TLS1_2_VERSION;
	case TLS_VERSION_1_3:
		return TLS1_3_VERSION;
	case TLS_VERSION_ANY:
	default:
		return any;
	}
}

/* A client that offers protocols, and not ours, is refused (RFC 7301, 3.2). */
static int alpn_select(SSL *ssl, const unsigned char **chosen, unsigned char *length,
	const unsigned char *offered, unsigned offered_length, void *argument)
{
	unsigned char *found = NULL;
	if (SSL_select_next_proto(&found, length, http1, sizeof(http1), offered, offered_length) !=
		OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*chosen = found;
	return SSL_TLSEXT_ERR_OK;
}

static bool versions_set(SSL_CTX *ctx, const struct tls_settings *settings)
{
	return SSL_CTX_set_min_proto_version(
		       ctx, version_number(settings->version_min, TLS1_2_VERSION)) == 1 &&
	       SSL_CTX_set_max_proto_version(
		       ctx, version_number(settings->version_max, TLS1_3_VERSION)) == 1;
}

static bool common_set(SSL_CTX *ctx, const struct tls_settings *settings)
{
	SSL_CTX_set_options(ctx,
		SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
	/* An idle connection keeps no record buffers: 16 KB of memory instead of 50. */
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_info_callback(ctx, channel_event_note);
	SSL_CTX_set_msg_callback(ctx, channel_message_note);
	return versions_set(ctx, settings) && SSL_CTX_set_cipher_list(ctx, CIPHERS) == 1 &&
	       SSL_CTX_set1_groups_list(ctx, GROUPS) == 1;
}

/* Tickets hold the whole session, so no thread needs a cache. */
static bool tickets_set(SSL_CTX *ctx, unsigned tickets)
{
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	if (tickets == 0)
		SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
	return SSL_CTX_set_num_tickets(ctx, tickets) == 1 &&
	       SSL_CTX_set_session_id_context(
		       ctx, session_id_context, sizeof(session_id_context) - 1) == 1;
}

static bool server_set(SSL_CTX *ctx, const struct tls_settings *settings)
{
	SSL_CTX_set_alpn_select_cb(ctx, alpn_select, NULL);
	return common_set(ctx, settings) && tickets_set(ctx, settings->tickets);
}

static bool client_set(SSL_CTX *ctx, const struct tls_settings *settings)
{
	SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	/* 0 means that it went well (SSL_CTX_set_alpn_protos(3)). */
	return common_set(ctx, settings) && SSL_CTX_set_alpn_protos(ctx, http1, sizeof(http1)) == 0;
}

static struct tls_context *context_create(
	bool is_server, const struct tls_settings *settings, struct error *error)
{
	struct tls_context *context = calloc(1, sizeof(*context));
	if (!context) {
		error_set_errno(error, STATUS_FAILED, "cannot set TLS up");
		return NULL;
	}
	context->is_server = is_server;
	/* What a connection does is to stand in this file, and in no configuration. */
	if (OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1)
		context->ctx = SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method());
	if (context->ctx && (is_server ? server_set(context->ctx, settings)
				       : client_set(context->ctx, settings)))
		return context;
	error_set(error, STATUS_FAILED, "cannot set TLS up: %s", tls_reason());
	tls_context_destroy(context);
	return NULL;
}

struct tls_context *tls_context_create_server(
	const struct tls_settings *settings, struct error *error)
{
	struct tls_context *context = context_create(true, settings, error);
	if (!context)
		return NULL;
	int status = settings->certificate_path
			     ? tls_identity_load(context->ctx, settings->certificate_path,
				       settings->key_path, error)
			     : tls_identity_make(context->ctx, error);
	if (status == 0)
		return context;
	tls_context_destroy(context);
	return NULL;
}

struct tls_context *tls_context_create_client(
	const struct tls_settings *settings, struct error *error)
{
	return context_create(false, settings, error);
}

void tls_context_destroy(struct tls_context *context)
{
	if (!context)
		return;
	SSL_CTX_free(context->ctx);
	free(context);
}
