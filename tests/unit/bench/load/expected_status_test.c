/* --expect: which statuses it takes, and which of them a response may then have. */
#include "bench/load/expected_status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void without_one_it_is_any_2xx(void **state)
{
	const struct expected_status none = {0};
	char text[EXPECTED_STATUS_TEXT];
	expected_status_text(&none, text);
	assert_string_equal(text, "2xx");
	for (unsigned status = 0; status < 1000; status++)
		assert_int_equal(
			expected_status_has(&none, status), status >= 200 && status <= 299);
}

static void one_status_or_a_class(void **state)
{
	static const struct {
		const char *text;
		unsigned first, last;
	} rows[] = {{"413", 413, 413}, {"200", 200, 200}, {"599", 599, 599}, {"4xx", 400, 499},
		{"2xx", 200, 299}, {"5xx", 500, 599}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct expected_status expected;
		char text[EXPECTED_STATUS_TEXT];
		assert_true(expected_status_parse(&expected, rows[i].text));
		expected_status_text(&expected, text);
		assert_string_equal(text, rows[i].text);
		for (unsigned status = 0; status < 1000; status++)
			assert_int_equal(expected_status_has(&expected, status),
				status >= rows[i].first && status <= rows[i].last);
	}
}

static void what_is_refused(void **state)
{
	static const char *const texts[] = {"", "4", "41", "4130", "199", "1xx", "600", "6xx",
		"xxx", "4x", "4xxx", "4x3", "41x", "-13", " 413", "413 ", "4:3"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct expected_status expected = {1, 2};
		assert_false(expected_status_parse(&expected, texts[i]));
		assert_true(expected.low == 1 && expected.high == 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_one_it_is_any_2xx),
		cmocka_unit_test(one_status_or_a_class),
		cmocka_unit_test(what_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
