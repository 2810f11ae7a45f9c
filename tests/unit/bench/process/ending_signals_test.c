/* A signal that comes while something is written is told behind it. The handler writes to the
 * standard error, so that each case is a child with a pipe in its place. */
#include "bench/process/ending_signals.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define SENTENCE "\nteardown: ending this trial; once more ends at once\n"

static void give_up(void)
{
	(void)!write(STDERR_FILENO, "given up", 8);
}

/* What the child wrote; `status` is as waitpid(2) has it. */
static char *said_by(void (*child)(void), int *status)
{
	static char said[256];
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	assert_int_not_equal(pid, -1);
	if (pid == 0) {
		dup2(ends[1], STDERR_FILENO);
		ending_signals_catch("trial", give_up);
		child();
		_exit(ending_signals_met ? 0 : 1);
	}
	close(ends[1]);
	size_t length = 0;
	ssize_t got;
	while ((got = read(ends[0], said + length, sizeof(said) - 1 - length)) > 0)
		length += (size_t)got;
	said[length] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, status, 0), pid);
	return said;
}

static void writes_in_two_pieces(void)
{
	fputs("one", stderr);
	raise(SIGTERM);
	fputs("two", stderr);
}

static void holds_while_it_writes(void)
{
	ending_signals_hold();
	writes_in_two_pieces();
	if (ending_signals_met)
		_exit(2);
	ending_signals_release();
}

static void holds_through_two(void)
{
	ending_signals_hold();
	raise(SIGTERM);
	raise(SIGINT);
	fputs("whole", stderr);
	ending_signals_release();
	_exit(3);
}

static void without_a_hold_the_text_is_cut(void **state)
{
	int status;
	assert_string_equal(said_by(writes_in_two_pieces, &status), "one" SENTENCE "two");
	assert_int_equal(status, 0);
}

static void what_is_written_under_a_hold_is_whole(void **state)
{
	int status;
	assert_string_equal(said_by(holds_while_it_writes, &status), "onetwo" SENTENCE);
	assert_int_equal(status, 0);
}

/* The second one ends the program all the same. */
static void a_hold_loses_no_signal(void **state)
{
	int status;
	assert_string_equal(said_by(holds_through_two, &status), "whole" SENTENCE "given up");
	assert_true(WIFSIGNALED(status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_hold_the_text_is_cut),
		cmocka_unit_test(what_is_written_under_a_hold_is_whole),
		cmocka_unit_test(a_hold_loses_no_signal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
