/* What the server's log says, and what it does not. */
#include "server/log.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static int pipe_fds[2];
static int stderr_fd;
static struct timespec now = {.tv_sec = 1000};

/* The clock of the log, by the linker's --wrap: it stands still but where a test moves it. */
int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
	*time = now;
	return 0;
}

static int capture_begin(void **state)
{
	stderr_fd = dup(STDERR_FILENO);
	if (stderr_fd == -1 || pipe2(pipe_fds, O_NONBLOCK | O_CLOEXEC) == -1)
		return -1;
	return dup2(pipe_fds[1], STDERR_FILENO) == -1 ? -1 : 0;
}

static int capture_end(void **state)
{
	dup2(stderr_fd, STDERR_FILENO);
	close(stderr_fd);
	close(pipe_fds[0]);
	return close(pipe_fds[1]);
}

static const char *said(void)
{
	static char text[4097];
	ssize_t n = read(pipe_fds[0], text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void test_a_kind_is_said_once_a_second(void **state)
{
	errno = EMFILE;
	for (int i = 0; i < 100; i++)
		log_event(LOG_PAUSE, "pause number=%d", i);
	assert_int_equal(errno, EMFILE);
	assert_string_equal(said(), "teardown-server: pause number=0\n");
	log_event(LOG_RELOAD, "another kind");
	assert_string_equal(said(), "teardown-server: another kind\n");
	now = (struct timespec){.tv_sec = 1000, .tv_nsec = 999999999};
	log_event(LOG_PAUSE, "pause number=%d", 0);
	assert_string_equal(said(), "");
	now = (struct timespec){.tv_sec = 1001};
	log_event(LOG_PAUSE, "pause number=%d", 100);
	assert_string_equal(said(), "teardown-server: pause number=100 suppressed=100\n");
	now.tv_sec++;
	log_event(LOG_PAUSE, "pause number=%d", 101);
	assert_string_equal(said(), "teardown-server: pause number=101\n");
}

static void test_the_books_are_a_line_of_their_own(void **state)
{
	log_event(LOG_ACCOUNTING, "opened=%d closed=%d left=0", 3, 3);
	assert_string_equal(said(), "connections: opened=3 closed=3 left=0\n");
}

static void test_a_long_event_is_one_line(void **state)
{
	char text[3000];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_event(LOG_FAILED, "%s", text);
	const char *line = said();
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	assert_true(strlen(line) < 700);
	/* The line says that it was cut. */
	assert_non_null(strstr(line, "xx…\n"));
}

static void test_a_full_pipe_is_not_waited_for(void **state)
{
	static const char page[4096];
	fcntl(pipe_fds[1], F_SETPIPE_SZ, sizeof(page));
	assert_int_equal(write(pipe_fds[1], page, sizeof(page)), sizeof(page));
	/* A thread that writes now stops. */
	assert_int_equal(fcntl(pipe_fds[1], F_SETFL, 0), 0);
	log_event(LOG_DRAIN, "drain number=%d", 0);
	log_event(LOG_ACCOUNTING, "opened=0 closed=0 left=0");
	said();
	assert_string_equal(said(), "");
	now.tv_sec++;
	log_event(LOG_DRAIN, "drain number=%d", 1);
	assert_string_equal(said(), "teardown-server: drain number=1 suppressed=1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_kind_is_said_once_a_second, capture_begin, capture_end),
		cmocka_unit_test_setup_teardown(
			test_the_books_are_a_line_of_their_own, capture_begin, capture_end),
		cmocka_unit_test_setup_teardown(
			test_a_long_event_is_one_line, capture_begin, capture_end),
		cmocka_unit_test_setup_teardown(
			test_a_full_pipe_is_not_waited_for, capture_begin, capture_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
