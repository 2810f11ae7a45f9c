/* bare-loop PORT: the floor under every server. A blocking loop of accept4, read, write and close
 * with TCP_DEFER_ACCEPT: it parses nothing, watches nothing, times nothing, and serves one
 * connection at a time, so what it costs is what the kernel costs. Nobody could put it to use: one
 * client that sends half a request stops it. */
#include "perf/servers/bare.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static int die(const char *what)
{
	perror(what);
	return 1;
}

static void connection_serve(int fd)
{
	char request[4096];
	if (read(fd, request, sizeof(request)) > 0 &&
		write(fd, bare_response, bare_response_bytes) == -1)
		perror("write");
	close(fd);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: bare-loop PORT\n", stderr);
		return 2;
	}
	int listener = bare_listen(argv[1]);
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
