#include "server/host/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Connects to a service manager's socket: "/path" or "@abstract". Returns -1 with errno. */
static int manager_connect(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(path);
	errno = EINVAL;
	if (length < 2 || length >= sizeof(address.sun_path) || !strchr("/@", path[0]))
		return -1;
	memcpy(address.sun_path, path, length);
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	if (fd == -1 || connect(fd, (const struct sockaddr *)&address, size) == 0)
		return fd;
	int saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

static int ready_fd_take(const char *text)
{
	int fd = text ? atoi(text) : 0;
	return fd > STDERR_FILENO && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? fd : -1;
}

void notify_open(struct notify *n)
{
	n->ready_fd = ready_fd_take(getenv(NOTIFY_READY_FD));
	const char *manager = getenv("NOTIFY_SOCKET");
	n->socket_fd = manager && *manager ? manager_connect(manager) : -1;
	n->error = manager && *manager && n->socket_fd == -1 ? errno : 0;
	/* NOTIFY_SOCKET stays in the environment: the process that replaces this one notifies the
	 * same manager. */
	unsetenv(NOTIFY_READY_FD);
}

static void manager_tell(const struct notify *n, const char *text)
{
	if (n->socket_fd != -1)
		send(n->socket_fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void notify_ready(struct notify *n)
{
	char text[64];
	snprintf(text, sizeof(text), "READY=1\nMAINPID=%d", (int)getpid());
	manager_tell(n, text);
	if (n->ready_fd == -1)
		return;
	/* A failing write(2) means that the reload helper and its server have ended. This process
	 * serves all the same. */
	ssize_t written = write(n->ready_fd, "", 1);
	(void)written;
	close(n->ready_fd);
	n->ready_fd = -1;
}

void notify_stopping(const struct notify *n)
{
	manager_tell(n, "STOPPING=1");
}

void notify_close(struct notify *n)
{
	if (n->ready_fd != -1)
		close(n->ready_fd);
	if (n->socket_fd != -1)
		close(n->socket_fd);
}
