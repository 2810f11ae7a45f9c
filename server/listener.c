#include "server/listener.h"

#include "common/clock.h"
#include "server/conn.h"
#include "server/log.h"
#include "server/worker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Connections that one event accepts before others have their turn. */
#define BATCH 64
/* The most that is accepted when the listener closes. */
#define DRAIN_MAX 65536
/* After a failure nobody calls accept(2) for GATE_NS, and a listener that has paused tries again
 * after PAUSE_NS: at most ten failures in 2 s, and at most 450 ms from a descriptor that is free to
 * service by every thread. */
#define GATE_NS (200 * NS_PER_MS)
#define PAUSE_NS (250 * NS_PER_MS)

static const struct timeval pause_time = {.tv_usec = PAUSE_NS / NS_PER_US};

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
 * a second pipelined request would wait for the client's delayed ACK of the first, 40 ms. */
static int options_set(
	int fd, const struct server_options *options, const struct td_strategy *strategy)
{
	if (option_set(fd, IPPROTO_TCP, TCP_NODELAY, 1) == -1)
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

/* Errors of the connection that was to be accepted, not of the listener (accept(2), "Error
 * handling"). */
static bool error_is_pending(int error)
{
	switch (error) {
	case EINTR:
	case ECONNABORTED:
	case ENETDOWN:
	case EPROTO:
	case ENOPROTOOPT:
	case EHOSTDOWN:
	case ENONET:
	case EHOSTUNREACH:
	case EOPNOTSUPP:
	case ENETUNREACH:
	case ETIMEDOUT:
	case EPERM:
		return true;
	default:
		return false;
	}
}

/* A level-triggered listener would spin until a descriptor is free: it is looked at again later. */
static void listener_pause(struct listener *l)
{
	/* Short of memory for the timer, spinning is what is left. */
	if (event_add(&l->resume, &pause_time) == 0)
		event_del(&l->acceptable);
	l->worker->metrics.counts.accept_pauses++;
}

static bool gate_is_shut(const struct listener *l)
{
	uint64_t failed_ns = __atomic_load_n(&l->gate->failed_ns, __ATOMIC_RELAXED);
	/* Another thread's clock may have been read later. */
	return failed_ns != 0 && worker_clock(l->worker) < failed_ns + GATE_NS;
}

static void listener_fail(struct listener *l, int error)
{
	__atomic_store_n(&l->gate->failed_ns, worker_clock(l->worker), __ATOMIC_RELAXED);
	log_event(LOG_PAUSE, "accepting pauses error=%s", strerrorname_np(error));
	listener_pause(l);
}

/* As many connections are open as may be, and none lingers: the next one waits in the queue. */
static void listener_hold(struct listener *l)
{
	l->is_held = true;
	event_del(&l->acceptable);
	l->worker->metrics.counts.accept_pauses++;
	log_event(LOG_PAUSE, "accepting pauses open=%zu: --max-connections allows no more",
		l->worker->roster.count);
}

void listener_settle(struct listener *l)
{
	const struct roster *r = &l->worker->roster;
	if (l->is_held && (!roster_is_full(r) || r->lingering_count > 0))
		l->is_held = event_add(&l->acceptable, NULL) == -1;
}

/* Returns a descriptor, or -1 with errno. */
static int connection_accept(struct listener *l)
{
	if (roster_reserve(&l->worker->roster) == -1)
		return -1;
	return accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/* Accepts at most `count` connections. Where room has to be made for one, it is the first of its
 * event, so that one is known to wait: accept(2) says EMFILE before it looks. */
static void listener_accept(struct listener *l, unsigned count)
{
	struct roster *r = &l->worker->roster;
	bool first = true, made_room = false;
	int error = 0;
	for (; count > 0; count--) {
		if (roster_is_full(r) && (!first || !conn_let_go(l->worker))) {
			if (first)
				listener_hold(l);
			return;
		}
		int fd = connection_accept(l);
		if (fd != -1) {
			conn_begin(l->worker, fd);
			first = false;
			continue;
		}
		error = errno;
		if (error == EAGAIN)
			return;
		metrics_count_accept_error(&l->worker->metrics, error);
		if (error_is_pending(error))
			continue;
		if (!first)
			return;
		if (!made_room && conn_let_go(l->worker)) {
			made_room = true;
			continue;
		}
		listener_fail(l, error);
		return;
	}
	/* Nothing but errors of the network: some do not take the connection from the queue. */
	if (first) {
		log_event(LOG_PAUSE, "accepting pauses error=%s", strerrorname_np(error));
		listener_pause(l);
	}
}

static void on_acceptable(evutil_socket_t fd, short what, void *argument)
{
	struct listener *l = argument;
	worker_clock(l->worker);
	if (gate_is_shut(l))
		listener_pause(l);
	else
		listener_accept(l, BATCH);
}

static void on_resume(evutil_socket_t fd, short what, void *argument)
{
	struct listener *l = argument;
	worker_clock(l->worker);
	/* Short of memory for either, it is tried again after each turn of the loop. */
	if (event_add(&l->acceptable, NULL) == -1)
		l->is_held = event_add(&l->resume, &pause_time) == -1;
}

int listener_start(struct listener *l, struct worker *worker, struct listener_gate *gate)
{
	l->worker = worker;
	l->gate = gate;
	event_assign(&l->acceptable, worker->base, l->fd, EV_READ | EV_PERSIST, on_acceptable, l);
	event_assign(&l->resume, worker->base, -1, 0, on_resume, l);
	return event_add(&l->acceptable, NULL);
}

void listener_drain(struct listener *l)
{
	if (l->fd != -1)
		listener_accept(l, DRAIN_MAX);
	listener_finish(l);
}

void listener_finish(struct listener *l)
{
	if (l->fd == -1)
		return;
	if (l->worker) {
		event_del(&l->acceptable);
		event_del(&l->resume);
	}
	close(l->fd);
	l->fd = -1;
	l->is_held = false;
}
