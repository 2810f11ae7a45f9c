/* graceful, in an event loop: one thread, many connections, none of which blocks another.
 *
 *   client                               server
 *     | -- request ------------------------> |  READING
 *     | <------------------------ response - |  WRITING: what is left waits for EPOLLOUT
 *     | <----------------------------- FIN - |  DRAINING: shutdown(SHUT_WR), discard input
 *     | - ACK -----------------------------> |
 *     | - (more request bytes) ------------> |
 *     | - FIN -----------------------------> |  recv(2) = 0, close(2): TIME_WAIT, 60 s
 *     | <----------------------------- ACK - |
 *
 * Gives up: nothing, as long as the client closes within IDLE_S, LIMIT_S and DRAIN_BYTES. It costs
 * a descriptor until then. Each phase has its deadline, so a client that sends, reads or closes
 * nothing is let go in any of them.
 *
 * Take it for a public server, and whenever in doubt. graceful.c is the same with threads.
 *
 *   cc -std=gnu11 graceful_epoll.c -o graceful_epoll
 *   ./graceful_epoll 8080 [BYTES OF THE BODY] */
#define _GNU_SOURCE 1 /* accept4(2) */
#include "event_loop.h"
#include "exchange.h"
#include "listen.h"

#include <netinet/tcp.h>

/* LIMIT_S bounds each phase; IDLE_S each wait in it. */
enum { IDLE_S = 5, LIMIT_S = 30, DRAIN_BYTES = 1 << 20 };
enum phase { READING, WRITING, DRAINING };

static struct connection {
	enum phase phase;
	unsigned matched; /* characters of the end of a head */
	size_t done;      /* bytes of this phase */
	time_t end;
} connections[DESCRIPTORS]; /* by descriptor */

/* `bytes` were moved: the phase goes on. */
static void advance(int fd, ssize_t bytes)
{
	time_t idle_end = now_s() + IDLE_S, end = connections[fd].end;
	connections[fd].done += (size_t)bytes;
	deadlines[fd] = idle_end < end ? idle_end : end;
}

static void enter(int fd, enum phase phase)
{
	connections[fd] = (struct connection){.phase = phase, .end = now_s() + LIMIT_S};
	advance(fd, 0);
	watch(fd, phase == READING ? EPOLL_CTL_ADD : EPOLL_CTL_MOD,
		phase == WRITING ? EPOLLOUT : EPOLLIN);
}

/* A response that was not sent whole is reset: no client takes what it has for the whole, and the
 * kernel keeps nothing for a client that does not read. */
static void finish(int fd)
{
	const struct linger reset = {.l_onoff = 1, .l_linger = 0};
	if (connections[fd].phase == WRITING)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	deadlines[fd] = 0;
	close(fd); /* never twice: on Linux the descriptor is free even after EINTR */
}

static void write_on(int fd)
{
	struct connection *c = &connections[fd];
	while (c->done < response_bytes) {
		ssize_t took = send(fd, response + c->done, response_bytes - c->done, MSG_NOSIGNAL);
		if (took == -1 && errno == EAGAIN)
			return; /* the rest at the next EPOLLOUT */
		if (took == -1 && errno != EINTR) {
			finish(fd);
			return;
		}
		advance(fd, took > 0 ? took : 0);
	}
	shutdown(fd, SHUT_WR);
	enter(fd, DRAINING);
}

/* READING stands for your server, and looks for the end of the head; DRAINING discards. When a
 * bound ends that with input unread, the kernel makes a RST of the close(). */
static void read_on(int fd)
{
	char input[16384];
	struct connection *c = &connections[fd];
	ssize_t got = recv(fd, input, sizeof(input), 0);
	if (got == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (got <= 0 || c->done > DRAIN_BYTES) {
		finish(fd);
		return;
	}
	advance(fd, got);
	for (ssize_t i = 0; i < got && c->phase == READING && c->matched < 4; i++)
		c->matched = input[i] == "\r\n\r\n"[c->matched] ? c->matched + 1 : input[i] == '\r';
	if (c->phase == READING && c->matched == 4) {
		enter(fd, WRITING);
		write_on(fd);
	}
}

static void begin(int fd)
{
	const unsigned orphan_ms = LIMIT_S * 1000; /* bounds what close() leaves to the kernel */
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &orphan_ms, sizeof(orphan_ms));
	enter(fd, READING);
}

static void ready(int fd)
{
	if (connections[fd].phase == WRITING)
		write_on(fd);
	else
		read_on(fd);
}

int main(int argc, char **argv)
{
	response_make(argc > 2 ? argv[2] : NULL);
	loop_run(listen_on(argc > 1 ? atoi(argv[1]) : 8080),
		&(struct handlers){.begin = begin, .ready = ready, .late = finish});
}
