/* What may reach a terminal, and what may not. */
#include "common/printable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void cleaned(const char *text, enum printable_lines lines, const char *wanted)
{
	char copy[100];
	uint32_t code_point;
	strcpy(copy, text);
	printable_clean(copy, lines);
	assert_string_equal(copy, wanted);
	assert_null(printable_fault(copy, lines, &code_point));
}

static void test_what_is_shown_stays(void **state)
{
	static const char *const texts[] = {"", "graceful", "a b~", "\u00a0\u00e9\u4e2d",
		"\U0001f600", "\U0010fffd", "\u200a\u2010\u202f\u2030\u205f\u2070",
		"\ufefe\U000dffff"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		cleaned(texts[i], PRINTABLE_ONE_LINE, texts[i]);
	cleaned("a\n\tb", PRINTABLE_LINES, "a\n\tb");
}

static void test_control_characters_do_not(void **state)
{
	cleaned("a\x1b[2Jb", PRINTABLE_ONE_LINE, "a?[2Jb");
	cleaned("a\rb\x7f\x01", PRINTABLE_LINES, "a?b??");
	cleaned("a\n\tb", PRINTABLE_ONE_LINE, "a??b");
	/* C1: U+009B is CSI. */
	cleaned("\xc2\x9b"
		"2J",
		PRINTABLE_ONE_LINE, "?2J");
	/* Directions and separators. */
	cleaned("\u202eabc\u2066\u2069\u200f\u061c\u2028", PRINTABLE_LINES, "?abc?????");
	/* Of no width. */
	cleaned("a\u200bb\u200dc\u2060\u206f\ufeff\U000e0041\U000e0fff", PRINTABLE_LINES,
		"a?b?c?????");
}

static void test_bytes_that_are_no_utf8_do_not(void **state)
{
	cleaned("\xff\x80", PRINTABLE_ONE_LINE, "??");
	cleaned("\xc3", PRINTABLE_ONE_LINE, "?");
	cleaned("\xe2\x82", PRINTABLE_ONE_LINE, "??");
	/* Overlong: ESC in two bytes; a surrogate; beyond U+10FFFF. */
	cleaned("\xc0\x9b", PRINTABLE_ONE_LINE, "??");
	cleaned("\xed\xa0\x80", PRINTABLE_ONE_LINE, "???");
	cleaned("\xf4\x90\x80\x80", PRINTABLE_ONE_LINE, "????");
}

static void test_the_place_is_told(void **state)
{
	uint32_t code_point;
	const char *text = "ab\u202ec";
	assert_ptr_equal(printable_fault(text, PRINTABLE_ONE_LINE, &code_point), text + 2);
	assert_int_equal(code_point, 0x202e);
	assert_non_null(printable_fault("\xff", PRINTABLE_ONE_LINE, &code_point));
	assert_int_equal(code_point, 0xff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_shown_stays),
		cmocka_unit_test(test_control_characters_do_not),
		cmocka_unit_test(test_bytes_that_are_no_utf8_do_not),
		cmocka_unit_test(test_the_place_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
