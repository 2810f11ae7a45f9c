/* Preloaded into the server: counts the connections that it accepted and those that it closed, and
 * every close of a descriptor that is not open. At exit one line, "accepted=N closed=N wrong=N", is
 * written to the file that DESCRIPTOR_REPORT names. What the kernel closes at exit is not closed.
 *
 * System calls are made directly, so that nothing has to be looked up before the first of them. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DESCRIPTORS 65536

static atomic_bool is_connection[DESCRIPTORS];
static atomic_ulong accepted, closed, wrong;

/* A descriptor of a connection came to be. */
static int opened(int fd)
{
	if (fd >= 0 && fd < DESCRIPTORS) {
		atomic_store(&is_connection[fd], true);
		atomic_fetch_add(&accepted, 1);
	}
	return fd;
}

/* A copy of a connection's descriptor has to be closed as well. */
static int copied(int from, int to)
{
	return from >= 0 && from < DESCRIPTORS && atomic_load(&is_connection[from]) ? opened(to)
										    : to;
}

/* Before the call: the number may be another connection's as soon as it is closed. */
static void closing(int fd)
{
	if (fd >= 0 && fd < DESCRIPTORS && atomic_exchange(&is_connection[fd], false))
		atomic_fetch_add(&closed, 1);
}

int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags)
{
	return opened((int)syscall(SYS_accept4, fd, address, size, flags));
}

int accept(int fd, struct sockaddr *address, socklen_t *size)
{
	return accept4(fd, address, size, 0);
}

int close(int fd)
{
	closing(fd);
	int result = (int)syscall(SYS_close, fd);
	if (result == -1 && errno == EBADF)
		atomic_fetch_add(&wrong, 1);
	return result;
}

int dup(int fd)
{
	return copied(fd, (int)syscall(SYS_dup, fd));
}

int dup3(int fd, int to, int flags)
{
	closing(to);
	return copied(fd, (int)syscall(SYS_dup3, fd, to, flags));
}

int dup2(int fd, int to)
{
	return fd == to ? (fcntl(fd, F_GETFD) == -1 ? -1 : to) : dup3(fd, to, 0);
}

static int report_fd = -1;

/* Opened at the start: at its end the server may open nothing. */
__attribute__((constructor)) static void report_open(void)
{
	const char *path = getenv("DESCRIPTOR_REPORT");
	if (path)
		report_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

__attribute__((destructor)) static void report_write(void)
{
	if (report_fd == -1)
		return;
	dprintf(report_fd, "accepted=%lu closed=%lu wrong=%lu\n", atomic_load(&accepted),
		atomic_load(&closed), atomic_load(&wrong));
	syscall(SYS_close, report_fd);
}
