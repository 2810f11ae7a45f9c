/* Not about closing: a connect(2) that waits only so long. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* "127.0.0.1", "8080" */
static inline bool address_read(struct sockaddr_in *address, const char *host, const char *port)
{
	address->sin_family = AF_INET;
	address->sin_port = htons((uint16_t)atoi(port));
	return inet_pton(AF_INET, host, &address->sin_addr) == 1;
}

/* Until the socket is ready, or so long; a signal begins the wait again. */
static inline bool wait_for(int fd, short events, int limit_ms)
{
	int ready;
	do
		ready = poll(&(struct pollfd){.fd = fd, .events = events}, 1, limit_ms);
	while (ready == -1 && errno == EINTR);
	return ready == 1;
}

/* A connect(2) that a signal interrupts goes on by itself, so it cannot be called again: it is
 * non-blocking from the start, and SO_ERROR tells how it ended. Returns a non-blocking socket, or
 * -1: errno is EADDRNOTAVAIL where every port is in TIME_WAIT. */
static inline int connect_to(const struct sockaddr_in *to, int limit_ms)
{
	int error = 0, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1 || connect(fd, (const struct sockaddr *)to, sizeof(*to)) == 0)
		return fd;
	error = errno;
	if (error == EINPROGRESS && wait_for(fd, POLLOUT, limit_ms))
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof(error)});
	if (error == 0)
		return fd;
	close(fd);
	errno = error == EINPROGRESS ? ETIMEDOUT : error;
	return -1;
}
