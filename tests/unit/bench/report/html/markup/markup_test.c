/* HTML by a format: the format is written as it stands, and what fills it is escaped. */
#include "bench/report/html/markup/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *found;
static size_t size;

static FILE *begin(void)
{
	found = NULL;
	FILE *out = open_memstream(&found, &size);
	assert_non_null(out);
	return out;
}

static void end_is(FILE *out, const char *wanted)
{
	assert_int_equal(fclose(out), 0);
	assert_string_equal(found, wanted);
	free(found);
}

static void texts_are_escaped_and_the_format_is_not(void **state)
{
	FILE *out = begin();
	markup_write(out, "<b title=\"%s\">%s</b>%s", "a\"", "<i>%d", "");
	end_is(out, "<b title=\"a&quot;\">&lt;i&gt;%d</b>");
}

static void numbers_are_written_as_printf_does(void **state)
{
	FILE *out = begin();
	markup_write(out, "%d %zu %.2f %.3g %g 100 %%", -3, (size_t)7, 1.005, 12345.0, 0.5);
	end_is(out, "-3 7 1.00 1.23e+04 0.5 100 %");
}

static void several_follow_one_another(void **state)
{
	FILE *out = begin();
	markup_write(out, "%s%s %zu of %zu%s", "a", "&", (size_t)1, (size_t)2, ".");
	end_is(out, "a&amp; 1 of 2.");
}

static void thousands_are_set_apart(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {{0, "0"}, {999, "999"}, {1000, "1,000"}, {28232, "28,232"},
		{123456, "123,456"}, {1234567.4, "1,234,567"}, {-1234, "-1,234"}, {-123, "-123"}};
	char text[32];
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		markup_thousands(cases[i].value, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
	markup_thousands(1234567, text, 5);
	assert_true(strlen(text) < 5);
}

static void lines_become_items(void **state)
{
	FILE *out = begin();
	markup_lines_write(out, NULL, "one\n\n<two>");
	end_is(out, "<ul>\n<li>one</li>\n<li>&lt;two&gt;</li>\n</ul>\n");
	out = begin();
	markup_lines_write(out, "ticks", "one\n");
	end_is(out, "<ul class=\"ticks\">\n<li>one</li>\n</ul>\n");
}

static void no_lines_are_no_list(void **state)
{
	FILE *out = begin();
	markup_lines_write(out, NULL, "");
	markup_lines_write(out, NULL, "\n\n");
	end_is(out, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_escaped_and_the_format_is_not),
		cmocka_unit_test(numbers_are_written_as_printf_does),
		cmocka_unit_test(several_follow_one_another),
		cmocka_unit_test(thousands_are_set_apart),
		cmocka_unit_test(lines_become_items),
		cmocka_unit_test(no_lines_are_no_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
