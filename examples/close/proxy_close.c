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
 * Gives up: nothing, as long as something moves every IDLE_MS, and the client closes within
 * LINGER_MS of the server, and DISCARD_BYTES. A client that closes first has the proxy close first
 * at the server: that holds a port for a minute.
 *
 * Take it between clients and a server that closes first ("Connection: close", its own timeout).
 *
 *   cc -std=gnu11 -pthread proxy_close.c -o proxy_close
 *   ./proxy_close 8080 127.0.0.1 9000 */
#define _GNU_SOURCE 1 /* accept4(2) */
#include "buffer.h"
#include "clock.h"
#include "connect.h"
#include "listen.h"

#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

enum { WORKERS = 128, IDLE_MS = 30000, LINGER_MS = 10000, DISCARD_BYTES = 1 << 20 };

struct way {
	int from, to;
	struct buffer buffer;
	bool ended;  /* `from` has sent its FIN */
	bool passed; /* and `to` was sent ours */
	int refused; /* errno: `to` takes nothing any more, so discard */
	size_t discarded;
};

static struct sockaddr_in server;

/* Moves what can be moved now; `to_client` says which way. Returns false when the rest of this way
 * was lost. Linux tells a send(2) of a reset by EPIPE after the peer's FIN, and by ECONNRESET
 * without one; the reads after that end as if a FIN had come. */
static bool way_move(struct way *way, const struct way *back, bool to_client)
{
	bool reads = buffer_is_empty(&way->buffer) && !way->ended;
	if (reads && !buffer_receive(&way->buffer, way->from, &way->ended))
		return false;
	if (way->ended && back->refused == ECONNRESET)
		return false;
	if (way->refused == 0 && !buffer_send(&way->buffer, way->to)) {
		if (to_client)
			return false;
		way->refused = errno;
	}
	if (way->refused != 0)
		way->discarded += buffer_clear(&way->buffer);
	if (way->ended && !way->passed && buffer_is_empty(&way->buffer)) {
		shutdown(way->to, SHUT_WR);
		way->passed = true;
	}
	return true;
}

/* What poll(2) is to wait for. A socket that nothing is awaited of may be closed by its peer, which
 * poll would tell again and again: a descriptor below 0 is left out. */
static struct pollfd pollfd_of(int fd, const struct way *from, const struct way *to)
{
	short events = buffer_is_empty(&from->buffer) && !from->ended ? POLLIN : 0;
	if (!buffer_is_empty(&to->buffer))
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
	const unsigned orphan_ms = IDLE_MS; /* bounds what close() leaves to the kernel */
	struct way up = {.from = client, .to = upstream}, down = {.from = upstream, .to = client};
	long long linger_end = 0;
	bool whole = true;
	setsockopt(client, IPPROTO_TCP, TCP_USER_TIMEOUT, &orphan_ms, sizeof(orphan_ms));
	setsockopt(upstream, IPPROTO_TCP, TCP_USER_TIMEOUT, &orphan_ms, sizeof(orphan_ms));
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
	int upstream = connect_to(&server, LINGER_MS);
	if (upstream == -1)
		close(client); /* no server, or EADDRNOTAVAIL: TIME_WAIT holds each port */
	else
		relay(client, upstream);
}

int main(int argc, char **argv)
{
	if (argc != 4 || !address_read(&server, argv[2], argv[3])) {
		fputs("usage: proxy_close PORT SERVER-ADDRESS SERVER-PORT\n", stderr);
		return 2;
	}
	return serve_in_threads(listen_on(atoi(argv[1])), WORKERS, serve);
}
