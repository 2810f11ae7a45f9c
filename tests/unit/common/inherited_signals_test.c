/* What a program that was started with odd signals makes of them. */
#include "common/inherited_signals.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void nothing_stays_blocked(void **state)
{
	sigset_t set;
	sigfillset(&set);
	assert_int_equal(sigprocmask(SIG_SETMASK, &set, NULL), 0);
	inherited_signals_settle();
	assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &set), 0);
	for (int number = 1; number < NSIG; number++)
		assert_int_not_equal(sigismember(&set, number), 1);
}

static void the_end_of_a_child_is_known(void **state)
{
	int status = 0;
	signal(SIGCHLD, SIG_IGN);
	inherited_signals_settle();
	pid_t pid = fork();
	if (pid == 0)
		_exit(7);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

static void a_file_that_may_not_grow_is_an_error(void **state)
{
	struct rlimit before, none;
	int fd = memfd_create("small", MFD_CLOEXEC);
	assert_int_not_equal(fd, -1);
	signal(SIGXFSZ, SIG_DFL);
	inherited_signals_settle();
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = (struct rlimit){0, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	ssize_t written = write(fd, "x", 1);
	int error = errno;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(written, -1);
	assert_int_equal(error, EFBIG);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_stays_blocked),
		cmocka_unit_test(the_end_of_a_child_is_known),
		cmocka_unit_test(a_file_that_may_not_grow_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
