/* What one host of a fleet does of a run: shares add up, and what cannot be shared is refused. */
#include "bench/options/fleet_share.h"
#include "bench/options/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_shares_add_up(void **state)
{
	uint64_t rate = 0, total = 0, requests = 0;
	for (uint32_t rank = 0; rank < 3; rank++) {
		struct error error;
		struct run_options options = {.rate = 100, .total = 7, .connections = 5};
		assert_int_equal(fleet_share_take(&options, rank, 3, &error), 0);
		rate += options.rate;
		total += options.total;
		requests += options.request_rate;
		assert_int_equal(options.rate, rank == 0 ? 34 : 33);
		assert_int_equal(options.connections, 5);
		assert_int_equal(options.fleet.rank, rank);
		assert_int_equal(options.fleet.hosts, 3);
	}
	assert_int_equal(rate, 100);
	assert_int_equal(total, 7);
	assert_int_equal(requests, 0);
}

static void test_a_share_of_nothing_is_refused(void **state)
{
	struct error error;
	struct run_options enough = {.rate = 3}, few = {.rate = 2}, requests = {.request_rate = 2},
			   total = {.total = 2};
	assert_int_equal(fleet_share_take(&enough, 2, 3, &error), 0);
	assert_int_equal(enough.rate, 1);
	assert_int_equal(fleet_share_take(&few, 0, 3, &error), -1);
	assert_int_equal(error.status, STATUS_USAGE);
	assert_string_equal(error.text, "--rate 2: each of 3 hosts has to have a share of it");
	assert_int_equal(fleet_share_take(&requests, 0, 3, &error), -1);
	assert_non_null(strstr(error.text, "--request-rate 2"));
	assert_int_equal(fleet_share_take(&total, 0, 3, &error), -1);
	assert_non_null(strstr(error.text, "--total 2"));
}

static void test_what_a_fleet_cannot_do_is_refused(void **state)
{
	struct error error;
	struct run_options refused[] = {{.twins = true}, {.ladders = true}, {.ramp = "1..9"},
		{.sweep = "rate=1,2"}, {.hgrm = "folder"}};
	static const char *const names[] = {"twins", "ladders", "ramp", "sweep", "hgrm"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(fleet_share_take(&refused[i], 0, 2, &error), -1);
		assert_memory_equal(error.text + 2, names[i], strlen(names[i]));
	}
	struct run_options plain = {.matrix = true};
	assert_int_equal(fleet_share_take(&plain, 0, 2, &error), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares_add_up),
		cmocka_unit_test(test_a_share_of_nothing_is_refused),
		cmocka_unit_test(test_what_a_fleet_cannot_do_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
