/* What a listener listens on, and with which options. */
#include "server/listener.h"

#include "common/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int port_parse(const char *text, in_port_t *port)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || value > 65535)
		return -1;
	*port = htons((uint16_t)value);
	return 0;
}

int listener_address_parse(
	const char *option, const char *text, struct listener_address *address, struct error *error)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&address->storage;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address->storage;
	char host[INET6_ADDRSTRLEN + 2] = "";
	const char *colon = strrchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : 0;
	memset(address, 0, sizeof(*address));
	if (length == 0 || length >= sizeof(host))
		goto refuse;
	memcpy(host, text, length);
	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		address->length = sizeof(*v4);
		if (port_parse(colon + 1, &v4->sin_port) == 0)
			return 0;
	} else if (host[0] == '[' && host[length - 1] == ']') {
		host[length - 1] = '\0';
		v6->sin6_family = AF_INET6;
		address->length = sizeof(*v6);
		if (inet_pton(AF_INET6, host + 1, &v6->sin6_addr) == 1 &&
			port_parse(colon + 1, &v6->sin6_port) == 0)
			return 0;
	}
refuse:
	return error_set(error, STATUS_USAGE,
		"--%s %s: is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080", option, text);
}

void listener_address_format(const struct listener_address *address, char *text, size_t size)
{
	char host[INET6_ADDRSTRLEN];
	if (address->storage.ss_family == AF_INET) {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->storage;
		inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
		snprintf(text, size, "%s:%u", host, ntohs(v4->sin_port));
	} else {
		const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->storage;
		inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof(host));
		snprintf(text, size, "[%s]:%u", host, ntohs(v6->sin6_port));
	}
}

static int option_set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

/* A socket bound to the address. Returns -1 with errno. */
static int socket_bound(const struct listener_address *address, int reuse_port)
{
	int family = address->storage.ss_family;
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	/* "[::]" takes both families, so that one listener serves all; set, since its default is a
	 * sysctl (net.ipv6.bindv6only). */
	if ((family == AF_INET6 && option_set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0) == -1) ||
		option_set(fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1 ||
		option_set(fd, SOL_SOCKET, SO_REUSEPORT, reuse_port) == -1 ||
		bind(fd, (const struct sockaddr *)&address->storage, address->length) == -1) {
		int saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

static int refuse_address(const struct listener_address *address, struct error *error)
{
	int saved = errno;
	char text[INET6_ADDRSTRLEN + 16];
	listener_address_format(address, text, sizeof(text));
	errno = saved;
	return error_set_errno(error, STATUS_FAILED, "cannot listen on %s", text);
}

int listener_probe(const struct listener_address *address, struct error *error)
{
	int fd = socket_bound(address, 0);
	if (fd == -1)
		return refuse_address(address, error);
	close(fd);
	return 0;
}

/* Options that accepted sockets inherit, so that they cost no system call a connection.
 *
 * TCP_NODELAY: a response is one send(2), so there is nothing to collect; without it the answer to
 * a second pipelined request would wait for the client's delayed ACK of the first, 40 ms.
 *
 * TCP_USER_TIMEOUT: what the kernel still has to send when the server lets go of a client that
 * takes nothing is dropped at the next probe, not after tcp_retries2 of them, a quarter of an hour.
 * Twice the server's own deadline, which comes first. */
static int options_set(
	int fd, const struct server_options *options, const struct td_strategy *strategy)
{
	if (option_set(fd, IPPROTO_TCP, TCP_NODELAY, 1) == -1)
		return -1;
	int user_timeout_ms = (int)(2 * options->write_timeout_ns / NS_PER_MS);
	if (option_set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, user_timeout_ms) == -1)
		return -1;
	/* In seconds: after the first retransmission of SYN+ACK a silent client is accepted too. */
	if (!options->no_defer_accept && option_set(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1) == -1)
		return -1;
	if (strategy->server.configure_listener && strategy->server.configure_listener(fd) == -1)
		return -1;
	return listen(fd, (int)options->backlog);
}

int listener_adopt(int fd, struct listener_address *address, const struct server_options *options,
	const struct td_strategy *strategy, struct error *error)
{
	struct listener_address bound = {.length = sizeof(bound.storage)};
	if (getsockname(fd, (struct sockaddr *)&bound.storage, &bound.length) == -1)
		return error_set_errno(error, STATUS_FAILED, "cannot listen");
	*address = bound;
	return options_set(fd, options, strategy) == -1 ? refuse_address(address, error) : 0;
}

int listener_open(struct listener_address *address, const struct server_options *options,
	const struct td_strategy *strategy, struct error *error)
{
	int fd = socket_bound(address, 1);
	if (fd == -1)
		return refuse_address(address, error);
	if (listener_adopt(fd, address, options, strategy, error) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}
