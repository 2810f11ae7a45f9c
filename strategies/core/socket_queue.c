#include "strategies/core/socket_queue.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define DISCARD_BYTES (1u << 20)

static uint64_t queue_bytes(int fd, unsigned long request)
{
	int bytes = 0;
	return ioctl(fd, request, &bytes) == 0 && bytes > 0 ? (uint64_t)bytes : 0;
}

uint64_t socket_unread_bytes(int fd)
{
	return queue_bytes(fd, SIOCINQ);
}

uint64_t socket_unacked_bytes(int fd)
{
	return queue_bytes(fd, SIOCOUTQ);
}

struct socket_way socket_way_of(int fd)
{
	struct tcp_info info = {.tcpi_min_rtt = 0};
	socklen_t size = sizeof(info);
	/* Without a sample the kernel says UINT32_MAX (tcp_min_rtt, net/ipv4/tcp.c). */
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == -1 ||
		info.tcpi_min_rtt == UINT32_MAX)
		return (struct socket_way){0};
	return (struct socket_way){info.tcpi_min_rtt, info.tcpi_notsent_bytes};
}

enum socket_input socket_discard(int fd, uint64_t *bytes)
{
	ssize_t n;
	do
		/* MSG_TRUNC: the kernel discards the bytes without copying them (tcp(7)). */
		n = recv(fd, NULL, DISCARD_BYTES, MSG_TRUNC | MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	*bytes = n > 0 ? (uint64_t)n : 0;
	if (n > 0)
		return SOCKET_INPUT_BYTES;
	if (n == 0)
		return SOCKET_INPUT_FIN;
	return errno == EAGAIN ? SOCKET_INPUT_NONE : SOCKET_INPUT_FAILED;
}
