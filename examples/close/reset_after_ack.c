/* reset-after-ack: no TIME_WAIT, and yet the whole response.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | <------------------------ response - |  send(2) until the kernel has every byte
 *     | - ACK -----------------------------> |  SIOCOUTQ = 0: the client's kernel has every byte
 *     | <----------------------------- RST - |  SO_LINGER{1,0}, close(2)
 *
 * A reset throws away what the server's kernel has not sent, or may have to send again: nothing,
 * once all is acknowledged. What a Linux client has received stays readable after a RST; other
 * kernels may throw it away.
 *
 * Gives up: the protection from old segments that TIME_WAIT is. The client reads ECONNRESET in
 * place of an end of stream, so it must know the length of the response. A client that acknowledges
 * nothing for IDLE_S loses the end of it.
 *
 * Take it between hosts of your own, where the server must keep nothing of a connection.
 *
 *   cc -std=gnu11 -pthread reset_after_ack.c -o reset_after_ack
 *   ./reset_after_ack 8080 [BYTES OF THE BODY] */
#define _GNU_SOURCE 1 /* accept4(2) */
#include "exchange.h"
#include "listen.h"

#include <limits.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* LIMIT_S bounds each of request, response and ACK; IDLE_S each wait in them. */
enum { WORKERS = 128, IDLE_S = 5, LIMIT_S = 30 };

/* Until the client's kernel has acknowledged every byte, or acknowledges none for IDLE_S. */
static void ack_await(int fd)
{
	int unacked, before = INT_MAX;
	time_t idle_end = 0, end = now_s() + LIMIT_S;
	while (ioctl(fd, SIOCOUTQ, &unacked) == 0 && unacked > 0) {
		if (unacked < before)
			idle_end = now_s() + IDLE_S;
		before = unacked;
		/* No event tells of an ACK: look again in a moment. An event is an error: reset. */
		if (now_s() > idle_end || now_s() > end ||
			poll(&(struct pollfd){.fd = fd}, 1, unacked > 65536 ? 5 : 1) > 0)
			return;
	}
}

static void serve(int fd)
{
	const struct linger reset = {.l_onoff = 1, .l_linger = 0};
	idle_limit(fd, IDLE_S);
	if (request_read(fd, LIMIT_S) && response_send(fd, LIMIT_S))
		ack_await(fd);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd); /* never twice: on Linux the descriptor is free even after EINTR */
}

int main(int argc, char **argv)
{
	response_make(argc > 2 ? argv[2] : NULL);
	return serve_in_threads(listen_on(argc > 1 ? atoi(argv[1]) : 8080), WORKERS, serve);
}
