/* Peers of every kind: how the other end of a connection behaves, so that each hook has its
 * occasion. */
#ifndef BENCH_CHECK_PEER_H
#define BENCH_CHECK_PEER_H

#include <stdbool.h>

/* When a peer does what it does. */
enum peer_moment {
	PEER_BEFORE, /* instead of an exchange */
	PEER_AFTER,  /* after the last exchange */
};

enum peer_act {
	PEER_CLOSES,   /* reads what there is, and sends FIN */
	PEER_IS_MUTE,  /* sends nothing more, and stays */
	PEER_TALKS_ON, /* sends on, bytes that belong to no exchange, and never ends */
	PEER_VANISHES, /* its host is gone: nothing that is sent to it is acknowledged */
	PEER_RESETS,   /* sends RST */
};

struct peer {
	const char *text; /* what it does, as the report says */
	enum peer_moment moment;
	enum peer_act act;
};

#define PEERS 8
extern const struct peer peers[PEERS];

#endif
