/* reset-on-timeout: a plain close for clients that keep up, a reset for those that do not.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |  send(2) until the kernel has every byte
 *     | <----------------------------- FIN - |  close(2): TIME_WAIT, 60 s
 *     | - ACK -----------------------------> |
 *     | - FIN -----------------------------> |
 *     | <----------------------------- ACK - |
 *
 *   a client that is silent, or reads nothing
 *     | <----------------------------- RST - |  IDLE_S later: SO_LINGER{1,0}, close(2)
 *
 * A plain close(2) of such a client leaves its socket, and megabytes of its response, with the
 * kernel, which tries for minutes. A reset frees them at once, and TCP_USER_TIMEOUT ends what the
 * kernel still sends after close(2).
 *
 * Gives up: the end of the response, of a client that takes nothing for IDLE_S; and, as every plain
 * close, of a client that sends more than is read (RST for unread input: see graceful.c).
 *
 * Take it where many clients vanish, and each request is read to its end.
 *
 *   cc -std=gnu11 -pthread reset_on_timeout.c -o reset_on_timeout
 *   ./reset_on_timeout 8080 [BYTES OF THE BODY] */
#define _GNU_SOURCE 1 /* accept4(2) */
#include "exchange.h"
#include "listen.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

/* LIMIT_S bounds each of request and response; IDLE_S each wait in them. */
enum { WORKERS = 128, IDLE_S = 5, LIMIT_S = 30 };

/* Sends a RST and throws away what the kernel has not sent. */
static void reset(int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
	close(fd);
}

static void serve(int fd)
{
	const unsigned orphan_ms = IDLE_S * 1000;
	idle_limit(fd, IDLE_S);
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &orphan_ms, sizeof(orphan_ms));
	if (request_read(fd, LIMIT_S) && response_send(fd, LIMIT_S))
		close(fd); /* never twice: on Linux the descriptor is free even after EINTR */
	else
		reset(fd);
}

int main(int argc, char **argv)
{
	response_make(argc > 2 ? argv[2] : NULL);
	return serve_in_threads(listen_on(argc > 1 ? atoi(argv[1]) : 8080), WORKERS, serve);
}
