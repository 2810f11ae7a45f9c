#include "bench/check/peer.h"

const struct peer peers[PEERS] = {
	{"closes", PEER_AFTER, PEER_CLOSES},
	{"falls silent", PEER_AFTER, PEER_IS_MUTE},
	{"sends on slowly", PEER_AFTER, PEER_TALKS_ON},
	{"resets", PEER_AFTER, PEER_RESETS},
	{"vanishes", PEER_AFTER, PEER_VANISHES},
	{"is silent from the start", PEER_BEFORE, PEER_IS_MUTE},
	{"ends early", PEER_BEFORE, PEER_CLOSES},
	{"resets early", PEER_BEFORE, PEER_RESETS},
};
