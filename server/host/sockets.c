#include "server/host/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* As many as a reload hands on: of each address one a thread, and one for /metrics. */
#define INHERITED_MAX (LISTEN_ADDRESSES_MAX * SOCKETS_THREADS_MAX + 1)

/* Reads a number from 1 to `most`, in digits alone. Returns 1; 0 where the variable is not set; -1
 * where it is something else. sd_listen_fds(3) makes the same distinction. */
static int environment_number(
	const char *name, unsigned long most, unsigned long *value, struct error *error)
{
	const char *text = getenv(name);
	char *end;
	if (!text)
		return 0;
	errno = 0;
	*value = strtoul(text, &end, 10);
	if (*text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && *value >= 1 &&
		*value <= most)
		return 1;
	return error_set(
		error, STATUS_FAILED, "%s=%.40s: is not a number from 1 to %lu", name, text, most);
}

static bool option_is(int fd, int option, int expected)
{
	int value = -1;
	socklen_t size = sizeof(value);
	return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 && value == expected;
}

/* A descriptor of another kind is refused here; a level-triggered loop would spin on it. */
static int inherited_check(int fd, struct error *error)
{
	bool internet = option_is(fd, SO_DOMAIN, AF_INET) || option_is(fd, SO_DOMAIN, AF_INET6);
	if (internet && option_is(fd, SO_TYPE, SOCK_STREAM) &&
		option_is(fd, SO_PROTOCOL, IPPROTO_TCP) && option_is(fd, SO_ACCEPTCONN, 1))
		return 0;
	return error_set(error, STATUS_FAILED,
		"LISTEN_FDS: descriptor %d is not a listening TCP socket", fd);
}

/* An inherited socket keeps the options that the server before this one has set, and the strategy
 * of that server may have been another one. Accepted sockets would inherit those options, a reset
 * at every close for example. A send buffer of a fixed size stays: the kernel has no way back. */
static int inherited_clear(int fd)
{
	static const int off;
	static const struct linger no_linger;
	if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &no_linger, sizeof(no_linger)) == -1 ||
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &off, sizeof(off)) == -1 ||
		setsockopt(fd, IPPROTO_TCP, TCP_LINGER2, &off, sizeof(off)) == -1)
		return -1;
	return setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &off, sizeof(off));
}

static int inherited_adopt(
	int fd, const struct listen_spec *spec, struct address *address, struct error *error)
{
	if (inherited_check(fd, error) == -1)
		return -1;
	/* A descriptor that was handed over is left open by exec(3), and may block. */
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1 || fcntl(fd, F_SETFL, O_NONBLOCK) == -1 ||
		inherited_clear(fd) == -1)
		return error_set_errno(error, STATUS_FAILED, "LISTEN_FDS: descriptor %d", fd);
	return listen_socket_adopt(fd, address, spec, error);
}

/* Takes the next name off a list that colons separate. Returns whether the name is "metrics". */
static bool name_is_metrics(const char **names)
{
	size_t length = strcspn(*names, ":");
	bool metrics = length == strlen(SOCKETS_METRICS_NAME) &&
		       memcmp(*names, SOCKETS_METRICS_NAME, length) == 0;
	*names += length + ((*names)[length] == ':');
	return metrics;
}

static int sockets_inherit(struct sockets *s, size_t count, const char *names,
	const struct listen_spec *serving, const struct listen_spec *metrics, struct error *error)
{
	s->fds = calloc(count, sizeof(*s->fds));
	if (!s->fds)
		return error_set_errno(error, STATUS_FAILED, "cannot start");
	for (size_t i = 0; i < count; i++) {
		int fd = SOCKETS_FIRST_FD + (int)i;
		bool named = name_is_metrics(&names);
		struct address address;
		if (named && s->metrics_fd != -1)
			return error_set(error, STATUS_FAILED,
				"LISTEN_FDNAMES: more than one socket is named metrics");
		if (inherited_adopt(fd, named ? metrics : serving, &address, error) == -1)
			return -1;
		if (named) {
			s->metrics_fd = fd;
			s->metrics_address = address;
			continue;
		}
		s->fds[s->count++] = fd;
		listen_addresses_add(&s->addresses, &address);
	}
	s->inherited = s->count > 0;
	return 0;
}

/* Counts the descriptors that are meant for this process, and not for the process that started it.
 */
static int inherited_count(size_t *count, struct error *error)
{
	unsigned long pid = 0, sockets = 0;
	int status = environment_number("LISTEN_PID", INT32_MAX, &pid, error);
	*count = 0;
	if (status != 1 || pid != (unsigned long)getpid())
		return status == -1 ? -1 : 0;
	if (environment_number("LISTEN_FDS", INHERITED_MAX, &sockets, error) == -1)
		return -1;
	*count = sockets;
	return 0;
}

/* Opens the sockets at one address, which gets its port from the kernel when that is 0. Returns 0
 * or -1. */
static int address_open(struct sockets *s, struct address *address, const struct listen_spec *spec,
	struct error *error)
{
	for (size_t i = 0; i < spec->count; i++) {
		int fd = listen_socket_open(address, spec, error);
		if (fd == -1)
			return -1;
		s->fds[s->count++] = fd;
	}
	listen_addresses_add(&s->addresses, address);
	return 0;
}

/* Of a name with several addresses: whether this host has none such, as where IPv6 is off and the
 * file of hosts says that localhost is ::1, too. */
static bool is_lacking(const struct listen_addresses *found)
{
	return found->count > 1 && (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT);
}

/* All addresses have the port that the kernel gives to the first one. */
static int serving_open(struct sockets *s, const struct listen_spec *spec, struct error *error)
{
	struct listen_addresses found;
	if (listen_addresses_find(&found, spec->option, spec->address, error) == -1)
		return -1;
	free(s->fds);
	s->fds = calloc(found.count * spec->count, sizeof(*s->fds));
	if (!s->fds)
		return error_set_errno(error, STATUS_FAILED, "cannot start");
	for (size_t i = 0; i < found.count; i++) {
		struct address *address = &found.list[i];
		if (s->addresses.count > 0)
			address_set_port(address, address_port(&s->addresses.list[0]));
		if (listen_socket_probe(address, error) == 0) {
			if (address_open(s, address, spec, error) == -1)
				return -1;
			continue;
		}
		if (!is_lacking(&found))
			return -1;
		listen_addresses_add(&s->lacking, address);
	}
	return s->count > 0 ? 0 : -1;
}

/* /metrics has one socket. */
static int metrics_open(struct sockets *s, const struct listen_spec *spec, struct error *error)
{
	char text[LISTEN_ADDRESSES_TEXT_SIZE];
	struct listen_addresses found;
	if (listen_addresses_find(&found, spec->option, spec->address, error) == -1)
		return -1;
	if (found.count > 1)
		return error_set(error, STATUS_USAGE,
			"--metrics %s: stands for %s, and /metrics has one socket: name one of "
			"them",
			spec->address, listen_addresses_text(&found, text));
	s->metrics_address = found.list[0];
	if (listen_socket_probe(&s->metrics_address, error) == -1)
		return -1;
	s->metrics_fd = listen_socket_open(&s->metrics_address, spec, error);
	return s->metrics_fd == -1 ? -1 : 0;
}

void sockets_init(struct sockets *s)
{
	*s = (struct sockets){.metrics_fd = -1};
}

int sockets_open(struct sockets *s, const struct listen_spec *serving,
	const struct listen_spec *metrics, struct error *error)
{
	const char *names = getenv("LISTEN_FDNAMES");
	size_t count;
	int status = inherited_count(&count, error);
	if (status == 0 && count > 0)
		status = sockets_inherit(s, count, names ? names : "", serving, metrics, error);
	/* A process that this one starts must not take the descriptors for its own. */
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	if (status == 0 && s->count == 0)
		status = serving_open(s, serving, error);
	if (status == 0 && s->metrics_fd == -1 && metrics->address)
		status = metrics_open(s, metrics, error);
	return status;
}

int sockets_share(const struct sockets *s, size_t thread)
{
	return fcntl(s->fds[thread % s->count], F_DUPFD_CLOEXEC, 0);
}

void sockets_close(struct sockets *s)
{
	for (size_t i = 0; s->fds && i < s->count; i++)
		close(s->fds[i]);
	free(s->fds);
	s->fds = NULL;
	if (s->metrics_fd != -1)
		close(s->metrics_fd);
	s->metrics_fd = -1;
}
