#include "bench/process/child.h"

#include "common/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif
#ifdef COVERAGE
/* Named by gcc. NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void __gcov_dump(void);
#endif

#define LOOK_AGAIN_NS (10 * NS_PER_MS)

/* What the end of a program does in builds for tests. */
static void child_account(void)
{
#ifdef __SANITIZE_ADDRESS__
	__lsan_do_leak_check();
#endif
#ifdef COVERAGE
	__gcov_dump();
#endif
}

/* Ends by _exit(2): what runs at the end of the program, and what standard streams still have to
 * write, is the parent's. */
static void child_run(pid_t parent, void (*work)(void *argument), void *argument)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent)
		work(argument);
	child_account();
	_exit(EXIT_SUCCESS);
}

int child_start(
	struct child *child, void (*work)(void *argument), void *argument, struct error *error)
{
	pid_t parent = getpid();
	/* A hook that calls exit(3) writes what is buffered. */
	fflush(NULL);
	*child = (struct child){.pid = fork()};
	if (child->pid == -1)
		return error_set_errno(error, STATUS_FAILED, "cannot fork");
	if (child->pid == 0)
		child_run(parent, work, argument);
	return 0;
}

bool child_await(struct child *child, uint64_t within_ns)
{
	uint64_t due = clock_now_ns() + within_ns;
	for (;;) {
		if (waitpid(child->pid, &child->wait_status, WNOHANG) == child->pid)
			return true;
		if (clock_now_ns() >= due)
			return false;
		nanosleep(&(struct timespec){.tv_nsec = LOOK_AGAIN_NS}, NULL);
	}
}

void child_kill(struct child *child)
{
	kill(child->pid, SIGKILL);
	while (waitpid(child->pid, &child->wait_status, 0) == -1 && errno == EINTR)
		;
}

void child_describe_end(const struct child *child, char *text, size_t size)
{
	if (WIFSIGNALED(child->wait_status))
		snprintf(text, size, "%s", strsignal(WTERMSIG(child->wait_status)));
	else
		snprintf(text, size, "exit status %d", WEXITSTATUS(child->wait_status));
}
