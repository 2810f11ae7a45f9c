#include "bench/measure/socket_state.h"

#define SOCKET_STATE_WORD(name, word) [SOCKET_##name] = (word),
const char *const socket_state_words[SOCKET_STATES] = {SOCKET_STATE_LIST(SOCKET_STATE_WORD)};
#undef SOCKET_STATE_WORD
