/* A tree of processes whose numbers run backwards, as they do where numbers have begun anew: in a
 * namespace, where the test chooses the next number. And one of which a process ends. */
#include "bench/process/process_tree.h"

#include "common/clock.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SKIPPED 77
#define PROCESSES 4
#define ROOT 10000
#define BURNT_NS (20 * NS_PER_MS)
#define TAKEN_BYTES ((size_t)128 << 20)

/* The next process of this namespace has the number after it. */
static void last_pid_set(pid_t pid)
{
	FILE *file = fopen("/proc/sys/kernel/ns_last_pid", "we");
	if (file) {
		fprintf(file, "%d", (int)pid);
		fclose(file);
	}
}

static uint64_t own_cpu_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return clock_timespec_ns(&now);
}

static void burn_until(uint64_t cpu_ns)
{
	while (own_cpu_ns() < cpu_ns) {
	}
}

static void byte_write(int pipe)
{
	if (write(pipe, "x", 1) != 1)
		_exit(1);
}

static void byte_read(int pipe)
{
	char byte;
	if (read(pipe, &byte, 1) != 1)
		_exit(1);
}

/* Each process but the last has a child, whose number is lower. The last takes CPU time, and says
 * so. */
static void chain_make(int processes, pid_t pid, int ready)
{
	pid_t child = 0;
	for (int i = 1; i < processes && child == 0; i++) {
		last_pid_set(pid - 1000 * i - 1);
		child = fork();
	}
	if (child == 0) {
		burn_until(BURNT_NS);
		byte_write(ready);
	}
	pause();
	_exit(0);
}

static void numbers_that_run_backwards(void **state)
{
	struct process_tree tree;
	int ready[2];
	uint64_t peak;
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	last_pid_set(ROOT - 1);
	pid_t root = fork();
	if (root == 0)
		chain_make(PROCESSES, ROOT, ready[1]);
	assert_int_equal(process_tree_init(&tree, root, false), 0);
	byte_read(ready[0]);
	assert_true(process_tree_cpu_ns(&tree) >= BURNT_NS);
	assert_int_equal(tree.count, PROCESSES);
	assert_true(tree.members[1] < root && tree.members[PROCESSES - 1] < tree.members[1]);
	assert_true(process_tree_rss_bytes(&tree, &peak) > 0);
	for (size_t i = 0; i < tree.count; i++)
		kill(tree.members[i], SIGKILL);
	process_tree_finish(&tree);
	assert_int_equal(waitpid(root, NULL, 0), root);
	close(ready[0]);
	close(ready[1]);
}

/* It waits for a child that took 19 ms, of which the kernel tells the parent one tick of 10 ms;
 * then it takes 5 ms itself. */
static void parent_play(int said, int told)
{
	pid_t child = fork();
	if (child == 0) {
		burn_until(19 * NS_PER_MS);
		byte_write(said);
		byte_read(told);
		_exit(0);
	}
	if (waitpid(child, NULL, 0) != child)
		_exit(1);
	burn_until(own_cpu_ns() + 5 * NS_PER_MS);
	byte_write(said);
	pause();
	_exit(0);
}

static void a_process_that_ended_hides_nothing_of_the_others(void **state)
{
	struct process_tree tree;
	int said[2], told[2];
	assert_int_equal(pipe2(said, O_CLOEXEC), 0);
	assert_int_equal(pipe2(told, O_CLOEXEC), 0);
	pid_t root = fork();
	if (root == 0)
		parent_play(said[1], told[0]);
	assert_int_equal(process_tree_init(&tree, root, false), 0);
	byte_read(said[0]);
	uint64_t before_ns = process_tree_cpu_ns(&tree);
	assert_int_equal(tree.count, 2);
	assert_int_equal(process_tree_ended(&tree), 0);
	byte_write(told[1]);
	byte_read(said[0]);
	uint64_t after_ns = process_tree_cpu_ns(&tree);
	assert_int_equal(tree.count, 1);
	assert_int_equal(process_tree_ended(&tree), 1);
	assert_true(after_ns >= before_ns + 5 * NS_PER_MS);
	kill(root, SIGKILL);
	process_tree_finish(&tree);
	assert_int_equal(waitpid(root, NULL, 0), root);
	for (int i = 0; i < 2; i++) {
		close(said[i]);
		close(told[i]);
	}
}

/* Takes memory, gives it back, and says so. */
static void memory_play(int said)
{
	char *memory =
		mmap(NULL, TAKEN_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		_exit(1);
	for (size_t at = 0; at < TAKEN_BYTES; at += 4096)
		memory[at] = 1;
	munmap(memory, TAKEN_BYTES);
	byte_write(said);
	pause();
	_exit(0);
}

/* This process, whose copy the child is, has far less of it. */
static void memory_that_was_given_back_is_in_the_peak_alone(void **state)
{
	struct process_tree tree;
	uint64_t peak;
	int said[2];
	assert_int_equal(pipe2(said, O_CLOEXEC), 0);
	pid_t root = fork();
	if (root == 0)
		memory_play(said[1]);
	assert_int_equal(process_tree_init(&tree, root, false), 0);
	byte_read(said[0]);
	uint64_t now = process_tree_rss_bytes(&tree, &peak);
	assert_true(now > 0 && now < TAKEN_BYTES);
	/* The kernel counts pages in batches a processor. */
	assert_true(peak >= TAKEN_BYTES / 8 * 7 && peak < 2 * TAKEN_BYTES);
	kill(root, SIGKILL);
	process_tree_finish(&tree);
	assert_int_equal(waitpid(root, NULL, 0), root);
	close(said[0]);
	close(said[1]);
}

/* The first process of a namespace, so that orphans come back to this one. */
static int in_namespace(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_that_run_backwards),
		cmocka_unit_test(a_process_that_ended_hides_nothing_of_the_others),
		cmocka_unit_test(memory_that_was_given_back_is_in_the_peak_alone)};
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
		mount("proc", "/proc", "proc", 0, NULL) == -1 ||
		access("/proc/sys/kernel/ns_last_pid", W_OK) == -1)
		return SKIPPED;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* LeakSanitizer traces by a process that it clones, which would be in the other namespace. */
_Noreturn static void leave(int status)
{
	fflush(NULL);
	_exit(status);
}

int main(void)
{
	int status;
	if (unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS) == -1) {
		printf("skipped: no namespace here\n");
		return SKIPPED;
	}
	pid_t child = fork();
	if (child == 0)
		leave(in_namespace());
	if (child == -1 || waitpid(child, &status, 0) == -1 || !WIFEXITED(status))
		leave(1);
	leave(WEXITSTATUS(status));
}
