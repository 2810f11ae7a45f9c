/* Notes what happens to a channel within a call of OpenSSL. For the files of this room. */
#ifndef TLS_CHANNEL_EVENTS_H
#define TLS_CHANNEL_EVENTS_H

#include <stddef.h>

struct ssl_st;

/* The callback of SSL_CTX_set_info_callback(3): alerts, and the end of the handshake. */
void channel_event_note(const struct ssl_st *ssl, int where, int value);

/* The callback of SSL_CTX_set_msg_callback(3): messages of a handshake. */
void channel_message_note(int is_sent, int version, int type, const void *bytes, size_t length,
	struct ssl_st *ssl, void *argument);

#endif
