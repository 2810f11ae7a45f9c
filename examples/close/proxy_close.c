/* proxy-close: a relay that closes each side as the other side was closed.
 *
 *   client                         proxy                         server
 *     | -- request -----------------> | -- request -----------------> |
 *     | <----------------- response - | <----------------- response - |
 *     |                               | <---------------------- FIN - |  close(2): TIME_WAIT
 *     | <---------------------- FIN - |  recv(2) = 0: shutdown(SHUT_WR) of the other side
 *     | - FIN ----------------------> |  TIME_WAIT at the accepting side: no port is held
 *     | <---------------------- ACK - | - FIN ----------------------> |
 *
 * An end of stream is passed on when every byte before it was: a client that half-closes gets its
 * response, a server that half-closes gets the rest of the request. A reset is passed on as a
 * reset, behind what came before it, so that nobody takes half a response for the whole. One is
 * not: of a server that has sent its FIN, and refuses the rest of the request. The client gets that
 * response, and its input is discarded.
 *
 * Gives up: nothing, as long as no side is silent for IDLE_MS, and the client closes within
 * LINGER_MS of the server. A client that closes first has the proxy close first at the server: that
 * holds a port for a minute.
 *
 * Take it between clients and a server that closes first ("Connection: close", its own timeout).
 *
 *   cc -std=gnu11 -pthread proxy_close.c -o proxy_close
 *   ./proxy_close 8080 127.0.0.1 9000 */
#include "connect.h"
#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 128, IDLE_MS = 30000, LINGER_MS = 10000, DISCARD_BYTES = 1 << 20 };

struct way {
	int from, to;
	size_t begin, end; /* of what is in `data`, and not sent */
	bool ended;        /* `from` has sent its FIN */
	bool passed;       /* and `to` was sent ours */
	int refused;       /* errno: `to` takes nothing any more, so discard */
	size_t discarded;
	char data[16384];
};

static struct sockaddr_in server;

static long long now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static bool try_again(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* Moves what can be moved now; `to_client` says which way. Returns false when the rest of this way
 * was lost. Linux tells a send(2) of a reset by EPIPE after the peer's FIN, and by ECONNRESET
 * without one; the reads after that end as if a FIN had come. */
static bool way_move(struct way *way, const struct way *back, bool to_client)
{
	if (way->begin == way->end && !way->ended) {
		ssize_t got = recv(way->from, way->data, sizeof(way->data), MSG_DONTWAIT);
		if (got == -1 && !try_again())
			return false;
		if (got == 0 && back->refused == ECONNRESET)
			return false;
		way->ended = got == 0;
		way->begin = 0;
		way->end = got > 0 ? (size_t)got : 0;
	}
	while (way->begin < way->end && way->refused == 0) {
		ssize_t took = send(way->to, way->data + way->begin, way->end - way->begin,
			MSG_DONTWAIT | MSG_NOSIGNAL);
		if (took == -1 && try_again())
			return true;
		if (took == -1 && to_client)
			return false;
		way->refused = took == -1 ? errno : 0;
		way->begin += took > 0 ? (size_t)took : 0;
	}
	if (way->refused != 0) {
		way->discarded += way->end - way->begin;
		way->begin = way->end;
	}
	if (way->ended && !way->passed)
		shutdown(way->to, SHUT_WR);
	way->passed = way->ended;
	return true;
}

/* What poll(2) is to wait for. A socket that nothing is awaited of may be closed by its peer, which
 * poll would tell again and again: a descriptor below 0 is left out. */
static struct pollfd pollfd_of(int fd, const struct way *from, const struct way *to)
{
	short events = from->begin == from->end && !from->ended ? POLLIN : 0;
	if (to->begin < to->end)
		events |= POLLOUT;
	return (struct pollfd){.fd = events ? fd : -1, .events = events};
}

/* A reset throws away what is not acknowledged: what came before it is delivered first. */
static void reset_after_delivery(int fd)
{
	const struct linger reset = {.l_onoff = 1, .l_linger = 0};
	int unacked;
	for (long long end = now_ms() + LINGER_MS; now_ms() < end;)
		if (ioctl(fd, SIOCOUTQ, &unacked) == -1 || unacked == 0 ||
			poll(&(struct pollfd){.fd = fd}, 1, 5) > 0)
			break;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd);
}

static void relay(int client, int upstream)
{
	struct way up = {.from = client, .to = upstream}, down = {.from = upstream, .to = client};
	long long linger_end = 0;
	bool whole = true;
	while (whole && !(up.passed && down.passed) && up.discarded < DISCARD_BYTES) {
		struct pollfd both[] = {
			pollfd_of(client, &up, &down), pollfd_of(upstream, &down, &up)};
		if (down.passed && linger_end == 0)
			linger_end = now_ms() + LINGER_MS;
		long long wait = down.passed ? linger_end - now_ms() : IDLE_MS;
		int ready = wait > 0 ? poll(both, 2, (int)wait) : 0;
		if (ready == 0)
			break;
		if (ready > 0)
			whole = way_move(&up, &down, false) && way_move(&down, &up, true);
	}
	if (whole && down.passed) {
		close(client); /* never twice: on Linux the descriptor is free even after EINTR */
		close(upstream);
	} else {
		reset_after_delivery(client);
		reset_after_delivery(upstream);
	}
}

static void serve(int client)
{
	const unsigned orphan_ms = IDLE_MS; /* bounds what close() leaves to the kernel */
	int upstream = connect_to(&server, LINGER_MS);
	if (upstream == -1) {
		/* No server, or EADDRNOTAVAIL: TIME_WAIT holds each port. */
		close(client);
		return;
	}
	setsockopt(client, IPPROTO_TCP, TCP_USER_TIMEOUT, &orphan_ms, sizeof(orphan_ms));
	setsockopt(upstream, IPPROTO_TCP, TCP_USER_TIMEOUT, &orphan_ms, sizeof(orphan_ms));
	relay(client, upstream);
}

int main(int argc, char **argv)
{
	server.sin_family = AF_INET;
	if (argc != 4 || inet_pton(AF_INET, argv[2], &server.sin_addr) != 1) {
		fputs("usage: proxy_close PORT SERVER-ADDRESS SERVER-PORT\n", stderr);
		return 2;
	}
	server.sin_port = htons((uint16_t)atoi(argv[3]));
	return serve_in_threads(listen_on(atoi(argv[1])), WORKERS, serve);
}
