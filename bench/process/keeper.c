#include "bench/process/keeper.h"

#include "bench/process/orphans.h"
#include "common/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef ADDRESS_SANITIZED
#include <sanitizer/lsan_interface.h>
#endif
#ifdef COVERAGE
/* Named by gcc. NOLINTNEXTLINE(bugprone-reserved-identifier) */
void __gcov_dump(void);
#endif

/* What has been told to end, as the helper of a server, may do so by itself, and so may what an
 * agent has left to put its host's settings back. */
#define ORPHANS_GRACE_NS NS_PER_S
#define ORPHANS_WITHIN_NS (5 * NS_PER_S)

/* What the end of a program does in builds for tests. */
static void worker_account(void)
{
#ifdef ADDRESS_SANITIZED
	__lsan_do_leak_check();
#endif
#ifdef COVERAGE
	__gcov_dump();
#endif
}

/* Ends by _exit(2): what runs at the end of the program, and what standard streams still have to
 * write, is the parent's. */
static void worker_run(
	pid_t keeper, const sigset_t *before, void (*work)(void *argument), void *argument)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigprocmask(SIG_SETMASK, before, NULL);
	if (getppid() == keeper)
		work(argument);
	worker_account();
	_exit(EXIT_SUCCESS);
}

/* Takes what has happened to children. Returns false when the worker has ended. */
static bool worker_look(struct keeper_report *report, pid_t worker)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED | WCONTINUED)) > 0) {
		if (pid != worker)
			continue;
		if (WIFSTOPPED(status) || WIFCONTINUED(status)) {
			report->is_stopped = WIFSTOPPED(status);
			continue;
		}
		report->wait_status = status;
		report->has_ended = true;
		return false;
	}
	return pid == 0;
}

/* A signal of the terminal's, or of whoever means the whole group, is the bench's to answer. */
static void worker_keep(pid_t bench, struct keeper_report *report, pid_t worker)
{
	sigset_t all;
	sigfillset(&all);
	while (worker_look(report, worker) && !report->is_to_end && getppid() == bench)
		sigwaitinfo(&all, NULL);
	/* Descendants are ended by orphans_end, this one before it can make more of them. */
	if (!report->has_ended) {
		kill(worker, SIGKILL);
		while (waitpid(worker, NULL, 0) == -1 && errno == EINTR)
			;
	}
}

void keeper_run(pid_t bench, struct keeper_report *report, const sigset_t *before,
	void (*work)(void *argument), void *argument)
{
	pid_t keeper = getpid();
	prctl(PR_SET_CHILD_SUBREAPER, 1L);
	/* Not SIGKILL: there may be descendants to end. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_NAME, "teardown-keeper");
	/* A hook that signals its group must not reach the bench. */
	setpgid(0, 0);
	pid_t worker = -1;
	errno = ESRCH;
	if (getppid() == bench)
		worker = fork();
	if (worker == 0) {
		prctl(PR_SET_NAME, "teardown");
		worker_run(keeper, before, work, argument);
	}
	if (worker == -1) {
		report->fork_errno = errno;
		_exit(EXIT_FAILURE);
	}
	report->worker = worker;
	close_range(0, ~0U, 0);
	worker_keep(bench, report, worker);
	orphans_end(ORPHANS_GRACE_NS, ORPHANS_WITHIN_NS);
	_exit(EXIT_SUCCESS);
}
