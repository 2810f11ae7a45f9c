/* bare-loop PORT: the floor under every server. A blocking loop of accept4, read, write and close
 * with TCP_DEFER_ACCEPT: it parses nothing, watches nothing, times nothing, and serves one
 * connection at a time, so what it costs is what the kernel costs. Nobody could put it to use: one
 * client that sends half a request stops it. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-\n"
#define BACKLOG 16384

/* As long as teardown-server's. */
static const char response[] = "HTTP/1.1 200 OK\r\n"
			       "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
			       "Content-Type: text/plain\r\n"
			       "Content-Length: 128\r\n"
			       "Connection: close\r\n"
			       "\r\n" LINE LINE;

static int die(const char *what)
{
	perror(what);
	return 1;
}

static int option_set(int fd, int level, int option)
{
	const int one = 1;
	return setsockopt(fd, level, option, &one, sizeof(one));
}

static int listener_open(in_port_t port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || option_set(fd, SOL_SOCKET, SO_REUSEADDR) == -1 ||
		option_set(fd, IPPROTO_TCP, TCP_NODELAY) == -1 ||
		option_set(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT) == -1 ||
		bind(fd, (struct sockaddr *)&address, sizeof(address)) == -1 ||
		listen(fd, BACKLOG) == -1)
		return -1;
	return fd;
}

static void connection_serve(int fd)
{
	char request[4096];
	if (read(fd, request, sizeof(request)) > 0 &&
		write(fd, response, sizeof(response) - 1) == -1)
		perror("write");
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: bare-loop PORT\n", stderr);
		return 2;
	}
	int listener = listener_open((in_port_t)atoi(argv[1]));
	if (listener == -1)
		return die("bare-loop: cannot listen");
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd != -1)
			connection_serve(fd);
		else if (errno != EINTR && errno != ECONNABORTED)
			return die("bare-loop: accept4");
	}
}
