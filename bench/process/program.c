#include "bench/process/program.h"

#include "bench/network/netns.h"
#include "bench/process/container.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

pid_t program_fork(const struct process_spec *spec, enum program_parent parent, struct error *error)
{
	unsigned long flags = parent == PROGRAM_OF_PARENT ? CLONE_PARENT : 0;
	if (spec->host)
		return container_join_fork(spec->host->pid, flags, error);
	pid_t pid = spec->is_family ? container_fork(flags) : fork();
	if (pid == -1)
		error_set_errno(error, spec->is_family ? STATUS_HOST_CANNOT : STATUS_FAILED,
			"cannot start %s", spec->argv[0]);
	return pid;
}

void program_run(const struct process_spec *spec, int output_fd)
{
	struct error error;
	sigset_t none;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The bench died before the line above if nobody is left to read what this process says. */
	struct pollfd output = {.fd = output_fd};
	if (poll(&output, 1, 0) == 1)
		_exit(127);
	/* A group of its own: Ctrl-C at the terminal is for the bench, which ends its processes
	 * itself. */
	setpgid(0, 0);
	int null_fd = open("/dev/null", O_RDONLY);
	dup2(spec->stream_fd ? spec->stream_fd : null_fd, STDIN_FILENO);
	dup2(spec->stream_fd ? spec->stream_fd : output_fd, STDOUT_FILENO);
	dup2(output_fd, STDERR_FILENO);
	if (netns_enter(spec->netns_fd, &error) == -1) {
		dprintf(STDERR_FILENO, "%s\n", error.text);
		_exit(127);
	}
	/* The bench ignores these, and execve(2) hands that on: a server or a loader would be
	 * another one than outside of it. */
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	if (spec->is_family)
		container_run(spec->argv);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(spec->argv[0], spec->argv);
	dprintf(STDERR_FILENO, "%s: %s\n", spec->argv[0], strerror(errno));
	_exit(127);
}
