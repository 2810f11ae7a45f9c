#include "bench/network/applied.h"

#include "common/sysctl.h"
#include "strategies/core/requirement.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct change {
	const struct td_requirement *need;
	char before[SYSCTL_VALUE_MAX];
};

struct changes {
	struct change all[TD_REQUIREMENTS_MAX];
	size_t count;
};

static int need_look(
	struct changes *changes, const struct td_requirement *need, struct error *error)
{
	struct change *change = &changes->all[changes->count];
	change->need = need;
	if (sysctl_read(need->sysctl, change->before, sizeof(change->before)) == -1)
		return error_set_errno(
			error, STATUS_HOST_CANNOT, "cannot read %s here", need->sysctl);
	changes->count += !requirement_is_met(need, change->before);
	return 0;
}

static int needs_look(struct changes *changes, const struct td_strategy *strategy, enum td_who end,
	struct error *error)
{
	const struct td_requirement *need = strategy->requirements;
	changes->count = 0;
	for (; need < strategy->requirements + TD_REQUIREMENTS_MAX && need->sysctl; need++)
		if (need->end == end && need_look(changes, need, error) == -1)
			return -1;
	return 0;
}

/* One that reads otherwise now was written by somebody else since. */
static void put_back(const struct changes *changes)
{
	char now[SYSCTL_VALUE_MAX];
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->all[i];
		if (sysctl_read(change->need->sysctl, now, sizeof(now)) == 0 &&
			strcmp(now, change->need->value) == 0)
			sysctl_write(change->need->sysctl, change->before);
	}
}

/* In the keeper. No signal that ends the others ends it, and it holds none of their streams. */
static void keeper_run(const struct changes *changes, int fd) __attribute__((noreturn));
static void keeper_run(const struct changes *changes, int fd)
{
	char byte;
	setsid();
	prctl(PR_SET_NAME, "teardown-keeper");
	dup2(fd, STDIN_FILENO);
	close_range(STDIN_FILENO + 1, ~0U, 0);
	while (read(STDIN_FILENO, &byte, 1) == -1 && errno == EINTR)
		;
	put_back(changes);
	_exit(0);
}

static int keeper_start(struct applied *applied, const struct changes *changes, struct error *error)
{
	int fds[2];
	sigset_t all, before;
	if (pipe2(fds, O_CLOEXEC) == -1)
		return error_set_errno(error, STATUS_FAILED, "pipe");
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	applied->keeper = fork();
	if (applied->keeper == 0)
		keeper_run(changes, fds[0]);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(fds[0]);
	applied->fd = fds[1];
	if (applied->keeper != -1)
		return 0;
	error_set_errno(error, STATUS_FAILED, "cannot fork");
	close(applied->fd);
	applied->fd = -1;
	return -1;
}

static int change_write(const struct td_requirement *need, struct error *error)
{
	char now[SYSCTL_VALUE_MAX];
	if (sysctl_write(need->sysctl, need->value) == -1)
		return error_set_errno(error, STATUS_HOST_CANNOT, "--apply: cannot set %s = %s",
			need->sysctl, need->value);
	if (sysctl_read(need->sysctl, now, sizeof(now)) == 0 && requirement_is_met(need, now))
		return 0;
	return error_set(error, STATUS_HOST_CANNOT, "--apply: %s was set to %s and is not so",
		need->sysctl, need->value);
}

int applied_begin(struct applied *applied, const struct td_strategy *strategy, enum td_who end,
	struct error *error)
{
	struct changes changes;
	if (needs_look(&changes, strategy, end, error) == -1)
		return -1;
	if (changes.count == 0)
		return 0;
	if (keeper_start(applied, &changes, error) == -1)
		return -1;
	for (size_t i = 0; i < changes.count; i++)
		if (change_write(changes.all[i].need, error) == -1) {
			applied_end(applied);
			return -1;
		}
	return 0;
}

void applied_end(struct applied *applied)
{
	if (applied->fd == -1)
		return;
	close(applied->fd);
	applied->fd = -1;
	while (waitpid(applied->keeper, NULL, 0) == -1 && errno == EINTR)
		;
}
