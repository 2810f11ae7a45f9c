/* Commands on several lines: what they look like, and that a shell reads the same words. */
#include "common/command_lines.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COLUMN 10
#define INDENT 10

static char *printed(const char *command, size_t width)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	command_lines_print(command, COLUMN, INDENT, width, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void shown(const char *command, size_t width, const char *wanted)
{
	char *text = printed(command, width);
	assert_string_equal(text, wanted);
	free(text);
}

static void test_lines_break_before_options(void **state)
{
	shown("teardown run", 60, "teardown run\n");
	/* "teardown run -a 1234567" ends in column 33. */
	shown("teardown run -a 1234567", 33, "teardown run -a 1234567\n");
	shown("teardown run -a 1234567", 32, "teardown run \\\n          -a 1234567\n");
	shown("teardown run --one 1 -b 'x -y' --two-three 2", 40,
		"teardown run --one 1 \\\n"
		"          -b 'x -y' --two-three 2\n");
	/* An escaped quote opens none, and one within the other kind is a character. */
	shown("run --one it\\'s -b \"it's -c\" -d", 30,
		"run --one it\\'s \\\n"
		"          -b \"it's -c\" -d\n");
}

static void test_an_option_that_is_wider_breaks_before_its_value(void **state)
{
	shown("teardown trace --one 12345678901234", 30,
		"teardown trace \\\n"
		"          --one 12345678901234\n");
	shown("teardown trace --one 123456789012345", 30,
		"teardown trace \\\n"
		"          --one \\\n"
		"          123456789012345\n");
	shown("teardown trace --one 123456789012345 -b", 30,
		"teardown trace \\\n"
		"          --one \\\n"
		"          123456789012345 -b\n");
}

static void test_a_word_that_is_wider_goes_on_without_a_blank(void **state)
{
	shown("run -s ./one.so,./two.so,./three.so,./four.so", 30,
		"run \\\n"
		"          -s ./one.so,\\\n"
		"./two.so,./three.so,./four.so\n");
	/* In single quotes a backslash would be a character. */
	shown("run --server-command 'nginx -c /etc/nginx/sites/nginx.conf'", 44,
		"run \\\n"
		"          --server-command 'nginx -c '\\\n"
		"'/etc/nginx/sites/nginx.conf'\n");
	shown("run -x \"abcdefgh ijklmnopqrstuvw\"", 30,
		"run \\\n"
		"          -x \"abcdefgh \\\n"
		"ijklmnopqrstuvw\"\n");
	/* Nowhere to break: in the midst, but for a character of two bytes, or one that is escaped.
	 */
	shown("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 30,
		"aaaaaaaaaaaaaaaaaa\\\n"
		"aaaaaaaaaaaaaaaaa\n");
	shown("aaaaaaaaaaaaaaaaa\\'aaaaaaaaaaaaaaa\u00e9\u00e9\u00e9", 30,
		"aaaaaaaaaaaaaaaaa\\\n"
		"\\'aaaaaaaaaaaaaaa\u00e9\u00e9\u00e9\n");
}

/* What printf of a shell makes of the words, one on a line. */
static char *words_of(const char *command)
{
	char *text = NULL, chunk[256];
	size_t size, length;
	FILE *script = tmpfile(), *said, *out = open_memstream(&text, &size);
	assert_true(script && out);
	fprintf(script, "printf '<%%s>' %s", command);
	rewind(script);
	char line[64];
	snprintf(line, sizeof(line), "sh /dev/fd/%d", fileno(script));
	said = popen(line, "r"); /* NOLINT(cert-env33-c): the shell is what is tried. */
	assert_non_null(said);
	while ((length = fread(chunk, 1, sizeof(chunk), said)) > 0)
		fwrite(chunk, 1, length, out);
	assert_int_equal(pclose(said), 0);
	fclose(script);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void narrow_enough(const char *text, size_t width, const char *command)
{
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		if (strcspn(line, "\n") > width)
			fail_msg("wider than %zu, of %s:\n%s", width, command, text);
}

static void test_a_shell_reads_the_same_words(void **state)
{
	static const char *const commands[] = {
		"teardown run --one 1 --header 'X-Long: it'\\''s \\ \" -d 9s' -o "
		"/a/b/c/d/e/f/g.json",
		"teardown run -s ./aaaaaaaaaaaa.so,./bbbbbbbbbbbbbbbb.so,./cccccccccccccccccc.so "
		"-r 3",
		"teardown run --server-command 'env -i A=1 sh -c \"exec server -p 80 $(echo 1)\"' "
		"-q",
		"teardown \"a \\\"quoted\\\" word that is very long, and \\$HOME, and \\\\\" -x\\ "
		"-y -z",
		"''' '''\\''\\''\\''\\''\\''\\''\\''\\''\\''\\''\\''\\''\\''\\''\\''\\''\\'''",
	};
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		char *wanted = words_of(commands[i]);
		for (size_t width = 24; width < 120; width++) {
			char *text = printed(commands[i], width), *found = words_of(text);
			assert_string_equal(found, wanted);
			/* The first line stands behind what it has already. */
			narrow_enough(text, width, commands[i]);
			free(text);
			free(found);
		}
		free(wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_break_before_options),
		cmocka_unit_test(test_an_option_that_is_wider_breaks_before_its_value),
		cmocka_unit_test(test_a_word_that_is_wider_goes_on_without_a_blank),
		cmocka_unit_test(test_a_shell_reads_the_same_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
