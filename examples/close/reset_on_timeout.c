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

/* LIMIT_S bounds each of request and response; IDLE_S each wait in them. */
enum { WORKERS = 128, IDLE_S = 5, LIMIT_S = 30 };

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

/* Sends a RST and throws away what the kernel has not sent. */
static void reset(int fd)
{
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
	close(fd);
}

static void serve(int fd)
{
	const struct timeval idle = {.tv_sec = IDLE_S};
	const unsigned orphan_ms = IDLE_S * 1000;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof(idle));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &idle, sizeof(idle));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &orphan_ms, sizeof(orphan_ms));
	if (request_read(fd) && response_send(fd))
		close(fd); /* never twice: on Linux the descriptor is free even after EINTR */
	else
		reset(fd);
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
		perror("reset_on_timeout");
		return 1;
	}
	for (int i = 1; i < WORKERS; i++)
		if (pthread_create(&thread, NULL, worker, &listener) != 0)
			break; /* fewer will do */
	worker(&listener);
	return 1;
}
