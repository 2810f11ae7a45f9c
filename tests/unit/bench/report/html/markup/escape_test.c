/* Texts on their way into HTML: what they would end, open or turn around stays text. */
#include "bench/report/html/markup/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef void write_fn(const char *text, FILE *out);

static void written_is(write_fn *write, const char *text, const char *wanted)
{
	char *found = NULL;
	size_t size;
	FILE *out = open_memstream(&found, &size);
	assert_non_null(out);
	write(text, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(found, wanted);
	free(found);
}

static void html_is(const char *text, const char *wanted)
{
	written_is(escape_html, text, wanted);
}

static void script_is(const char *text, const char *wanted)
{
	written_is(escape_script_string, text, wanted);
}

static void names_stay_as_they_are(void **state)
{
	html_is("", "");
	html_is("reset-on-timeout 12.2k/s (95 %), µs", "reset-on-timeout 12.2k/s (95 %), µs");
	script_is("reset-on-timeout, µs", "\"reset-on-timeout, µs\"");
}

static void no_element_begins(void **state)
{
	html_is("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;");
	html_is("</script><script>", "&lt;/script&gt;&lt;script&gt;");
	html_is("&lt;b&gt;", "&amp;lt;b&amp;gt;");
}

static void no_attribute_ends(void **state)
{
	html_is("\" onmouseover=\"x", "&quot; onmouseover=&quot;x");
	html_is("' autofocus '", "&#39; autofocus &#39;");
}

static void direction_of_writing_stays(void **state)
{
	html_is("a\u202eb", "a?b");
	html_is("a\u2066b\u200f\ufeff", "a?b??");
	script_is("a\u202eb", "\"a?b\"");
}

static void what_is_no_utf8_is_not_passed_on(void **state)
{
	html_is("a\xff\xc3", "a??");
	html_is("a\x01\x7f", "a??");
	script_is("\xe2\x82", "\"??\"");
}

static void a_part_is_cut_where_it_ends(void **state)
{
	char *found = NULL;
	size_t size;
	FILE *out = open_memstream(&found, &size);
	assert_non_null(out);
	escape_html_part("ab<cd", 3, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(found, "ab&lt;");
	free(found);
}

static void no_script_ends(void **state)
{
	script_is("</script>", "\"\\u003c/script\\u003e\"");
	script_is("<!--", "\"\\u003c!--\"");
	script_is("a\"b\\c", "\"a\\u0022b\\u005cc\"");
	script_is("a\nb\tc", "\"a\\u000ab\\u0009c\"");
	script_is("&amp;'", "\"\\u0026amp;\\u0027\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_stay_as_they_are),
		cmocka_unit_test(no_element_begins),
		cmocka_unit_test(no_attribute_ends),
		cmocka_unit_test(direction_of_writing_stays),
		cmocka_unit_test(what_is_no_utf8_is_not_passed_on),
		cmocka_unit_test(a_part_is_cut_where_it_ends),
		cmocka_unit_test(no_script_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
