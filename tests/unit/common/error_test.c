/* The sentence of an error: what it holds of a user's words can be shown on a terminal. */
#include "common/error.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_a_sentence_is_kept(void **state)
{
	struct error error;
	assert_int_equal(
		error_set(&error, STATUS_USAGE, "no strategy \"%s\"", "\u00e9t\u00e9"), -1);
	assert_string_equal(error.text, "no strategy \"\u00e9t\u00e9\"");
	assert_int_equal(error.status, STATUS_USAGE);
}

static void test_what_moves_the_cursor_is_not(void **state)
{
	struct error error;
	error_set(&error, STATUS_FAILED, "%s: is no result", "n\x1b[31m\r\n\xc2\x9b\xff.json");
	assert_string_equal(error.text, "n?[31m????.json: is no result");
	errno = ENOENT;
	error_set_errno(&error, STATUS_FAILED, "%s", "n\x1b.json");
	assert_string_equal(error.text, "n?.json: No such file or directory");
}

static void test_a_cut_sentence_is_printable(void **state)
{
	struct error error;
	char name[2 * ERROR_TEXT_SIZE];
	for (size_t i = 0; i + 2 < sizeof(name); i += 2)
		memcpy(name + i, "\u00e9", 3);
	error_set(&error, STATUS_FAILED, "%s", name);
	assert_null(strchr(error.text, '?'));
	error_set(&error, STATUS_FAILED, "a%s", name);
	assert_null(strchr(error.text, '?'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sentence_is_kept),
		cmocka_unit_test(test_what_moves_the_cursor_is_not),
		cmocka_unit_test(test_a_cut_sentence_is_printable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
