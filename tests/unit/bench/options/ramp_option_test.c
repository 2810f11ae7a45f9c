/* --ramp: what it names, and what is refused with which words. */
#include "bench/options/ramp_option.h"
#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct run_options options;
static struct error error;

static int check(const char *ramp)
{
	options.ramp = ramp;
	return ramp_option_check(&options, &error);
}

static void refused(const char *ramp, const char *words)
{
	assert_int_equal(check(ramp), -1);
	assert_int_equal(error.status, STATUS_USAGE);
	if (!strstr(error.text, words))
		fail_msg("\"%s\" has no \"%s\"", error.text, words);
}

static void a_range(void **state)
{
	options = (struct run_options){.duration_ns = 3 * NS_PER_S};
	assert_int_equal(check("100..2k"), 0);
	assert_int_equal(options.rising.first_per_s, 100);
	assert_int_equal(options.rising.last_per_s, 2000);
	assert_int_equal(options.rising.rises_ns, 3 * NS_PER_S);
	assert_int_equal(check("1..10M"), 0);
}

static void bad_ranges(void **state)
{
	static const char *const shapes[] = {
		"", "100", "..", "100..", "..100", "a..b", "1..2..3", "100-200", "-1..5"};
	options = (struct run_options){.duration_ns = 3 * NS_PER_S};
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		refused(shapes[i], "must be LO..HI");
	refused("0..5", "1 to 10000000");
	refused("1..10000001", "1 to 10000000");
	refused("5..5", "HI must be above LO");
	refused("2k..100", "HI must be above LO");
}

static void what_does_not_go_together(void **state)
{
	options = (struct run_options){.duration_ns = NS_PER_S - 1};
	refused("1..2", "--duration of 1s");
	options = (struct run_options){.duration_ns = NS_PER_S, .rate = 5};
	refused("1..2", "--rate");
	options = (struct run_options){.duration_ns = NS_PER_S, .request_rate = 5};
	refused("1..2", "--request-rate");
	options = (struct run_options){.duration_ns = NS_PER_S, .total = 5};
	refused("1..2", "--total");
	options = (struct run_options){.duration_ns = NS_PER_S, .warmup_ns = 5};
	refused("1..2", "--warmup");
	options = (struct run_options){.duration_ns = NS_PER_S, .matrix = true};
	refused("1..2", "--matrix");
	options = (struct run_options){.duration_ns = NS_PER_S, .sweep = "think=1s"};
	refused("1..2", "--sweep");
	/* Without it each of them is well. */
	options.ramp = NULL;
	options.rate = options.total = 5;
	assert_int_equal(ramp_option_check(&options, &error), 0);
	assert_int_equal(options.rising.rises_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range),
		cmocka_unit_test(bad_ranges),
		cmocka_unit_test(what_does_not_go_together),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
