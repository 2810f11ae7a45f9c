/* bare-loader ADDRESS PORT CONNECTIONS TOTAL: the floor under every loader that reads to the
 * server's FIN. It makes the six system calls that one connection cannot do without: socket,
 * connect, send, two recv (the response; the end of stream) and close. It begins 16 connections at
 * a time, parses nothing, times nothing, and waits for the oldest: what it costs is what the kernel
 * costs. Nobody could put it to use: one server that does not answer stops it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH 16
#define CONNECTIONS_MAX 10000
#define RESPONSE_MAX 4096

/* The oldest is next; -1: none. */
static int fds[CONNECTIONS_MAX];
static int connections, next;

static int die(const char *what)
{
	perror(what);
	return 1;
}

static int *slot(int i)
{
	return &fds[(next + i) % connections];
}

/* Returns 0, or -1 where the connection did not end with a FIN. */
static int connection_end(int fd)
{
	char response[RESPONSE_MAX];
	ssize_t n;
	do
		n = recv(fd, response, sizeof(response), 0);
	while (n > 0);
	close(fd);
	return (int)n;
}

static int connection_begin(const struct sockaddr_in *server)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || connect(fd, (const struct sockaddr *)server, sizeof(*server)) == -1)
		return -1;
	return fd;
}

static int load(const struct sockaddr_in *server, const char *request, long total)
{
	int batch = connections < BATCH ? connections : BATCH;
	for (long begun = 0, ended = 0; ended < total; next = (next + batch) % connections) {
		for (int i = 0; i < batch; i++) {
			if (*slot(i) == -1)
				continue;
			if (connection_end(*slot(i)) == -1)
				return die("bare-loader: recv");
			*slot(i) = -1;
			ended++;
		}
		int count = 0;
		for (; count < batch && begun < total; count++, begun++)
			if ((*slot(count) = connection_begin(server)) == -1)
				return die("bare-loader: connect");
		for (int i = 0; i < count; i++)
			if (send(*slot(i), request, strlen(request), MSG_NOSIGNAL) == -1)
				return die("bare-loader: send");
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in server = {.sin_family = AF_INET};
	char request[256];
	connections = argc == 5 ? atoi(argv[3]) : 0;
	if (connections < 1 || connections > CONNECTIONS_MAX ||
		inet_pton(AF_INET, argv[1], &server.sin_addr) != 1) {
		fputs("usage: bare-loader ADDRESS PORT CONNECTIONS TOTAL\n", stderr);
		return 2;
	}
	server.sin_port = htons((in_port_t)atoi(argv[2]));
	snprintf(request, sizeof(request),
		"GET / HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\n\r\n", argv[1], argv[2]);
	memset(fds, -1, sizeof(fds));
	return load(&server, request, atol(argv[4]));
}
