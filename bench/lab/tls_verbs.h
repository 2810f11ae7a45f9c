/* Verbs of a scene for TLS: each end has a channel of room tls/, and the scene says when a record
 * is sent, and when it is read. Bytes are plaintext. An end reads one record at a time, as OpenSSL
 * reads from a socket: what is behind it stays with the kernel. */
#ifndef BENCH_LAB_TLS_VERBS_H
#define BENCH_LAB_TLS_VERBS_H

#include "bench/lab/wire_verbs.h"
#include "tls/context.h"

#include <stdbool.h>

/* OpenSSL's default. */
#define LAB_TLS_TICKETS 2

/* Connections from here on speak this version, and the server sends so many tickets behind a full
 * handshake. Where the program was built without TLS, the lesson's claims are skipped. */
void lab_tls(struct lab *lab, enum tls_version version, unsigned tickets);

/* Established, and the handshake is done at both ends. The client has not read what came behind it:
 * the tickets of TLS 1.3, which have arrived. */
struct pair *lab_tls_connect(struct lab *lab);

/* The same, and the client asks to resume the session of an older connection, which it is done
 * with. */
struct pair *lab_tls_connect_again(struct pair *old);

/* The connection resumed a session. */
bool lab_tls_is_resumed(struct pair *pair);

/* So many bytes are encrypted and given to the kernel. */
void lab_tls_send(struct pair *pair, enum lab_end end, unsigned bytes);

/* The same with close_notify behind them, in one send(). */
void lab_tls_send_last(struct pair *pair, enum lab_end end, unsigned bytes);

/* close_notify is given to the kernel. */
void lab_tls_notify(struct pair *pair, enum lab_end end);

/* So many bytes are read. */
void lab_tls_read(struct pair *pair, enum lab_end end, unsigned bytes);

/* A request of 100 bytes and a response of 200, read by both applications. */
void lab_tls_exchange(struct pair *pair);

/* How what an application reads ends. */
enum lab_tls_end {
	LAB_TLS_NOTIFIED, /* close_notify */
	LAB_TLS_CUT,      /* a FIN without it */
	LAB_TLS_RESET,    /* ECONNRESET */
	LAB_TLS_OPEN,     /* it did not, by the deadline */
};

struct lab_tls_reading {
	unsigned bytes;
	enum lab_tls_end end; /* behind them */
};

/* Reads to close_notify, and not beyond; or to where the stream ends without it. */
struct lab_tls_reading lab_tls_read_to_end(struct pair *pair, enum lab_end end);

const char *lab_tls_end_text(enum lab_tls_end end);

#endif
