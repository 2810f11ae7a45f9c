#include "strategies/core/plugin_probe.h"

#include "strategies/core/plugin_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE_S 5

/* Nothing that happens to the child is to be seen but its answer. A limit of 1 byte, unlike 0, also
 * keeps a core from being piped to a program (core(5)). The parent's end ends the child, also when
 * it came before the child asked for that signal. */
static bool child_settle(pid_t parent)
{
	for (int number = 1; number < SIGRTMIN; number++)
		signal(number, SIG_DFL);
	setrlimit(RLIMIT_CORE, &(struct rlimit){1, 1});
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(null, fd) == -1)
			return false;
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
}

/* Ends by exit(3), as the program will: destructors of the object are run there. What standard
 * streams still had to write goes to /dev/null. */
static void child_run(
	pid_t parent, int answer_fd, int (*load)(void *subject, struct error *error), void *subject)
{
	struct error answer = {.status = STATUS_OK};
	if (!child_settle(parent))
		_exit(STATUS_FAILED);
	load(subject, &answer);
	if (write(answer_fd, &answer, sizeof(answer)) != (ssize_t)sizeof(answer))
		_exit(STATUS_FAILED);
	exit(STATUS_OK);
}

/* Returns false when the deadline came first. */
static bool child_await(pid_t pid, int *wait_status)
{
	struct pollfd end = {.fd = pidfd_open(pid, 0), .events = POLLIN};
	bool late = poll(&end, 1, DEADLINE_S * 1000) == 0;
	if (late)
		kill(pid, SIGKILL);
	while (waitpid(pid, wait_status, 0) == -1 && errno == EINTR)
		;
	close(end.fd);
	return !late;
}

static int refuse_silent(int wait_status, const char *path, struct error *error)
{
	if (WIFEXITED(wait_status))
		return plugin_refuse(error, path,
			"is damaged: loading it ends the program, with exit status %d",
			WEXITSTATUS(wait_status));
	/* SIGBUS: a mapped page that the file has no bytes for (mmap(2)). */
	int number = WTERMSIG(wait_status);
	return plugin_refuse(error, path, "is %sdamaged: loading it ends in %s",
		number == SIGBUS ? "cut short or " : "", strsignal(number));
}

/* The answer comes through a pipe, which has room for it: memory that is shared with the child
 * would lie beside the object, which the program then would load to another place than the child
 * did. */
int plugin_probe(int (*load)(void *subject, struct error *error), void *subject, const char *path,
	struct error *error)
{
	int fds[2], wait_status = 0;
	struct error answer;
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) == -1)
		return plugin_refuse(error, path, "cannot be tried: %s", strerror(errno));
	pid_t parent = getpid(), pid = fork();
	if (pid == 0)
		child_run(parent, fds[1], load, subject);
	if (pid == -1)
		plugin_refuse(error, path, "cannot be tried: %s", strerror(errno));
	bool in_time = pid != -1 && child_await(pid, &wait_status);
	bool answered = read(fds[0], &answer, sizeof(answer)) == (ssize_t)sizeof(answer);
	close(fds[0]);
	close(fds[1]);
	if (pid == -1)
		return -1;
	if (answered && answer.status != STATUS_OK)
		return error_set(error, answer.status, "%s", answer.text);
	if (!in_time)
		return plugin_refuse(
			error, path, "is damaged: loading it does not end within %d s", DEADLINE_S);
	return answered && wait_status == 0 ? 0 : refuse_silent(wait_status, path, error);
}
