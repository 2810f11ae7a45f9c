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
#include <errno.h>
#include <limits.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* LIMIT_S bounds each of request, response and ACK; IDLE_S each wait in them. */
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
	const struct timeval idle = {.tv_sec = IDLE_S};
	const struct linger reset = {.l_onoff = 1, .l_linger = 0};
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof(idle));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &idle, sizeof(idle));
	if (request_read(fd) && response_send(fd))
		ack_await(fd);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(fd); /* never twice: on Linux the descriptor is free even after EINTR */
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
		perror("reset_after_ack");
		return 1;
	}
	for (int i = 1; i < WORKERS; i++)
		if (pthread_create(&thread, NULL, worker, &listener) != 0)
			break; /* fewer will do */
	worker(&listener);
	return 1;
}
