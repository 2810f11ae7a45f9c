#include "bench/process/child.h"

#include "bench/process/keeper.h"
#include "bench/process/thread_call.h"
#include "common/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOOK_AGAIN_NS (10 * NS_PER_MS)
/* Longer than the keeper takes to end what is left. */
#define KEEPER_WITHIN_NS (10 * NS_PER_S)

int child_start(
	struct child *child, void (*work)(void *argument), void *argument, struct error *error)
{
	sigset_t all, before;
	pid_t bench = getpid();
	*child = (struct child){.report = mmap(NULL, sizeof(*child->report), PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS, -1, 0)};
	if (child->report == MAP_FAILED)
		return error_set_errno(error, STATUS_FAILED, "no memory for a child");
	/* A hook that calls exit(3) writes what is buffered. */
	fflush(NULL);
	/* A signal must not end the keeper before it has blocked them. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	child->pid = fork();
	if (child->pid == 0)
		keeper_run(bench, child->report, &before, work, argument);
	int result = child->pid == -1 ? error_set_errno(error, STATUS_FAILED, "cannot fork") : 0;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (result == -1)
		munmap(child->report, sizeof(*child->report));
	return result;
}

/* The keeper ends last. Where the work's own end is not known, somebody has killed the keeper, and
 * the work with it. */
static void end_take(struct child *child, int keeper_status)
{
	child->wait_status = child->report->has_ended ? child->report->wait_status : keeper_status;
	child->fork_errno = child->report->fork_errno;
	munmap(child->report, sizeof(*child->report));
	child->report = NULL;
}

/* Returns whether the keeper has ended. */
static bool keeper_look(struct child *child)
{
	int status;
	while (waitpid(child->pid, &status, WNOHANG | WUNTRACED | WCONTINUED) == child->pid) {
		child->is_keeper_stopped = WIFSTOPPED(status);
		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			end_take(child, status);
			return true;
		}
	}
	child->is_ending = child->report->has_ended;
	child->is_stopped = child->is_keeper_stopped || child->report->is_stopped;
	return false;
}

bool child_await(struct child *child, uint64_t within_ns)
{
	uint64_t due = clock_now_ns() + within_ns;
	for (;;) {
		if (keeper_look(child))
			return true;
		if (clock_now_ns() >= due)
			return false;
		clock_pause(LOOK_AGAIN_NS);
	}
}

bool child_is_asleep(const struct child *child)
{
	return child->report->worker > 0 && process_is_asleep(child->report->worker);
}

void child_kill(struct child *child)
{
	int status;
	child->report->is_to_end = true;
	kill(child->pid, SIGTERM);
	kill(child->pid, SIGCONT);
	if (child_await(child, KEEPER_WITHIN_NS))
		return;
	kill(child->pid, SIGKILL);
	while (waitpid(child->pid, &status, 0) == -1 && errno == EINTR)
		;
	end_take(child, status);
}

void child_describe_end(const struct child *child, char *text, size_t size)
{
	if (child->fork_errno != 0)
		snprintf(text, size, "cannot fork: %s", strerror(child->fork_errno));
	else if (WIFSIGNALED(child->wait_status))
		snprintf(text, size, "%s", strsignal(WTERMSIG(child->wait_status)));
	else
		snprintf(text, size, "exit status %d", WEXITSTATUS(child->wait_status));
}
