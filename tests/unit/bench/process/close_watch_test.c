/* What counts as a close(2) that blocks, by looks at made-up threads; then by looks at threads of
 * another process. */
#include "bench/process/close_watch.h"

#include "common/clock.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define MS NS_PER_MS
#define LINGER_S 60 /* as long as the test may need: it kills the process */

static void see(struct close_watch *watch, pid_t tid, unsigned long long descriptor,
	unsigned long long switches, uint64_t at_ms)
{
	close_watch_see(watch,
		&(struct close_sight){
			.pid = 100, .tid = tid, .descriptor = descriptor, .switches = switches},
		at_ms * MS, at_ms * MS);
}

static void a_close_counts_once(void **state)
{
	struct close_watch watch = {.turn = 0};
	for (uint64_t at_ms = 1000; at_ms <= 1060; at_ms += 20) {
		see(&watch, 7, 5, 31, at_ms);
		close_watch_end_look(&watch);
	}
	assert_int_equal(watch.report.looks, 4);
	assert_int_equal(watch.report.blocked, 1);
	assert_int_equal(watch.report.first_ns, 1000 * MS);
	assert_int_equal(watch.report.longest_ms, 60);
	assert_int_equal(watch.report.pid, 100);
	assert_int_equal(watch.report.processes, 1);
}

/* Two looks, each of which finds the thread in a close: which is another one if it ran between, or
 * if its descriptor is another; and looks with one between them that did not find it so. */
static void two_short_ones_are_none(void **state)
{
	struct close_watch watch = {.turn = 0};
	see(&watch, 7, 5, 31, 1000);
	close_watch_end_look(&watch);
	see(&watch, 7, 5, 32, 1020);
	close_watch_end_look(&watch);
	see(&watch, 7, 6, 32, 1040);
	close_watch_end_look(&watch);
	close_watch_end_look(&watch);
	see(&watch, 7, 6, 32, 1080);
	close_watch_end_look(&watch);
	assert_int_equal(watch.report.blocked, 0);
	assert_int_equal(watch.report.longest_ms, 0);
	/* The last one goes on, from then on. */
	see(&watch, 7, 6, 32, 1100);
	close_watch_end_look(&watch);
	assert_int_equal(watch.report.blocked, 1);
	assert_int_equal(watch.report.first_ns, 1080 * MS);
	assert_int_equal(watch.report.longest_ms, 20);
}

static void looks_have_to_lie_apart(void **state)
{
	struct close_watch watch = {.turn = 0};
	see(&watch, 7, 5, 31, 1000);
	close_watch_end_look(&watch);
	see(&watch, 7, 5, 31, 1009);
	close_watch_end_look(&watch);
	assert_int_equal(watch.report.blocked, 0);
	see(&watch, 7, 5, 31, 1010);
	close_watch_end_look(&watch);
	assert_int_equal(watch.report.blocked, 1);
	assert_int_equal(watch.report.longest_ms, 10);
}

static void threads_are_told_apart(void **state)
{
	struct close_watch watch = {.turn = 0};
	for (uint64_t at_ms = 1000; at_ms <= 1040; at_ms += 20) {
		see(&watch, 7, 5, 31, at_ms);
		if (at_ms < 1040)
			see(&watch, 8, 5, 31, at_ms);
		close_watch_end_look(&watch);
	}
	assert_int_equal(watch.report.blocked, 2);
	assert_int_equal(watch.report.at_once, 2);
	close_watch_see(&watch,
		&(struct close_sight){.pid = 101, .tid = 7, .descriptor = 5, .switches = 31},
		1060 * MS, 1060 * MS);
	close_watch_end_look(&watch);
	close_watch_see(&watch,
		&(struct close_sight){.pid = 101, .tid = 7, .descriptor = 5, .switches = 31},
		1080 * MS, 1080 * MS);
	close_watch_end_look(&watch);
	assert_int_equal(watch.report.blocked, 3);
	assert_int_equal(watch.report.at_once, 2);
	assert_int_equal(watch.report.processes, 2);
	assert_int_equal(watch.report.pid, 100);
}

static void more_than_there_is_room_for(void **state)
{
	struct close_watch watch = {.turn = 0};
	for (uint64_t at_ms = 1000; at_ms <= 1020; at_ms += 20) {
		for (pid_t tid = 1; tid <= CLOSE_WATCH_THREADS + 9; tid++)
			see(&watch, tid, 5, 31, at_ms);
		close_watch_end_look(&watch);
	}
	assert_int_equal(watch.report.blocked, CLOSE_WATCH_THREADS);
}

/* A process of which one thread is asleep in close(2), or in something that looks like it. */
enum way { IN_CLOSE, IN_READ, STOPPED };

static void close_begin(int fd)
{
	static char bytes[1 << 20];
	const struct linger linger = {.l_onoff = 1, .l_linger = LINGER_S};
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	while (send(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0) {
	}
	close(fd);
}

static void child_be(enum way way, int ready)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&address, size) == -1 || listen(listener, 1) == -1 ||
		getsockname(listener, (struct sockaddr *)&address, &size) == -1 ||
		connect(client, (struct sockaddr *)&address, size) == -1)
		_exit(1);
	int accepted = accept(listener, NULL, NULL);
	if (write(ready, "x", 1) != 1)
		_exit(1);
	char byte;
	if (way == IN_CLOSE)
		close_begin(accepted);
	else if (way == STOPPED)
		kill(getpid(), SIGSTOP);
	else if (read(accepted, &byte, 1) == 1)
		_exit(1);
	_exit(0);
}

static pid_t child_start(enum way way)
{
	int fds[2];
	char byte;
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		child_be(way, fds[1]);
	}
	assert_int_equal(read(fds[0], &byte, 1), 1);
	close(fds[0]);
	close(fds[1]);
	return pid;
}

static void child_end(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void turn(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 2 * NS_PER_MS}, NULL);
}

/* Looks until the thread is asleep in that call, or, with -1, stopped. */
static void call_await(pid_t pid, long number, struct thread_call *call)
{
	int status;
	if (number == -1)
		assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	else
		do
			turn();
		while (!thread_call_read(pid, pid, number, call) || !call->is_asleep);
}

static void proc_tells_what_a_thread_is_asleep_in(void **state)
{
	struct thread_call call;
	char name[PROCESS_NAME_SIZE];
	pid_t pid = child_start(IN_CLOSE);
	call_await(pid, SYS_close, &call);
	assert_true(call.argument > STDERR_FILENO);
	unsigned long long switches = call.switches;
	turn();
	assert_true(thread_call_read(pid, pid, SYS_close, &call) && call.is_asleep);
	assert_int_equal(call.switches, switches);
	assert_string_equal(process_name(pid, name), "unit-close_watc");
	child_end(pid);
	assert_false(thread_call_read(pid, pid, SYS_close, &call));
	assert_string_equal(process_name(pid, name), "");

	pid = child_start(IN_READ);
	call_await(pid, SYS_read, &call);
	assert_true(thread_call_read(pid, pid, SYS_close, &call));
	assert_false(call.is_asleep);
	child_end(pid);
}

/* It is stopped in kill(2), and not asleep. */
static void a_stopped_thread_is_not_asleep(void **state)
{
	struct thread_call call;
	pid_t pid = child_start(STOPPED);
	call_await(pid, -1, &call);
	assert_true(thread_call_read(pid, pid, SYS_kill, &call));
	assert_false(call.is_asleep);
	assert_true(call.switches > 0);
	child_end(pid);
}

static void a_process_is_looked_at(void **state)
{
	struct close_watch watch = {.turn = 0};
	struct process process = {.pid = child_start(IN_CLOSE)};
	assert_int_equal(process_tree_init(&process.tree, process.pid, true), 0);
	while (watch.report.blocked == 0) {
		close_watch_look(&watch, &process);
		turn();
	}
	assert_int_equal(watch.report.threads, 1);
	assert_int_equal(watch.report.at_once, 1);
	assert_int_equal(watch.report.pid, process.pid);
	assert_string_equal(watch.report.name, "unit-close_watc");
	child_end(process.pid);
	process_tree_finish(&process.tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_close_counts_once),
		cmocka_unit_test(two_short_ones_are_none),
		cmocka_unit_test(looks_have_to_lie_apart),
		cmocka_unit_test(threads_are_told_apart),
		cmocka_unit_test(more_than_there_is_room_for),
		cmocka_unit_test(proc_tells_what_a_thread_is_asleep_in),
		cmocka_unit_test(a_stopped_thread_is_not_asleep),
		cmocka_unit_test(a_process_is_looked_at),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
