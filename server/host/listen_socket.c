#include "server/host/listen_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

static int option_set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

/* Returns a socket that is bound to the address, or -1 with errno. */
static int socket_bound(const struct address *address, int reuse_port)
{
	int family = address_family(address);
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	/* A socket bound to "[::]" takes IPv4 connections, too. The option is set because its
	 * default is a sysctl (net.ipv6.bindv6only). */
	if ((family == AF_INET6 && option_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0) == -1) ||
		option_set(fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1 ||
		option_set(fd, SOL_SOCKET, SO_REUSEPORT, reuse_port) == -1 ||
		bind(fd, address_sockaddr(address), address->length) == -1) {
		int saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

/* Keeps errno. */
static int refuse_address(const struct address *address, struct error *error)
{
	int saved = errno;
	char text[ADDRESS_TEXT_SIZE];
	address_text(address, text);
	errno = saved;
	if (address_lacks_link(address))
		error_set(error, STATUS_FAILED,
			"cannot listen on %s: a link-local address is one of a link: name it, as "
			"in [fe80::1%%eth0]:8080",
			text);
	else
		error_set_errno(error, STATUS_FAILED, "cannot listen on %s", text);
	errno = saved;
	return -1;
}

int listen_socket_probe(const struct address *address, struct error *error)
{
	int fd = socket_bound(address, 0);
	if (fd == -1)
		return refuse_address(address, error);
	close(fd);
	return 0;
}

static int configure(int fd, const struct td_end *server, struct hook_mark *mark)
{
	if (!server->configure_listener)
		return 0;
	if (mark)
		hook_mark_set(mark, HOOK_CONFIGURE_LISTENER);
	int result = server->configure_listener(fd);
	if (mark)
		hook_mark_clear(mark);
	return result;
}

/* Options that accepted sockets inherit, so that they cost no system call a connection.
 *
 * TCP_NODELAY: a response is one send(2), so Nagle's algorithm has nothing to collect. Without the
 * option the response to a second pipelined request would wait for the client's delayed ACK of the
 * first response, 40 ms.
 *
 * TCP_USER_TIMEOUT: the kernel keeps the send queue of a closed connection whose client takes
 * nothing. With the option it drops the queue at the next zero-window probe, without it after
 * tcp_retries2 of them, a quarter of an hour. */
static int options_set(int fd, const struct listen_spec *spec)
{
	const struct td_end *server = &spec->strategy->server;
	if (option_set(fd, IPPROTO_TCP, TCP_NODELAY, 1) == -1 ||
		option_set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)spec->user_timeout_ms) == -1)
		return -1;
	/* The value is in seconds. After the first retransmission of SYN+ACK the kernel hands a
	 * silent client to accept(2), too. */
	if (spec->defer_accept && option_set(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1) == -1)
		return -1;
	if (configure(fd, server, spec->mark) == -1)
		return -1;
	return listen(fd, spec->backlog);
}

/* Accepted sockets inherit the size, and the kernel does not enlarge it then. TCP_NOTSENT_LOWAT
 * would not do: it leaves out what was sent and is not acknowledged. The kernel doubles what is
 * asked for, and lowers it without an error. */
static int send_buffer_set(int fd, const struct listen_spec *spec, struct error *error)
{
	int bytes = 0;
	socklen_t size = sizeof(bytes);
	if (spec->send_buffer == 0)
		return 0;
	if (option_set(fd, SOL_SOCKET, SO_SNDBUF, spec->send_buffer / 2) == -1 ||
		getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, &size) == -1)
		return error_set_errno(error, STATUS_FAILED, "--send-buffer %d", spec->send_buffer);
	if (bytes / 2 == spec->send_buffer / 2)
		return 0;
	return error_set(error, STATUS_HOST_CANNOT,
		"--send-buffer %d: the kernel makes it %d (at most twice net.core.wmem_max)",
		spec->send_buffer, bytes);
}

int listen_socket_adopt(
	int fd, struct address *address, const struct listen_spec *spec, struct error *error)
{
	struct address bound = {.length = sizeof(bound.storage)};
	if (getsockname(fd, (struct sockaddr *)&bound.storage, &bound.length) == -1)
		return error_set_errno(error, STATUS_FAILED, "cannot listen");
	*address = bound;
	if (send_buffer_set(fd, spec, error) == -1)
		return -1;
	return options_set(fd, spec) == -1 ? refuse_address(address, error) : 0;
}

int listen_socket_open(struct address *address, const struct listen_spec *spec, struct error *error)
{
	int fd = socket_bound(address, 1);
	if (fd == -1)
		return refuse_address(address, error);
	if (listen_socket_adopt(fd, address, spec, error) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}
