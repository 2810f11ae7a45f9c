/* When a process has no descriptor left: by looks that are made up, then by looks at another
 * process. */
#include "bench/process/descriptor_watch.h"

#include "common/clock.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MS NS_PER_MS
#define LIMIT 40
/* Of these the child opened before its limit became lower. */
#define BEYOND 3

static void looks_are_counted(void **state)
{
	struct descriptor_watch watch = {.connections = 4, .count = 1};
	struct descriptor_sight *sight = &watch.sights[0];
	*sight = (struct descriptor_sight){.pid = getpid(), .limit = LIMIT, .beyond = 2};
	descriptor_watch_see(&watch, sight, 33, 10 * MS);
	assert_false(sight->is_near); /* 9 are left, and 4 connections take 8 */
	descriptor_watch_see(&watch, sight, 34, 20 * MS);
	assert_true(sight->is_near);
	descriptor_watch_see(&watch, sight, 41, 30 * MS);
	assert_int_equal(sight->report.reached, 0);
	assert_int_equal(descriptor_watch_report(&watch).reached, 0);
	descriptor_watch_see(&watch, sight, 42, 40 * MS);
	descriptor_watch_see(&watch, sight, 20, 50 * MS);
	descriptor_watch_see(&watch, sight, 42, 60 * MS);
	struct descriptor_watch_report report = descriptor_watch_report(&watch);
	assert_int_equal(report.reached, 2);
	assert_int_equal(report.looks, 6);
	assert_int_equal(report.first_ns, 40 * MS);
	assert_int_equal(report.last_ns, 60 * MS);
	assert_int_equal(report.limit, LIMIT);
	assert_int_equal(report.pid, getpid());
	assert_int_equal(report.processes, 1);
}

static void without_a_limit_none_is_reached(void **state)
{
	struct descriptor_watch watch = {.connections = 4, .count = 1};
	descriptor_watch_see(&watch, &watch.sights[0], 1000, 10 * MS);
	assert_false(watch.sights[0].is_near);
	assert_int_equal(descriptor_watch_report(&watch).reached, 0);
}

static bool does_serve(void *argument, pid_t pid)
{
	return pid == *(pid_t *)argument;
}

static void only_who_serves_counts(void **state)
{
	pid_t serves = 7;
	struct descriptor_watch watch = {
		.connections = 4, .count = 2, .serves = does_serve, .argument = &serves};
	for (pid_t pid = 6; pid <= 7; pid++)
		watch.sights[pid - 6] = (struct descriptor_sight){.pid = pid, .limit = LIMIT};
	for (int i = 0; i < 9; i++)
		descriptor_watch_see(&watch, &watch.sights[0], LIMIT, 10 * MS);
	assert_int_equal(descriptor_watch_report(&watch).reached, 0);
	watch.question_due_ns = 0;
	descriptor_watch_see(&watch, &watch.sights[1], LIMIT, 10 * MS);
	struct descriptor_watch_report report = descriptor_watch_report(&watch);
	assert_int_equal(report.reached, 1);
	assert_int_equal(report.pid, 7);
	assert_int_equal(report.processes, 1);
}

/* Has all descriptors in use that its limit allows but for `left`, and some beyond it. */
static pid_t child_start(int left)
{
	int ready[2];
	char byte;
	assert_int_equal(pipe(ready), 0);
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int i = 0; i < BEYOND; i++)
			dup2(0, LIMIT + i);
		for (int fd = 3; fd < LIMIT; fd++)
			if (fd != ready[1])
				dup2(0, fd);
		for (int fd = LIMIT - left; fd < LIMIT; fd++)
			close(fd);
		setrlimit(RLIMIT_NOFILE, &(struct rlimit){LIMIT, LIMIT});
		if (write(ready[1], "r", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	assert_true(child > 0);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return child;
}

static struct descriptor_watch_report looked_at(int left, bool *is_near)
{
	struct descriptor_watch watch = {.connections = 1};
	struct process process = {.pid = getpid()};
	pid_t child = child_start(left);
	assert_int_equal(process_tree_init(&process.tree, process.pid, true), 0);
	process.tree.members[process.tree.count++] = child;
	*is_near = descriptor_watch_look(&watch, &process);
	watch.near_due_ns = 0;
	descriptor_watch_look_near(&watch);
	/* Before the time of the next look there is none. */
	watch.near_due_ns = watch.due_ns = UINT64_MAX;
	descriptor_watch_look_near(&watch);
	descriptor_watch_look(&watch, &process);
	struct descriptor_watch_report report = descriptor_watch_report(&watch);
	if (report.reached > 0)
		assert_int_equal(report.pid, child);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	descriptor_watch_finish(&watch);
	process_tree_finish(&process.tree);
	return report;
}

static void a_process_is_looked_at(void **state)
{
	bool is_near;
	assert_int_equal(looked_at(0, &is_near).reached, 2);
	assert_true(is_near);
	assert_int_equal(looked_at(1, &is_near).reached, 0);
	assert_true(is_near);
	assert_int_equal(looked_at(3, &is_near).reached, 0);
	assert_false(is_near);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looks_are_counted),
		cmocka_unit_test(without_a_limit_none_is_reached),
		cmocka_unit_test(only_who_serves_counts),
		cmocka_unit_test(a_process_is_looked_at),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
