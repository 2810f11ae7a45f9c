#include "bench/network/restorer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* No signal that ends the others ends it, and it holds none of their streams. */
static void work_do(const struct restorer_work *work, int fd) __attribute__((noreturn));
static void work_do(const struct restorer_work *work, int fd)
{
	char byte;
	int held_fd = -1;
	setsid();
	prctl(PR_SET_NAME, "teardown-keeper");
	dup2(fd, STDIN_FILENO);
	if (work->held_fd != -1)
		held_fd = dup2(work->held_fd, STDIN_FILENO + 1);
	close_range(STDIN_FILENO + (held_fd == -1 ? 1 : 2), ~0U, 0);
	while (read(STDIN_FILENO, &byte, 1) == -1 && errno == EINTR)
		;
	work->undo(work->argument, held_fd);
	_exit(EXIT_SUCCESS);
}

static int process_start(struct restorer *restorer, struct error *error)
{
	int fds[2];
	sigset_t all, before;
	if (pipe2(fds, O_CLOEXEC) == -1)
		return error_set_errno(error, STATUS_FAILED, "pipe");
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	restorer->pid = fork();
	if (restorer->pid == 0)
		work_do(&restorer->work, fds[0]);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(fds[0]);
	restorer->fd = fds[1];
	if (restorer->pid != -1)
		return 0;
	error_set_errno(error, STATUS_FAILED, "cannot fork");
	close(restorer->fd);
	restorer->fd = -1;
	return -1;
}

/* Returns whether it has come to its end by itself. */
static bool process_end(struct restorer *restorer)
{
	int status = -1;
	close(restorer->fd);
	restorer->fd = -1;
	while (waitpid(restorer->pid, &status, 0) == -1 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

int restorer_start(struct restorer *restorer, const struct restorer_work *work, struct error *error)
{
	restorer->argument = malloc(work->argument_bytes);
	if (!restorer->argument)
		return error_set(error, STATUS_FAILED, "no memory for what is to be undone");
	memcpy(restorer->argument, work->argument, work->argument_bytes);
	restorer->work = *work;
	restorer->work.argument = restorer->argument;
	if (process_start(restorer, error) == 0)
		return 0;
	free(restorer->argument);
	return -1;
}

void restorer_end(struct restorer *restorer)
{
	struct error unsaid;
	if (restorer->fd == -1)
		return;
	if (!process_end(restorer) && process_start(restorer, &unsaid) == 0)
		process_end(restorer);
	free(restorer->argument);
}
