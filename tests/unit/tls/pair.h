/* A client and a server whose channels are joined in memory. */
#ifndef TESTS_UNIT_TLS_PAIR_H
#define TESTS_UNIT_TLS_PAIR_H

#include "tls/channel.h"
#include "tls/context.h"

#include <stddef.h>

/* Larger than what any test sends in one go. */
#define PAIR_ROOM ((size_t)1 << 20)

struct pair_end {
	struct tls_channel *channel;
	struct tls_buffer plain; /* what it has received */
	struct tls_buffer out;   /* what it has to send */
	enum tls_status status;
	size_t sent_bytes; /* what was taken from `out` so far */
};

struct pair {
	struct tls_context *server_context, *client_context;
	struct pair_end server, client;
	size_t piece; /* the most bytes that one call of tls_channel_open is given */
};

/* Versions of the client; the server takes each. `tickets` of the server. */
void pair_contexts_create(struct pair *pair, enum tls_version version, unsigned tickets);
void pair_contexts_destroy(struct pair *pair);

/* New channels of the contexts, with no byte exchanged. */
void pair_connect(struct pair *pair, size_t piece);
void pair_disconnect(struct pair *pair);

/* Both, of a new pair with 2 tickets. */
void pair_begin(struct pair *pair, enum tls_version version, size_t piece);
void pair_end(struct pair *pair);

/* Gives bytes to an end, in pieces. */
void pair_give(const struct pair *pair, struct pair_end *end, const char *bytes, size_t length);
/* Moves what `from` has to send to `to`. */
void pair_move(const struct pair *pair, struct pair_end *from, struct pair_end *to);
/* Begins the handshake, and moves bytes until neither end has anything to send. */
void pair_shake_hands(struct pair *pair);

/* Seals a text as one piece. */
void pair_say(struct pair_end *end, const char *text);
/* What the end has received, as a text of which nothing is left afterwards. */
const char *pair_heard(struct pair_end *end);

#endif
