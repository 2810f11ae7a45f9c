/* What a load's connections over TLS came to. */
#ifndef BENCH_LOAD_LOAD_TLS_H
#define BENCH_LOAD_LOAD_TLS_H

#include "tls/channel.h"

#include <stdint.h>

struct load_tls {
	uint64_t handshakes; /* that were completed */
	uint64_t resumed;    /* of these, those that resumed the session of a connection before */
	uint64_t failed;     /* TLS errors: in the handshake, or behind it */
	/* Of the failed, those that ended so before all responses were whole: they are short. */
	uint64_t broken;
	uint64_t notified;      /* connections on which the client sent close_notify */
	uint64_t peer_notified; /* connections on which it read the server's */
	/* Connections whose end of stream the client read without the server's close_notify, before
	 * it ended its own stream. */
	uint64_t truncated;
	/* Connections on which the client sent, or read, an alert that is no close_notify. */
	uint64_t alerts_sent, alerts_received;
	/* Processor time of the client that libssl took for the handshakes. */
	uint64_t handshake_cpu_ns;
	/* Of the handshakes, texts in static memory: "TLSv1.3", "TLS_AES_256_GCM_SHA384"; "mixed";
	 * NULL: there was none. */
	const char *version, *cipher;
	/* Why TLS failed on the first of the failed: a text in static memory; NULL: none did. */
	const char *failure;
	char key[TLS_KEY_TEXT_SIZE]; /* of the server: "EC 256"; "mixed"; "": there was none */
};

void load_tls_add(struct load_tls *sum, const struct load_tls *part);

#endif
