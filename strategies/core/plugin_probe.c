#include "strategies/core/plugin_probe.h"

#include "common/clock.h"
#include "strategies/core/plugin_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEADLINE_S 5

/* Nothing that happens to the child is to be seen but its answer. A limit of 1 byte, unlike 0, also
 * keeps a core from being piped to a program (core(5)). The parent's end ends the child, also when
 * it came before the child asked for that signal. */
static int child_settle(pid_t parent)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_DFL);
	setrlimit(RLIMIT_CORE, &(struct rlimit){1, 1});
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(null, fd) == -1)
			return -1;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		return -1;
	return getppid() == parent ? 0 : -1;
}

/* Ends by exit(3), as the program will: destructors of the object are run there. What standard
 * streams still had to write goes to /dev/null. */
static void child_run(
	pid_t parent, int answer_fd, int (*load)(void *subject, struct error *error), void *subject)
{
	struct error answer = {.status = STATUS_OK};
	if (child_settle(parent) == -1)
		_exit(STATUS_FAILED);
	load(subject, &answer);
	if (write(answer_fd, &answer, sizeof(answer)) != (ssize_t)sizeof(answer))
		_exit(STATUS_FAILED);
	exit(STATUS_OK);
}

/* Reads the answer, and then the end of the pipe: the child's. Returns 0, or -1 when the deadline
 * passed before. */
static int answer_read(int fd, struct error *answer, bool *answered)
{
	struct pollfd watched = {.fd = fd, .events = POLLIN};
	uint64_t now, due = clock_now_ns() + DEADLINE_S * NS_PER_S;
	while ((now = clock_now_ns()) < due) {
		if (poll(&watched, 1, (int)((due - now) / NS_PER_MS) + 1) != 1)
			continue;
		struct error part;
		ssize_t n = read(fd, &part, sizeof(part));
		if (n == 0)
			return 0;
		if (n != (ssize_t)sizeof(part))
			continue;
		*answer = part;
		answer->text[sizeof(answer->text) - 1] = '\0';
		*answered = true;
	}
	return -1;
}

static int refuse_silent(int wait_status, const char *path, struct error *error)
{
	if (WIFEXITED(wait_status))
		return plugin_refuse(error, path,
			"is damaged: loading it ends the program, with exit status %d",
			WEXITSTATUS(wait_status));
	/* A mapped page that the file has no bytes for (mmap(2)). */
	if (WTERMSIG(wait_status) == SIGBUS)
		return plugin_refuse(error, path, "is cut short or damaged: loading it ends in %s",
			strsignal(SIGBUS));
	return plugin_refuse(
		error, path, "is damaged: loading it ends in %s", strsignal(WTERMSIG(wait_status)));
}

int plugin_probe(int (*load)(void *subject, struct error *error), void *subject, const char *path,
	struct error *error)
{
	int fds[2], wait_status = 0;
	struct error answer;
	bool answered = false;
	if (pipe2(fds, O_CLOEXEC) == -1)
		return plugin_refuse(error, path, "cannot be tried: %s", strerror(errno));
	pid_t parent = getpid(), pid = fork();
	if (pid == 0)
		child_run(parent, fds[1], load, subject);
	int failed = errno;
	close(fds[1]);
	bool late = pid != -1 && answer_read(fds[0], &answer, &answered) == -1;
	close(fds[0]);
	if (pid == -1)
		return plugin_refuse(error, path, "cannot be tried: %s", strerror(failed));
	if (late)
		kill(pid, SIGKILL);
	while (waitpid(pid, &wait_status, 0) == -1 && errno == EINTR)
		;
	if (answered && answer.status != STATUS_OK)
		return error_set(error, answer.status, "%s", answer.text);
	if (late)
		return plugin_refuse(
			error, path, "is damaged: loading it does not end within %d s", DEADLINE_S);
	return answered && wait_status == 0 ? 0 : refuse_silent(wait_status, path, error);
}
