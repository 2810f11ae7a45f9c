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

static int namespace_enter(const char *path, struct error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int result = fd == -1 ? -1 : setns(fd, CLONE_NEWPID);
	if (result == -1)
		error_set_errno(error, STATUS_FAILED, "cannot enter %s", path);
	if (fd != -1)
		close(fd);
	return result;
}

/* setns(2) moves the children of this thread alone. */
pid_t container_join_fork(pid_t first, unsigned long flags, struct error *error)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)first);
	if (namespace_enter(path, error) == -1)
		return -1;
	pid_t pid = fork_raw(flags);
	if (pid == 0)
		return 0;
	if (pid == -1)
		error_set_errno(error, STATUS_FAILED, "cannot fork");
	return namespace_enter("/proc/self/ns/pid", error) == -1 ? -1 : pid;
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
