/* What counts as a process that is stopped: by looks that are made up, then by looks at another
 * process. */
#include "bench/process/stop_watch.h"

#include "common/clock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MS NS_PER_MS

static void see(struct stop_watch *watch, size_t stopped, uint64_t at_ms)
{
	stop_watch_see(watch, getpid(), stopped, at_ms * MS);
}

/* Stopped from 20 to 60, and from 100 to 120; a look that found none lies between. */
static void times_add_up(void **state)
{
	struct stop_watch watch = {.due_ns = 0};
	char name[PROCESS_NAME_SIZE];
	see(&watch, 0, 10);
	assert_int_equal(watch.report.first_ns, 0);
	see(&watch, 1, 20);
	see(&watch, 3, 40);
	see(&watch, 2, 60);
	assert_true(watch.report.at_end);
	see(&watch, 0, 80);
	assert_false(watch.report.at_end);
	see(&watch, 1, 100);
	see(&watch, 1, 120);
	assert_int_equal(watch.report.first_ns, 20 * MS);
	assert_int_equal(watch.report.stopped_ns, 60 * MS);
	assert_int_equal(watch.report.processes, 3);
	assert_int_equal(watch.report.pid, getpid());
	assert_string_equal(watch.report.name, process_name(getpid(), name));
}

/* Sleeps until it is killed, under a name that looks like another state. Returns when it is so far:
 * one that is stopped before would outlive a test that fails, and keep its output open. */
static pid_t child_start(void)
{
	int ready[2];
	char byte = 0;
	assert_int_equal(pipe(ready), 0);
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "a) T (b");
		if (write(ready[1], &byte, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_true(child > 0);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return child;
}

static void a_process_is_looked_at(void **state)
{
	struct stop_watch watch = {.due_ns = 0};
	pid_t child = child_start();
	struct process process = {.pid = getpid()};
	assert_int_equal(process_tree_init(&process.tree, process.pid, true), 0);
	process.tree.members[process.tree.count++] = child;
	stop_watch_look_now(&watch, &process);
	assert_int_equal(watch.report.first_ns, 0);

	int status;
	kill(child, SIGSTOP);
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	assert_true(WIFSTOPPED(status));
	uint64_t before_ns = clock_now_ns();
	stop_watch_look_now(&watch, &process);
	stop_watch_look_now(&watch, &process);
	assert_int_equal(watch.report.pid, child);
	assert_int_equal(watch.report.processes, 1);
	assert_true(watch.report.first_ns >= before_ns);
	assert_true(watch.report.stopped_ns > 0);
	assert_true(watch.report.stopped_ns < clock_now_ns() - before_ns);

	/* Before the time of the next look there is none. */
	uint64_t stopped_ns = watch.report.stopped_ns;
	watch.due_ns = UINT64_MAX;
	stop_watch_look(&watch, &process);
	assert_int_equal(watch.report.stopped_ns, stopped_ns);

	kill(child, SIGCONT);
	assert_int_equal(waitpid(child, &status, WCONTINUED), child);
	stop_watch_look_now(&watch, &process);
	assert_false(watch.report.at_end);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_false(process_is_stopped(child));
	process_tree_finish(&process.tree);
}

/* Of the stopped, this one serves; how often that was asked. */
struct duty {
	pid_t serves;
	int asked;
};

static bool does_serve(void *argument, pid_t pid)
{
	struct duty *duty = argument;
	duty->asked++;
	return pid == duty->serves;
}

static void stop(pid_t child)
{
	int status;
	kill(child, SIGSTOP);
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
}

static void only_who_serves_counts(void **state)
{
	struct duty duty = {.serves = 0};
	struct stop_watch watch = {.serves = does_serve, .argument = &duty};
	pid_t children[2];
	struct process process = {.pid = getpid()};
	assert_int_equal(process_tree_init(&process.tree, process.pid, true), 0);
	for (size_t i = 0; i < 2; i++) {
		children[i] = child_start();
		process.tree.members[process.tree.count++] = children[i];
		stop(children[i]);
	}
	stop_watch_look_now(&watch, &process);
	stop_watch_look_now(&watch, &process);
	assert_int_equal(watch.report.first_ns, 0);
	assert_false(watch.report.at_end);
	assert_int_equal(duty.asked, 2);

	/* What a process holds may change while it runs: it is asked again. */
	int status;
	kill(children[1], SIGCONT);
	assert_int_equal(waitpid(children[1], &status, WCONTINUED), children[1]);
	stop_watch_look_now(&watch, &process);
	duty.serves = children[1];
	stop(children[1]);
	stop_watch_look_now(&watch, &process);
	assert_int_equal(duty.asked, 3);
	assert_int_equal(watch.report.pid, children[1]);
	assert_int_equal(watch.report.processes, 1);
	for (size_t i = 0; i < 2; i++) {
		kill(children[i], SIGKILL);
		assert_int_equal(waitpid(children[i], NULL, 0), children[i]);
	}
	process_tree_finish(&process.tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_add_up),
		cmocka_unit_test(a_process_is_looked_at),
		cmocka_unit_test(only_who_serves_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
