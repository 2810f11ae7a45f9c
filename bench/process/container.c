#include "bench/process/container.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIGNALLED 128

/* fork(3) would take the locks of the C library, which no thread is left to give back. */
static pid_t fork_raw(unsigned long flags)
{
	return (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
}

pid_t container_fork(unsigned long flags)
{
	return fork_raw(flags | CLONE_NEWPID);
}

/* What the one that joins tells the one that asked. */
struct joined {
	pid_t pid;   /* -1: there is none */
	int failure; /* an errno */
};

static int namespace_enter(pid_t first)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)first);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd == -1 ? -1 : setns(fd, CLONE_NEWPID);
}

/* Returns in the process that is wanted alone. */
static void join(pid_t first, unsigned long flags, int report_fd)
{
	struct joined joined = {.pid = -1};
	if (namespace_enter(first) == 0)
		joined.pid = fork_raw(flags);
	joined.failure = errno;
	if (joined.pid == 0)
		return;
	_exit(write(report_fd, &joined, sizeof(joined)) == (ssize_t)sizeof(joined) ? 0 : 1);
}

/* setns(2) moves all later children of a process, and back only with rights in the namespace that
 * it came from, which an ordinary user has not: so another process joins, and ends. */
pid_t container_join_fork(pid_t first, unsigned long flags, struct error *error)
{
	struct joined joined = {.pid = -1};
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) == -1)
		return error_set_errno(error, STATUS_FAILED, "pipe2");
	pid_t helper = fork_raw(flags);
	if (helper == 0) {
		join(first, flags, fds[1]);
		return 0;
	}
	joined.failure = errno;
	close(fds[1]);
	if (helper != -1 && read(fds[0], &joined, sizeof(joined)) != (ssize_t)sizeof(joined))
		joined = (struct joined){-1, ESRCH};
	close(fds[0]);
	errno = joined.failure;
	return joined.pid != -1 ? joined.pid
				: error_set_errno(error, STATUS_FAILED,
					  "cannot join the server's processes");
}

static void command_run(char *const *argv)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setpgid(0, 0);
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* Returns false when no process is left. */
static bool all_reap(pid_t command, int *exit_status)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == command)
			*exit_status = WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status)
							   : WEXITSTATUS(status);
	return pid == 0;
}

void container_run(char *const *argv)
{
	sigset_t all;
	int exit_status = 0;
	/* The first process of a namespace never sees a signal that it neither handles nor blocks.
	 */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	pid_t command = fork_raw(0);
	if (command == 0)
		command_run(argv);
	if (command == -1)
		_exit(127);
	prctl(PR_SET_NAME, "teardown-init");
	close_range(STDERR_FILENO + 1, ~0U, 0);
	for (bool is_held = false; all_reap(command, &exit_status) || is_held;) {
		int number = sigwaitinfo(&all, NULL);
		if (number == CONTAINER_HOLD)
			is_held = true;
		else if (number == CONTAINER_RELEASE || number == SIGTERM || number == SIGINT)
			is_held = false;
		if (number == SIGTERM || number == SIGINT)
			kill(-1, number);
	}
	_exit(exit_status);
}
