/* Why a call of OpenSSL failed. */
#ifndef TLS_REASON_H
#define TLS_REASON_H

/* The first reason in this thread's error queue, which is emptied: a text in static memory, such as
 * "wrong version number"; "no reason given" where the queue is empty. */
const char *tls_reason(void);

#endif
