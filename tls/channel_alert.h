/* Notes the alerts of a channel. For the files of this room. */
#ifndef TLS_CHANNEL_ALERT_H
#define TLS_CHANNEL_ALERT_H

struct ssl_st;

/* The information callback of SSL_CTX_set_info_callback(3). */
void channel_alert_note(const struct ssl_st *ssl, int where, int value);

#endif
