/* Who holds a listener, and what keeps them from accepting. */
#include "bench/ends/accept_holder.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define CHILD_DESCRIPTORS 64

/* This process, the server's first, and two children that hold its listener, too. */
struct family {
	struct process process;
	struct accept_start start;
	pid_t children[2];
	int listener;
	uint32_t inode;
};

/* Holds what it has inherited. With `fills` it has no descriptor left. */
static pid_t child_start(bool fills)
{
	int fds[2];
	char ready;
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		struct rlimit limit = {CHILD_DESCRIPTORS, CHILD_DESCRIPTORS};
		if (fills && setrlimit(RLIMIT_NOFILE, &limit) == -1)
			_exit(1);
		while (fills && dup(fds[1]) != -1)
			;
		if (write(fds[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(fds[1]);
	assert_int_equal(read(fds[0], &ready, 1), 1);
	close(fds[0]);
	return pid;
}

static void start_take(struct family *family)
{
	struct accept_queues queues = {.count = 1, .list = {{.inode = family->inode}}};
	accept_start_take(&family->start, &queues, &family->process);
}

/* So many of the children have no descriptor left. */
static void family_make(struct family *family, int full)
{
	struct stat status;
	memset(family, 0, sizeof(*family));
	family->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(fstat(family->listener, &status), 0);
	family->inode = (uint32_t)status.st_ino;
	family->process.pid = getpid();
	assert_int_equal(process_tree_init(&family->process.tree, getpid(), true), 0);
	for (int i = 0; i < 2; i++) {
		family->children[i] = child_start(i < full);
		family->process.tree.members[family->process.tree.count++] = family->children[i];
	}
	start_take(family);
}

static void child_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void family_end(struct family *family)
{
	for (int i = 0; i < 2; i++)
		child_end(family->children[i]);
	if (family->listener != -1)
		close(family->listener);
	process_tree_finish(&family->process.tree);
}

static struct accept_holder found(struct family *family)
{
	return accept_holder_find(family->inode, &family->process, &family->start);
}

static void leave(struct family *family)
{
	close(family->listener);
	family->listener = -1;
}

static void all_hold_it(void **state)
{
	struct family family;
	family_make(&family, 0);
	struct accept_holder by = found(&family);
	assert_int_equal(by.holder.pid, getpid());
	assert_int_equal(by.holder.processes, 3);
	assert_true(by.holder.name[0]);
	assert_int_equal(by.left_pid, 0);
	assert_false(by.is_stopped);
	assert_int_equal(by.descriptor_limit, 0);
	family_end(&family);
}

static void one_has_left(void **state)
{
	struct family family;
	family_make(&family, 0);
	leave(&family);
	struct accept_holder by = found(&family);
	assert_int_equal(by.holder.pid, family.children[0]);
	assert_int_equal(by.holder.processes, 2);
	assert_int_equal(by.left_pid, getpid());
	assert_false(by.left_has_ended);
	assert_true(by.left_name[0]);
	family_end(&family);
}

static void one_has_ended(void **state)
{
	struct family family;
	family_make(&family, 0);
	child_end(family.children[1]);
	struct accept_holder by = found(&family);
	assert_int_equal(by.holder.processes, 2);
	assert_int_equal(by.left_pid, family.children[1]);
	assert_true(by.left_has_ended);
	family_end(&family);
}

/* It has ended, but nobody has waited for it. */
static void one_is_a_zombie(void **state)
{
	struct family family;
	siginfo_t info;
	family_make(&family, 0);
	kill(family.children[1], SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)family.children[1], &info, WEXITED | WNOWAIT), 0);
	assert_true(found(&family).left_has_ended);
	family_end(&family);
}

/* A worker that has come since makes up for the one that has left. */
static void another_has_come(void **state)
{
	struct family family;
	family_make(&family, 0);
	pid_t other = child_start(false);
	family.process.tree.members[family.process.tree.count++] = other;
	leave(&family);
	struct accept_holder by = found(&family);
	assert_int_equal(by.holder.processes, 3);
	assert_int_equal(by.left_pid, 0);
	child_end(other);
	family_end(&family);
}

static void stop(pid_t pid)
{
	int status;
	kill(pid, SIGSTOP);
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
}

static void all_that_hold_it_are_stopped(void **state)
{
	struct family family;
	family_make(&family, 0);
	leave(&family);
	stop(family.children[0]);
	assert_false(found(&family).is_stopped);
	stop(family.children[1]);
	struct accept_holder by = found(&family);
	assert_true(by.is_stopped);
	assert_int_equal(by.holder.processes, 2);
	family_end(&family);
}

static void all_that_hold_it_have_no_descriptor_left(void **state)
{
	struct family family;
	family_make(&family, 2);
	assert_int_equal(found(&family).descriptor_limit, 0);
	leave(&family);
	assert_int_equal(found(&family).descriptor_limit, CHILD_DESCRIPTORS);
	family_end(&family);
}

/* The other one can accept. */
static void one_that_holds_it_has_no_descriptor_left(void **state)
{
	struct family family;
	family_make(&family, 1);
	leave(&family);
	assert_int_equal(found(&family).descriptor_limit, 0);
	family_end(&family);
}

/* The first look that finds it tells the limit, and whose. */
static void looks_at_the_limit(void **state)
{
	struct accept_limit limit = {.looks = 0};
	struct accept_holder by = {.holder = {.pid = 7, .processes = 1}};
	accept_limit_see(&limit, &by, 1);
	by.descriptor_limit = 40;
	accept_limit_see(&limit, &by, 2);
	by.descriptor_limit = 41;
	by.holder.pid = 8;
	accept_limit_see(&limit, &by, 3);
	assert_int_equal(limit.looks, 3);
	assert_int_equal(limit.reached, 2);
	assert_int_equal(limit.first_ns, 2);
	assert_int_equal(limit.limit, 40);
	assert_int_equal(limit.holder.pid, 7);
}

static void nobody_holds_it(void **state)
{
	struct family family;
	family_make(&family, 0);
	child_end(family.children[0]);
	child_end(family.children[1]);
	leave(&family);
	struct accept_holder by = found(&family);
	assert_int_equal(by.holder.pid, 0);
	assert_int_equal(by.holder.processes, 0);
	assert_false(by.is_stopped);
	assert_int_equal(by.descriptor_limit, 0);
	assert_int_equal(by.left_pid, 0);
	family_end(&family);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_hold_it),
		cmocka_unit_test(one_has_left),
		cmocka_unit_test(one_has_ended),
		cmocka_unit_test(one_is_a_zombie),
		cmocka_unit_test(another_has_come),
		cmocka_unit_test(all_that_hold_it_are_stopped),
		cmocka_unit_test(all_that_hold_it_have_no_descriptor_left),
		cmocka_unit_test(one_that_holds_it_has_no_descriptor_left),
		cmocka_unit_test(nobody_holds_it),
		cmocka_unit_test(looks_at_the_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
