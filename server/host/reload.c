#include "server/host/reload.h"

#include "server/host/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a new process may take until it serves. */
#define READY_MS 30000

int reload_program(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size);
	if (length == -1)
		return -1;
	if ((size_t)length == size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	path[length] = '\0';
	return 0;
}

int reload_check(const char *program, char *path, size_t size)
{
	const char *end = program;
	do {
		/* The next name of the path, from the folder below the root to the program. */
		end += strcspn(end + 1, "/") + 1;
		snprintf(path, size, "%.*s", (int)(end - program), program);
		if (access(path, X_OK) == -1)
			return -1;
	} while (*end != '\0');
	return 0;
}

/* Moves descriptors to `first` and up, and leaves them open across exec(3). All are first moved to
 * higher numbers, since the new number of one may be the old number of another. */
static int descriptors_place(int *fds, size_t count, int first)
{
	for (size_t i = 0; i < count; i++)
		if ((fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, first + (int)count)) == -1)
			return -1;
	for (size_t i = 0; i < count; i++)
		if (dup2(fds[i], first + (int)i) == -1)
			return -1;
	return 0;
}

static int environment_set(const char *name, int value)
{
	char text[16];
	snprintf(text, sizeof(text), "%d", value);
	return setenv(name, text, 1);
}

/* Sets a name for each socket in LISTEN_FDNAMES: empty for a socket that serves. */
static int names_set(size_t count, bool metrics)
{
	char *names = calloc(count + sizeof(SOCKETS_METRICS_NAME), 1);
	if (!names)
		return -1;
	memset(names, ':', count - 1);
	if (metrics)
		memcpy(names + count - 1, SOCKETS_METRICS_NAME, sizeof(SOCKETS_METRICS_NAME));
	int status = setenv("LISTEN_FDNAMES", names, 1);
	free(names);
	return status;
}

/* Hands the sockets over to the program that this process executes next. */
static int successor_prepare(const struct sockets *sockets, int ready_fd)
{
	bool metrics = sockets->metrics_fd != -1;
	size_t count = sockets->count + metrics;
	int *fds = calloc(count + 1, sizeof(*fds));
	if (!fds)
		return -1;
	memcpy(fds, sockets->fds, sockets->count * sizeof(*fds));
	if (metrics)
		fds[sockets->count] = sockets->metrics_fd;
	fds[count] = ready_fd;
	if (descriptors_place(fds, count + 1, SOCKETS_FIRST_FD) == -1)
		return -1;
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (environment_set("LISTEN_PID", (int)getpid()) == -1 ||
		environment_set("LISTEN_FDS", (int)count) == -1 ||
		environment_set(NOTIFY_READY_FD, SOCKETS_FIRST_FD + (int)count) == -1)
		return -1;
	return names_set(count, metrics);
}

static void successor_run(
	const char *program, char **argv, const struct sockets *sockets, int ready_fd)
{
	if (successor_prepare(sockets, ready_fd) == 0)
		execv(program, argv);
	dprintf(STDERR_FILENO, "teardown-server: cannot execute %s: %s\n", program,
		strerror(errno));
	_exit(127);
}

/* Waits until the new process says that it serves. Returns false when the process ends before, when
 * READY_MS have passed, or when the server closes its socket to the helper. */
static bool successor_serves(int server_fd, int ready_fd)
{
	char byte;
	struct pollfd watched[] = {
		{.fd = server_fd, .events = POLLIN}, {.fd = ready_fd, .events = POLLIN}};
	return poll(watched, 2, READY_MS) > 0 && watched[1].revents &&
	       read(ready_fd, &byte, 1) == 1;
}

static struct reload_result successor_start(
	int server_fd, const char *program, char **argv, const struct sockets *sockets)
{
	struct reload_result result = {0};
	int ready[2];
	if (pipe2(ready, O_CLOEXEC) == -1) {
		result.error = errno;
		return result;
	}
	pid_t pid = fork();
	result.error = pid == -1 ? errno : 0;
	if (pid == 0)
		successor_run(program, argv, sockets, ready[1]);
	close(ready[1]);
	if (pid != -1 && successor_serves(server_fd, ready[0])) {
		result.pid = pid;
	} else if (pid != -1) {
		kill(pid, SIGKILL);
		waitpid(pid, &result.wait_status, 0);
	}
	close(ready[0]);
	return result;
}

/* Waits for a byte of the server: a reload is asked for, or its result was read. Returns false when
 * the server has closed the socket. */
static bool server_says_so(int server_fd)
{
	char byte;
	return recv(server_fd, &byte, 1, 0) == 1;
}

/* The helper. It inherits the server's mask of blocked signals, so that a signal to the process
 * group reaches the server alone. */
static void helper_run(
	int server_fd, const char *program, char **argv, const struct sockets *sockets)
{
	prctl(PR_SET_NAME, "teardown-reload");
	while (server_says_so(server_fd)) {
		struct reload_result result = successor_start(server_fd, program, argv, sockets);
		send(server_fd, &result, sizeof(result), MSG_NOSIGNAL);
		/* A server that was told to end meanwhile does not read the result, and the new
		 * process is to end as well. */
		if (result.pid != 0 && !server_says_so(server_fd))
			kill(result.pid, SIGTERM);
	}
	_exit(0);
}

int reload_open(struct reload *r, const char *program, char **argv, const struct sockets *sockets,
	struct error *error)
{
	int fds[2];
	*r = (struct reload){.fd = -1, .exit_fd = -1};
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == -1)
		return error_set_errno(error, STATUS_FAILED, "cannot start");
	r->pid = fork();
	if (r->pid == 0) {
		close(fds[0]);
		helper_run(fds[1], program, argv, sockets);
	}
	r->fd = fds[0];
	close(fds[1]);
	if (r->pid == -1) {
		r->pid = 0;
		return error_set_errno(error, STATUS_FAILED, "cannot fork");
	}
	r->exit_fd = pidfd_open(r->pid, 0);
	return 0;
}

static int helper_tell(const struct reload *r)
{
	return send(r->fd, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 ? 0 : -1;
}

int reload_ask(const struct reload *r)
{
	return helper_tell(r);
}

int reload_result_read(const struct reload *r, struct reload_result *result)
{
	if (recv(r->fd, result, sizeof(*result), MSG_DONTWAIT) != (ssize_t)sizeof(*result))
		return -1;
	return result->pid != 0 ? helper_tell(r) : 0;
}

void reload_leave(struct reload *r)
{
	if (r->fd != -1)
		close(r->fd);
	r->fd = -1;
}

void reload_close(struct reload *r)
{
	reload_leave(r);
	/* WNOHANG: it may be stopped; and where a debugger traces the helper, the debugger is told
	 * of its end first. */
	if (r->pid != 0)
		waitpid(r->pid, NULL, WNOHANG);
	if (r->exit_fd != -1)
		close(r->exit_fd);
	*r = (struct reload){.fd = -1, .exit_fd = -1};
}
