/* Texts that differ in numbers alone. */
#include "bench/report/like_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void numbers_are_found(void **state)
{
	static const struct {
		const char *text;
		size_t at, length;
	} rows[] = {{"12 of 30", 0, 2}, {"12 of 30", 6, 2}, {"12 of 30", 7, 0}, {"1.5 s", 0, 3},
		{"at 12.", 3, 2}, {"2xx", 0, 0}, {"ab1", 2, 0}, {"tcp_retries2", 11, 0},
		{"x (pid 4711)", 7, 0}, {"pid 4711", 4, 0}, {"rapid 4", 6, 0}, {"id 4711", 3, 4},
		{"", 0, 0}, {"a", 0, 0}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
			like_text_number(rows[i].text + rows[i].at, rows[i].text), rows[i].length);
}

static void texts_are_alike_but_for_numbers(void **state)
{
	static const struct {
		const char *a, *b;
		bool is_like;
	} rows[] = {{"7 connections timed out", "24 connections timed out", true},
		{"1 of 2.5", "10 of 3", true}, {"1 of 2", "1 of two", false},
		{"1 reset", "1 refused", false}, {"1 reset", "1 reset twice", false},
		{"held by it (pid 12)", "held by it (pid 13)", false},
		{"held by it (pid 12)", "held by it (pid 12)", true}, {"2xx", "3xx", false},
		{"", "", true}, {"", "1", false}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(like_text_is(rows[i].a, rows[i].b), rows[i].is_like);
		assert_int_equal(like_text_is(rows[i].b, rows[i].a), rows[i].is_like);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_found),
		cmocka_unit_test(texts_are_alike_but_for_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
