#include "tests/fuzz/world.h"

#include "common/clock.h"
#include "tests/fuzz/require.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* More than the server and its clients have at any time. */
#define DESCRIPTORS 64
#define ERRNOS 8
/* A limit holds for so many calls: enough for heads to come byte by byte, not for bodies. */
#define LIMITED_CALLS 100

ssize_t __real_recv(int fd, void *bytes, size_t length, int flags);
ssize_t __real_send(int fd, const void *bytes, size_t length, int flags);
ssize_t __real_sendmsg(int fd, const struct msghdr *message, int flags);
int __real_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
int __real_shutdown(int fd, int how);
int __real_setsockopt(int fd, int level, int option, const void *value, socklen_t length);
int __real_ioctl(int fd, unsigned long request, ...);
int __real_close(int fd);
void *__real_malloc(size_t size);
int __real_event_add(struct event *event, const struct timeval *timeout);
ssize_t __wrap_recv(int fd, void *bytes, size_t length, int flags);
ssize_t __wrap_send(int fd, const void *bytes, size_t length, int flags);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags);
int __wrap_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
int __wrap_shutdown(int fd, int how);
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t length);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_close(int fd);
void *__wrap_malloc(size_t size);
int __wrap_event_add(struct event *event, const struct timeval *timeout);

static const int errnos[WORLD_CALLS][ERRNOS] = {
	[WORLD_RECV] = {ECONNRESET, EAGAIN, EINTR, ETIMEDOUT, ENOMEM, EHOSTUNREACH},
	[WORLD_SEND] = {EPIPE, EAGAIN, EINTR, ECONNRESET, ENOBUFS, ENOMEM, ETIMEDOUT},
	[WORLD_ACCEPT] = {EMFILE, EAGAIN, EINTR, ECONNABORTED, ENFILE, ENOBUFS, ENOMEM, EPERM},
	[WORLD_SHUTDOWN] = {ENOTCONN, ENOBUFS},
	[WORLD_SETSOCKOPT] = {EINVAL, ENOPROTOOPT, ENOMEM, ENOBUFS},
	[WORLD_IOCTL] = {EINVAL},
	[WORLD_CLOSE] = {EINTR, EIO},
	[WORLD_MALLOC] = {ENOMEM},
	[WORLD_EVENT_ADD] = {ENOMEM, EPERM},
};

static struct world {
	bool standing;
	uint64_t now_ns;
	size_t limits[WORLD_CALLS];
	unsigned limited_calls[WORLD_CALLS]; /* that are left */
	int send_buffer;
	bool hostile;
	struct {
		unsigned skip, count;
		int error;
	} faults[WORLD_CALLS];
} world;

void world_begin(void)
{
	world = (struct world){.standing = true, .now_ns = 1000 * NS_PER_S};
}

void world_end(void)
{
	world.standing = false;
}

void world_advance(uint64_t ns)
{
	world.now_ns += ns;
}

void world_limit(enum world_call call, size_t bytes)
{
	world.limits[call] = bytes;
	world.limited_calls[call] = LIMITED_CALLS;
}

void world_send_buffer(int bytes)
{
	world.send_buffer = bytes;
}

void world_fail(enum world_call call, unsigned skip, unsigned count, unsigned which)
{
	size_t known = 0;
	while (known < ERRNOS && errnos[call][known] != 0)
		known++;
	world.faults[call].skip = skip;
	world.faults[call].count = count;
	world.faults[call].error = errnos[call][which % known];
	world.hostile = true;
}

bool world_is_hostile(void)
{
	return world.hostile;
}

unsigned world_descriptors(void)
{
	unsigned count = 0;
	for (int fd = 0; fd < DESCRIPTORS; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

static bool call_fails(enum world_call call)
{
	if (!world.standing || world.faults[call].count == 0)
		return false;
	if (world.faults[call].skip > 0) {
		world.faults[call].skip--;
		return false;
	}
	world.faults[call].count--;
	errno = world.faults[call].error;
	return true;
}

static size_t limited(enum world_call call, size_t length)
{
	size_t limit = world.limits[call];
	if (limit == 0 || world.limited_calls[call] == 0)
		return length;
	world.limited_calls[call]--;
	return length < limit ? length : limit;
}

/* For the server and for libevent alike; what else tells the time (CLOCK_REALTIME) is left alone,
 * for libFuzzer lives by it. */
int clock_gettime(clockid_t clock, struct timespec *t)
{
	bool monotonic = clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE;
	if (!world.standing || !monotonic)
		return (int)syscall(SYS_clock_gettime, clock, t);
	t->tv_sec = (time_t)(world.now_ns / NS_PER_S);
	t->tv_nsec = (long)(world.now_ns % NS_PER_S);
	return 0;
}

/* MSG_TRUNC discards on TCP alone. */
ssize_t __wrap_recv(int fd, void *bytes, size_t length, int flags)
{
	static char discarded[65536];
	if (call_fails(WORLD_RECV))
		return -1;
	if (flags & MSG_TRUNC) {
		bytes = discarded;
		length = length < sizeof(discarded) ? length : sizeof(discarded);
	}
	return __real_recv(fd, bytes, limited(WORLD_RECV, length), flags & ~MSG_TRUNC);
}

ssize_t __wrap_send(int fd, const void *bytes, size_t length, int flags)
{
	REQUIRE(flags & MSG_NOSIGNAL);
	if (call_fails(WORLD_SEND))
		return -1;
	return __real_send(fd, bytes, limited(WORLD_SEND, length), flags & ~MSG_MORE);
}

/* Cuts the message in the piece in which its limit lies. */
ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags)
{
	struct msghdr cut = *message;
	struct iovec pieces[128];
	size_t left = limited(WORLD_SEND, SIZE_MAX);
	REQUIRE(flags & MSG_NOSIGNAL);
	REQUIRE(message->msg_iovlen <= sizeof(pieces) / sizeof(pieces[0]));
	if (call_fails(WORLD_SEND))
		return -1;
	cut.msg_iov = pieces;
	cut.msg_iovlen = 0;
	while (left > 0 && cut.msg_iovlen < message->msg_iovlen) {
		struct iovec *piece = &pieces[cut.msg_iovlen];
		*piece = message->msg_iov[cut.msg_iovlen++];
		if (piece->iov_len > left)
			piece->iov_len = left;
		left -= piece->iov_len;
	}
	return __real_sendmsg(fd, &cut, flags & ~MSG_MORE);
}

int __wrap_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags)
{
	if (call_fails(WORLD_ACCEPT))
		return -1;
	int accepted = __real_accept4(fd, address, length, flags);
	if (accepted != -1 && world.send_buffer > 0)
		__real_setsockopt(accepted, SOL_SOCKET, SO_SNDBUF, &world.send_buffer,
			sizeof(world.send_buffer));
	return accepted;
}

int __wrap_shutdown(int fd, int how)
{
	return call_fails(WORLD_SHUTDOWN) ? -1 : __real_shutdown(fd, how);
}

/* Options of TCP are taken and forgotten. */
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
	if (call_fails(WORLD_SETSOCKOPT))
		return -1;
	return level == SOL_SOCKET ? __real_setsockopt(fd, level, option, value, length) : 0;
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;
	va_start(arguments, request);
	int *value = va_arg(arguments, int *);
	va_end(arguments);
	return call_fails(WORLD_IOCTL) ? -1 : __real_ioctl(fd, request, value);
}

/* Linux has released the descriptor even when it fails. */
int __wrap_close(int fd)
{
	int status = __real_close(fd);
	REQUIRE(status == 0);
	return call_fails(WORLD_CLOSE) ? -1 : 0;
}

void *__wrap_malloc(size_t size)
{
	return call_fails(WORLD_MALLOC) ? NULL : __real_malloc(size);
}

int __wrap_event_add(struct event *event, const struct timeval *timeout)
{
	evutil_socket_t fd = event_get_fd(event);
	/* The number of one that is closed may soon be another's. */
	REQUIRE(fd == -1 || fcntl(fd, F_GETFD) != -1);
	return call_fails(WORLD_EVENT_ADD) ? -1 : __real_event_add(event, timeout);
}
