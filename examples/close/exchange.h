/* Not about closing: reads a request, sends a response. It stands for your server. */
#include "clock.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

static char response[1 << 25];
static size_t response_bytes;

/* With a body of so many bytes. Does not return where that is too large. */
static inline void response_make(const char *body_bytes)
{
	int bytes = body_bytes ? atoi(body_bytes) : 128;
	int head = snprintf(response, sizeof(response),
		"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", bytes);
	response_bytes = (size_t)head + (size_t)bytes;
	if (bytes < 0 || response_bytes > sizeof(response)) {
		fprintf(stderr, "a body of %s bytes is too large\n", body_bytes);
		exit(1);
	}
}

/* How long recv(2) and send(2) of the socket wait before they fail with EAGAIN. */
static inline void idle_limit(int fd, int seconds)
{
	const struct timeval idle = {.tv_sec = seconds};
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof(idle));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &idle, sizeof(idle));
}

/* Reads to the end of the head, and leaves the rest unread. */
static inline bool request_read(int fd, int limit_s)
{
	char head[8192];
	size_t used = 0;
	for (time_t end = now_s() + limit_s; now_s() < end && used < sizeof(head) - 1;) {
		ssize_t got = recv(fd, head + used, sizeof(head) - 1 - used, 0);
		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			return false; /* closed, reset, or too long a silence (EAGAIN) */
		used += (size_t)got;
		head[used] = '\0';
		if (strstr(head, "\r\n\r\n"))
			return true;
	}
	return false;
}

/* send(2) may take less than it was given. MSG_NOSIGNAL: EPIPE in place of SIGPIPE. */
static inline bool response_send(int fd, int limit_s)
{
	size_t sent = 0;
	for (time_t end = now_s() + limit_s; sent < response_bytes && now_s() < end;) {
		ssize_t took = send(fd, response + sent, response_bytes - sent, MSG_NOSIGNAL);
		if (took == -1 && errno != EINTR)
			return false;
		sent += took > 0 ? (size_t)took : 0;
	}
	return sent == response_bytes;
}
