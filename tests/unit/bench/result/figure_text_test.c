/* Figures as they are read: worked by hand, at each border. */
#include "bench/result/figure_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

typedef void format_fn(double value, char *text, size_t size);

static void is(format_fn *format, double value, const char *wanted)
{
	char text[64];
	format(value, text, sizeof(text));
	assert_string_equal(text, wanted);
}

static void test_brief(void **state)
{
	is(figure_brief, 0, "0");
	is(figure_brief, 7.5, "7.5");
	is(figure_brief, 9.994, "9.99");
	is(figure_brief, 7131.4, "7131");
	is(figure_brief, 9999.4, "9999");
	is(figure_brief, 9999.6, "10.0k");
	is(figure_brief, 12249, "12.2k");
	is(figure_brief, 99960, "100k");
	is(figure_brief, 179037, "179k");
	is(figure_brief, 999600, "1.0M");
	is(figure_brief, 1.25e9, "1.2G");
}

static void test_percent(void **state)
{
	is(figure_percent, 0, "0");
	is(figure_percent, 0.000018, "0.0018 %");
	is(figure_percent, 0.0203, "2.0 %");
	is(figure_percent, 0.0996, "10 %");
	is(figure_percent, 0.512, "51 %");
	is(figure_percent, 0.994, "99 %");
	is(figure_percent, 0.9979, "99.7 %");
	is(figure_percent, 0.99999, ">99.9 %");
	is(figure_percent, 1, "100 %");
}

static void test_percent_whole(void **state)
{
	is(figure_percent_whole, 0, "0");
	is(figure_percent_whole, 0.0023, "<1 %");
	is(figure_percent_whole, 0.0203, "2 %");
	is(figure_percent_whole, 0.512, "51 %");
	is(figure_percent_whole, 0.9979, "99.7 %");
}

static void test_bytes(void **state)
{
	is(figure_bytes, 0, "0");
	is(figure_bytes, 128, "128 B");
	is(figure_bytes, 999, "999 B");
	is(figure_bytes, 1000, "1 kB");
	is(figure_bytes, 1e6, "1 MB");
	is(figure_bytes, 1.26e6, "1.3 MB");
	is(figure_bytes, 15.4e6, "15 MB");
	is(figure_bytes, 999.9e6, "1 GB");
}

static void test_us(void **state)
{
	is(figure_us, 2.293, "2.29 us");
	is(figure_us, 49.353, "49.4 us");
	is(figure_us, 999, "999 us");
	is(figure_us, 999.6, "1.00 ms");
	is(figure_us, 1031, "1.03 ms");
	is(figure_us, 1003000, "1.00 s");
	is(figure_us, 2e9, "2000 s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_brief),
		cmocka_unit_test(test_percent),
		cmocka_unit_test(test_percent_whole),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_us),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
