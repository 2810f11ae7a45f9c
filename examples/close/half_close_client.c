/* half-close: the client's FIN says "no more requests"; then the client reads the response.
 *
 *   client                               server
 *     | -- request ------------------------> |
 *     | - FIN -----------------------------> |  shutdown(SHUT_WR) at the client: FIN_WAIT_1
 *     | <------------------------ response - |  FIN_WAIT_2 at the client
 *     | <----------------------------- FIN - |
 *     | - ACK -----------------------------> |
 *     TIME_WAIT, 60 s; recv(2) = 0, close(2)
 *
 * The server knows that nothing else will come, so its close cannot meet unread input: the response
 * is whole, unless the server resets.
 *
 * Gives up: a port of the client for a minute. A server that takes the FIN for a client that has
 * gone away (RFC 9112, 9.6 lets it) answers nothing.
 *
 * Take it for a client of one request and a server of your own; not for many connections a second.
 *
 *   cc -std=gnu11 half_close_client.c -o half_close_client
 *   ./half_close_client 127.0.0.1 8080 [TIMES]     exit status 0: each response was whole */
#include "connect.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { IDLE_MS = 10000 };

/* send(2) may take less than it was given. MSG_NOSIGNAL: EPIPE in place of SIGPIPE. */
static bool send_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t took = send(fd, data, size, MSG_NOSIGNAL);
		if (took == -1 && errno != EINTR &&
			(errno != EAGAIN || !wait_for(fd, POLLOUT, IDLE_MS)))
			return false;
		data += took > 0 ? took : 0;
		size -= took > 0 ? (size_t)took : 0;
	}
	return true;
}

/* Reads to the end of the stream. An end of stream does not say that the response is whole: only
 * its length does. The other way round, a response of the right length is whole even if the server
 * resets behind it. */
static bool response_read(int fd)
{
	char buffer[65536];
	size_t got = 0, wanted = 0; /* wanted 0: the head is not complete */
	for (;;) {
		bool head = wanted == 0 && got < sizeof(buffer) - 1;
		size_t at = head ? got : 0;
		ssize_t size = recv(fd, buffer + at, sizeof(buffer) - 1 - at, 0);
		if (size == -1 &&
			(errno == EINTR || (errno == EAGAIN && wait_for(fd, POLLIN, IDLE_MS))))
			continue;
		if (size <= 0)
			return wanted > 0 && got == wanted;
		got += (size_t)size;
		buffer[at + (size_t)size] = '\0';
		char *body = head ? strstr(buffer, "\r\n\r\n") : NULL;
		for (char *line = buffer; body && line < body; line = strstr(line, "\r\n") + 2)
			if (strncasecmp(line, "Content-Length:", 15) == 0)
				wanted = (size_t)(body + 4 - buffer) + strtoul(line + 15, NULL, 10);
	}
}

int main(int argc, char **argv)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	struct sockaddr_in to = {0};
	if (argc < 3 || !address_read(&to, argv[1], argv[2])) {
		fputs("usage: half_close_client ADDRESS PORT [TIMES]\n", stderr);
		return 2;
	}
	for (int times = argc > 3 ? atoi(argv[3]) : 1; times > 0; times--) {
		int fd = connect_to(&to, IDLE_MS);
		if (fd == -1) {
			perror("connect");
			return 1;
		}
		bool whole = send_all(fd, request, sizeof(request) - 1) &&
			     shutdown(fd, SHUT_WR) == 0 && response_read(fd);
		close(fd); /* never twice: on Linux the descriptor is free even after EINTR */
		if (!whole) {
			fputs("the response was not whole\n", stderr);
			return 1;
		}
	}
	return 0;
}
