/* graceful: the client gets the whole response, whatever it still sends.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |  send(2) until the kernel has every byte
 *     | <----------------------------- FIN - |  shutdown(SHUT_WR): FIN_WAIT_1
 *     | - ACK -----------------------------> |  FIN_WAIT_2; input is read and discarded
 *     | - (more request bytes) ------------> |
 *     | - FIN -----------------------------> |  recv(2) = 0, close(2): TIME_WAIT, 60 s
 *     | <----------------------------- ACK - |
 *
 * Gives up: nothing, as long as the client closes within IDLE_S, LIMIT_S and DRAIN_BYTES. It costs
 * a descriptor and a thread until then. A plain close() is cheaper, and loses the end of the
 * response when request bytes are unread, or come later: the kernel answers them with RST.
 *
 * Take it for a public server, and whenever in doubt.
 *
 *   cc -std=gnu11 -pthread graceful.c -o graceful
 *   ./graceful 8080 [BYTES OF THE BODY] */
#define _GNU_SOURCE 1 /* accept4(2) */
#include "exchange.h"
#include "listen.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

/* LIMIT_S bounds each of request, response and drain; IDLE_S each wait in them. */
enum { WORKERS = 128, IDLE_S = 5, LIMIT_S = 30, DRAIN_BYTES = 1 << 20 };

/* close(2) is never called twice: on Linux the descriptor is free even after EINTR. When a bound
 * ends the drain with input unread, the kernel makes a RST of this close(). */
static void close_gracefully(int fd)
{
	char unwanted[16384];
	size_t drained = 0;
	bool open = shutdown(fd, SHUT_WR) == 0;
	for (time_t end = now_s() + LIMIT_S; open && drained < DRAIN_BYTES && now_s() < end;) {
		ssize_t got = recv(fd, unwanted, sizeof(unwanted), 0);
		open = got > 0 || (got == -1 && errno == EINTR);
		drained += got > 0 ? (size_t)got : 0;
	}
	close(fd);
}

/* Part of the response was not sent: with a RST no client takes what it has for the whole, and the
 * kernel keeps nothing for a client that does not read. */
static void reset(int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
	close(fd);
}

static void serve(int fd)
{
	const unsigned orphan_ms = LIMIT_S * 1000; /* bounds what close() leaves to the kernel */
	idle_limit(fd, IDLE_S);
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &orphan_ms, sizeof(orphan_ms));
	if (!request_read(fd, LIMIT_S))
		close(fd);
	else if (!response_send(fd, LIMIT_S))
		reset(fd);
	else
		close_gracefully(fd);
}

int main(int argc, char **argv)
{
	response_make(argc > 2 ? argv[2] : NULL);
	return serve_in_threads(listen_on(argc > 1 ? atoi(argv[1]) : 8080), WORKERS, serve);
}
