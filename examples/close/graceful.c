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
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* LIMIT_S bounds each of request, response and drain; IDLE_S each wait in them. */
enum { WORKERS = 128, IDLE_S = 5, LIMIT_S = 30, DRAIN_BYTES = 1 << 20 };

static char response[1 << 25];
static size_t response_bytes;

static time_t now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Stands for your server: reads to the end of the head, and leaves the rest unread. */
static bool request_read(int fd)
{
	char head[8192];
	size_t used = 0;
	for (time_t end = now_s() + LIMIT_S; now_s() < end && used < sizeof(head) - 1;) {
		ssize_t got = recv(fd, head + used, sizeof(head) - 1 - used, 0);
		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			return false; /* closed, reset, or IDLE_S of silence (EAGAIN) */
		used += (size_t)got;
		head[used] = '\0';
		if (strstr(head, "\r\n\r\n"))
			return true;
	}
	return false;
}

/* send(2) may take less than it was given. MSG_NOSIGNAL: EPIPE in place of SIGPIPE. */
static bool response_send(int fd)
{
	size_t sent = 0;
	for (time_t end = now_s() + LIMIT_S; sent < response_bytes && now_s() < end;) {
		ssize_t took = send(fd, response + sent, response_bytes - sent, MSG_NOSIGNAL);
		if (took == -1 && errno != EINTR)
			return false;
		sent += took > 0 ? (size_t)took : 0;
	}
	return sent == response_bytes;
}

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
	const struct timeval idle = {.tv_sec = IDLE_S};
	const unsigned orphan_ms = LIMIT_S * 1000; /* bounds what close() leaves to the kernel */
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof(idle));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &idle, sizeof(idle));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &orphan_ms, sizeof(orphan_ms));
	if (!request_read(fd))
		close(fd);
	else if (!response_send(fd))
		reset(fd);
	else
		close_gracefully(fd);
}

static void *worker(void *listener)
{
	for (;;) {
		int fd = accept(*(const int *)listener, NULL, NULL);
		if (fd != -1)
			serve(fd);
		else if (errno == EINVAL || errno == EBADF)
			return NULL; /* the listener was shut down or closed */
		else if (errno != EINTR && errno != ECONNABORTED)
			usleep(100000); /* no descriptor or no memory is left: do not spin */
	}
}

int main(int argc, char **argv)
{
	int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	int port = argc > 1 ? atoi(argv[1]) : 8080, bytes = argc > 2 ? atoi(argv[2]) : 128;
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	pthread_t thread;
	int head = snprintf(response, sizeof(response),
		"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", bytes);
	response_bytes = (size_t)head + (size_t)bytes;
	if (bytes < 0 || response_bytes > sizeof(response) ||
		setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == -1 ||
		bind(listener, (struct sockaddr *)&at, sizeof(at)) == -1 ||
		listen(listener, SOMAXCONN) == -1) {
		perror("graceful");
		return 1;
	}
	for (int i = 1; i < WORKERS; i++)
		if (pthread_create(&thread, NULL, worker, &listener) != 0)
			break; /* fewer will do */
	worker(&listener);
	return 1;
}
