/* What the kernel knows of a connected socket: its queues, of input that was not read and of output
 * that the peer's kernel has not acknowledged, and its round-trip time. */
#ifndef STRATEGIES_CORE_SOCKET_QUEUE_H
#define STRATEGIES_CORE_SOCKET_QUEUE_H

#include <stdint.h>

/* The bytes that have arrived and were not read, without a FIN behind them (SIOCINQ). 0 where the
 * kernel does not say. */
uint64_t socket_unread_bytes(int fd);

/* The bytes that were sent, in the kernel or on their way, and that the peer's kernel has not
 * acknowledged (SIOCOUTQ). 0 where the kernel does not say. */
uint64_t socket_unacked_bytes(int fd);

struct socket_way {
	/* The shortest round-trip time of the connection so far (tcpi_min_rtt): the handshake's, or
	 * that of data. 0 where the kernel has none: then all is 0. */
	uint32_t round_trip_us;
	uint32_t unsent_bytes; /* which a window holds back (tcpi_notsent_bytes) */
};

struct socket_way socket_way_of(int fd);

enum socket_input {
	SOCKET_INPUT_BYTES,  /* bytes were discarded; more may be there */
	SOCKET_INPUT_NONE,   /* nothing has arrived that was not read */
	SOCKET_INPUT_FIN,    /* the input is at its end */
	SOCKET_INPUT_FAILED, /* the socket has failed, with errno */
};

/* Discards up to 1 MiB of input with one recv(2), and puts into `bytes` how much. */
enum socket_input socket_discard(int fd, uint64_t *bytes);

#endif
