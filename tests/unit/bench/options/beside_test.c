/* --beside: which clients it names, and what is refused with which words. */
#include "bench/options/beside.h"
#include "bench/options/clients.h"

#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct run_options options_of(const char *beside)
{
	return (struct run_options){
		.beside = beside, .connections = 10, .threads = 1, .loader = "builtin"};
}

static void without_it_there_are_none(void **state)
{
	struct run_options options = options_of(NULL);
	struct error error;
	assert_int_equal(beside_parse(&options, &error), 0);
	assert_int_equal(options.beside_count, 0);
	assert_int_equal(beside_connections(&options), 0);
}

static void each_has_its_count(void **state)
{
	struct run_options options = options_of(" idle=5k , stalled=50,pipeline:8=3");
	struct error error;
	assert_int_equal(beside_parse(&options, &error), 0);
	assert_int_equal(options.beside_count, 3);
	assert_string_equal(options.beside_shares[0].behaviour->name, "idle");
	assert_int_equal(options.beside_shares[0].connections, 5000);
	assert_int_equal(options.beside_shares[1].connections, 50);
	assert_int_equal(options.beside_shares[2].parameter, 8);
	assert_int_equal(beside_connections(&options), 5053);
	/* The load is as without them. */
	assert_int_equal(clients_parse(&options, &error), 0);
	assert_int_equal(clients_plain_connections(&options), 10);
	assert_int_equal(options.share_count, 0);
	assert_true(clients_follow(&options));
}

static void those_may_pause(void **state)
{
	struct run_options options = options_of("think=4");
	struct error error;
	options.think = "250ms";
	assert_int_equal(beside_parse(&options, &error), 0);
	assert_int_equal(clients_parse(&options, &error), 0);
	assert_true(options.thinking.mean_ns == 250 * NS_PER_MS);
}

static void what_is_refused(void **state)
{
	static const struct {
		const char *beside, *words;
	} rows[] = {
		{"idel=5", "did you mean idle?"},
		{"", "is empty"},
		{"idle=5,,stalled=5", "is empty"},
		{"idle", "how many of them? idle=100"},
		{"idle=5%", "must be a number of connections, 1 to 1000000"},
		{"idle=0", "must be a number of connections"},
		{"idle=1000001", "must be a number of connections"},
		{"idle=-1", "must be a number of connections"},
		{"idle=", "must be a number of connections"},
		{"idle=5,idle=6", "--beside: idle is there twice"},
		{"idle:3=5", "idle takes no number"},
		{"idle:5=10", "idle takes no number"},
		{"pipeline:101=5", "must be 1 to 100"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct run_options options = options_of(rows[i].beside);
		struct error error = {0};
		assert_int_equal(beside_parse(&options, &error), -1);
		if (!strstr(error.text, rows[i].words) || strstr(error.text, "a share"))
			fail_msg("%s: %s", rows[i].words, error.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_it_there_are_none),
		cmocka_unit_test(each_has_its_count),
		cmocka_unit_test(those_may_pause),
		cmocka_unit_test(what_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
