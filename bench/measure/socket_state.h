/* The states of a TCP socket that stands for a connection that is not over, told apart by who can
 * still end it. A socket has an owner while a process holds a descriptor of it. */
#ifndef BENCH_MEASURE_SOCKET_STATE_H
#define BENCH_MEASURE_SOCKET_STATE_H

/* X(name, word in results). */
#define SOCKET_STATE_LIST(X)                                                                       \
	X(ESTABLISHED, "established")                                                              \
	/* Nobody has taken it from the listener's queue. */                                       \
	X(ESTABLISHED_UNACCEPTED, "established_unaccepted")                                        \
	X(FIN_WAIT_1, "fin_wait_1")                                                                \
	/* The process has shut it down; the kernel sets no limit. */                              \
	X(FIN_WAIT_2_OWNED, "fin_wait_2_owned")                                                    \
	/* The process has closed it; the kernel waits for tcp_fin_timeout. */                     \
	X(FIN_WAIT_2_ORPHANED, "fin_wait_2_orphaned")                                              \
	/* The process has not closed it; the kernel sets no limit. */                             \
	X(CLOSE_WAIT_OWNED, "close_wait_owned")                                                    \
	X(CLOSE_WAIT_UNACCEPTED, "close_wait_unaccepted")                                          \
	X(CLOSING, "closing")                                                                      \
	X(LAST_ACK, "last_ack")                                                                    \
	/* Counted across FIN_WAIT_1, FIN_WAIT_2, CLOSING and LAST_ACK: those without an owner. */ \
	X(ORPHANED, "orphaned")

enum socket_state {
#define SOCKET_STATE_ENUM(name, word) SOCKET_##name,
	SOCKET_STATE_LIST(SOCKET_STATE_ENUM)
#undef SOCKET_STATE_ENUM
		SOCKET_STATES
};

/* As results name them. */
extern const char *const socket_state_words[SOCKET_STATES];

#endif
