#include "server/host/reload.h"

#include "server/host/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* The longest that a new process takes to serve. */
#define READY_MS 30000
/* As a shell says of what it cannot start. */
#define NOT_STARTED W_EXITCODE(127, 0)

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

/* Moves descriptors to `first` and up, open across exec(3). All are moved out of the way before,
 * since one's place may be another's number. */
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

/* A name for each socket; those that serve have none. */
static int names_set(size_t count, bool metrics)
{
	char *names = calloc(count + sizeof(SOCKETS_METRICS_NAME), 1);
	if (!names)
		return -1;
	memset(names, ':', count - 1);
	if (metrics)
		memcpy(names + count - 1, SOCKETS_METRICS_NAME, sizeof(SOCKETS_METRICS_NAME));
	return setenv("LISTEN_FDNAMES", names, 1);
}

/* In the new process. */
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

/* Whether the new process has said that it serves, before it ended, the time was up, or the server
 * was ended itself. */
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
	struct reload_result answer = {.wait_status = NOT_STARTED};
	int ready[2];
	if (pipe2(ready, O_CLOEXEC) == -1)
		return answer;
	pid_t pid = fork();
	if (pid == 0)
		successor_run(program, argv, sockets, ready[1]);
	close(ready[1]);
	if (pid != -1 && successor_serves(server_fd, ready[0])) {
		answer.pid = pid;
	} else if (pid != -1) {
		kill(pid, SIGKILL);
		waitpid(pid, &answer.wait_status, 0);
	}
	close(ready[0]);
	return answer;
}

/* The server's order, or that it has heard. */
static bool server_says_so(int server_fd)
{
	char byte;
	return recv(server_fd, &byte, 1, 0) == 1;
}

/* Signals stay blocked, as they are in the server: what is sent to the group is for the server. */
static void reload_run(
	int server_fd, const char *program, char **argv, const struct sockets *sockets)
{
	prctl(PR_SET_NAME, "teardown-reload");
	while (server_says_so(server_fd)) {
		struct reload_result answer = successor_start(server_fd, program, argv, sockets);
		send(server_fd, &answer, sizeof(answer), MSG_NOSIGNAL);
		/* A server that was told to end in the meantime has not heard: then the new one was
		 * not wanted, either. */
		if (answer.pid != 0 && !server_says_so(server_fd))
			kill(answer.pid, SIGTERM);
	}
	_exit(0);
}

int reload_open(struct reload *s, const char *program, char **argv, const struct sockets *sockets,
	struct error *error)
{
	int fds[2];
	*s = (struct reload){.fd = -1};
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == -1)
		return error_set_errno(error, STATUS_FAILED, "cannot start");
	s->pid = fork();
	if (s->pid == 0) {
		close(fds[0]);
		reload_run(fds[1], program, argv, sockets);
	}
	s->fd = fds[0];
	close(fds[1]);
	if (s->pid != -1)
		return 0;
	s->pid = 0;
	return error_set_errno(error, STATUS_FAILED, "cannot fork");
}

static int reload_tell(const struct reload *s)
{
	return send(s->fd, "", 1, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

int reload_ask(const struct reload *s)
{
	return reload_tell(s);
}

int reload_result_read(const struct reload *s, struct reload_result *answer)
{
	if (recv(s->fd, answer, sizeof(*answer), 0) != (ssize_t)sizeof(*answer))
		return -1;
	return answer->pid != 0 ? reload_tell(s) : 0;
}

void reload_close(struct reload *s)
{
	if (s->fd != -1)
		close(s->fd);
	s->fd = -1;
	while (s->pid != 0 && waitpid(s->pid, NULL, 0) == -1 && errno == EINTR)
		;
	s->pid = 0;
}
