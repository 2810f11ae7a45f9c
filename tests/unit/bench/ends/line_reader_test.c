/* Lines as a pipe brings them: in parts, several at once, and too long by one byte. */
#include "bench/ends/line_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int fds[2];
static struct line_reader reader;
static const char *line;
static size_t length;

static int set_up(void **state)
{
	assert_int_equal(pipe(fds), 0);
	line_reader_init(&reader, fds[0]);
	return 0;
}

static int tear_down(void **state)
{
	close(fds[0]);
	if (fds[1] != -1)
		close(fds[1]);
	return 0;
}

static void say(const char *text)
{
	assert_int_equal(write(fds[1], text, strlen(text)), strlen(text));
}

static void silence(void)
{
	close(fds[1]);
	fds[1] = -1;
}

static void line_is(const char *text)
{
	assert_int_equal(line_reader_take(&reader, 0, &line, &length), LINE_READY);
	assert_int_equal(length, strlen(text));
	assert_memory_equal(line, text, length);
}

static void no_line(enum line_status status)
{
	assert_int_equal(line_reader_take(&reader, 0, &line, &length), status);
}

static void parts_become_lines(void **state)
{
	no_line(LINE_NONE);
	say("one");
	no_line(LINE_NONE);
	say(" and\n\ntwo\nthr");
	line_is("one and");
	line_is("");
	line_is("two");
	no_line(LINE_NONE);
	say("ee\n");
	line_is("three");
	no_line(LINE_NONE);
}

/* What has no end of line is none: its rest may be missing. */
static void the_end(void **state)
{
	say("whole\nnot whole");
	silence();
	line_is("whole");
	no_line(LINE_END);
	no_line(LINE_END);
}

static void a_byte_of_0_is_one(void **state)
{
	assert_int_equal(write(fds[1], "a\0b\n", 4), 4);
	assert_int_equal(line_reader_take(&reader, 0, &line, &length), LINE_READY);
	assert_int_equal(length, 3);
	assert_memory_equal(line, "a\0b", 3);
}

static void a_long_line_comes(size_t size, bool is_too_long)
{
	static char bytes[LINE_BYTES_MAX + 2];
	size_t said = 0;
	enum line_status status;
	memset(bytes, 'x', sizeof(bytes));
	bytes[size] = '\n';
	do {
		size_t piece = size + 1 - said < 4096 ? size + 1 - said : 4096;
		assert_int_equal(write(fds[1], bytes + said, piece), piece);
		said += piece;
		status = line_reader_take(&reader, 0, &line, &length);
	} while (status == LINE_NONE);
	assert_int_equal(status, is_too_long ? LINE_TOO_LONG : LINE_READY);
	if (!is_too_long)
		assert_int_equal(length, size);
}

static void the_longest_line(void **state)
{
	a_long_line_comes(LINE_BYTES_MAX, false);
	say("next\n");
	line_is("next");
	a_long_line_comes(LINE_BYTES_MAX, false);
}

static void a_line_that_is_too_long(void **state)
{
	a_long_line_comes(LINE_BYTES_MAX + 1, true);
	no_line(LINE_TOO_LONG);
}

static void what_cannot_be_read(void **state)
{
	line_reader_init(&reader, fds[1]);
	silence();
	no_line(LINE_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(parts_become_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_byte_of_0_is_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_longest_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_line_that_is_too_long, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_read, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
