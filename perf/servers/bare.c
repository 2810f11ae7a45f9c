#include "perf/servers/bare.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#define LINE "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-\n"
#define BACKLOG 16384

const char bare_response[] = "HTTP/1.1 200 OK\r\n"
			     "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
			     "Content-Type: text/plain\r\n"
			     "Content-Length: 128\r\n"
			     "Connection: close\r\n"
			     "\r\n" LINE LINE;
const size_t bare_response_bytes = sizeof(bare_response) - 1;

static int option_set(int fd, int level, int option)
{
	const int one = 1;
	return setsockopt(fd, level, option, &one, sizeof(one));
}

int bare_listen(const char *port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons((in_port_t)atoi(port))};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 || option_set(fd, SOL_SOCKET, SO_REUSEADDR) == -1 ||
		option_set(fd, IPPROTO_TCP, TCP_NODELAY) == -1 ||
		option_set(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT) == -1 ||
		bind(fd, (struct sockaddr *)&address, sizeof(address)) == -1 ||
		listen(fd, BACKLOG) == -1)
		return -1;
	return fd;
}
