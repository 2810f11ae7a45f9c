/* Texts that do not fit say so, and are never half a character; nor is an error's errno lost. */
#include "common/bounded_text.h"

#include "common/error.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void what_fits_is_whole(void **state)
{
	char text[8];
	assert_int_equal(bounded_text_write(text, sizeof(text), "%s", ""), 0);
	assert_string_equal(text, "");
	assert_int_equal(bounded_text_write(text, sizeof(text), "%d-%s", 12, "4567"), 7);
	assert_string_equal(text, "12-4567");
}

static void what_does_not_fit_ends_in_an_ellipsis(void **state)
{
	static const struct {
		size_t size;
		const char *text, *wanted;
	} rows[] = {
		{8, "12345678", "1234…"},
		{8, "123456789012345678901234567890", "1234…"},
		{4, "1234", "…"},
		/* Two bytes, three, four: what would be cut in two is left out. */
		{8, "1234ä789", "1234…"},
		{8, "123ä6789", "123…"},
		{8, "12€67890", "12…"},
		{8,
			"1\xf0\x9f\x98\x80"
			"6789",
			"1…"},
		{4, "äöü", "…"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[16];
		memset(text, 'x', sizeof(text));
		size_t length = bounded_text_write(text, rows[i].size, "%s", rows[i].text);
		assert_string_equal(text, rows[i].wanted);
		assert_int_equal(length, strlen(text));
		assert_true(length < rows[i].size);
		assert_int_equal(text[rows[i].size], 'x');
	}
}

static void an_error_keeps_its_errno(void **state)
{
	struct error error;
	char path[2 * ERROR_TEXT_SIZE];
	memset(path, 'p', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	errno = ENOENT;
	error_set_errno(&error, STATUS_FAILED, "%s", path);
	size_t length = strlen(error.text);
	static const char end[] = "pp…: No such file or directory";
	assert_int_equal(length, sizeof(error.text) - 1);
	assert_string_equal(error.text + length - strlen(end), end);
	error_set(&error, STATUS_FAILED, "%s", path);
	length = strlen(error.text);
	assert_string_equal(error.text + length - strlen("p…"), "p…");
	errno = EACCES;
	error_set_errno(&error, STATUS_FAILED, "%s", "short");
	assert_string_equal(error.text, "short: Permission denied");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_whole),
		cmocka_unit_test(what_does_not_fit_ends_in_an_ellipsis),
		cmocka_unit_test(an_error_keeps_its_errno),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
