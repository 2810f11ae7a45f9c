/* Hosts whose ports run out, and hosts that look like it. */
#include "tests/unit/bench/doctor/found.h"
#include "tests/unit/bench/doctor/made_up_host.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct made_up_host made;
static const struct diagnosed *find(void)
{
	return found_find(&made.host, "ports-run-out");
}

static void begin(double per_s, double for_s)
{
	made_up_host_init(&made);
	made_up_host_closes(&made, per_s, for_s);
}

static void test_soon(void **state)
{
	begin(60, 6);
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_CRITICAL);
	assert_string_equal(found->headline, "ports run out in 27 s");
	found_has(found,
		"10.0.0.1 -> 10.0.0.2:80: 360 of 2,000 ports held (18 %), 360 of them TIME_WAIT");
	found_has(found, "60 connections/s of late, none 7 s ago; up to 32/s go on for good");
	found_has(found, "slow in 11 s, when all 1,000 ports of one parity are held");
	found_has(found, "this end closes first");
	found_has(found,
		"keep connections (1 would do); or tcp_tw_reuse=1 (2,000/s); or a second source "
		"address (64/s)");
	assert_true(found_number(found, "held") == 360);
	assert_true(isnan(found_number(found, "levels_off_at")));
}

static void test_later(void **state)
{
	/* Open connections leave 600 ports, 100 of which are TIME_WAITs already. */
	begin(10, 10);
	made.pair.live = 1400;
	made.pair.held[0] += 900;
	made.pair.held[1] += 500;
	made.pair.held_young[0] += 900;
	made.pair.held_young[1] += 500;
	const struct diagnosed *found = find();
	assert_non_null(found);
	found_has(found, "ports run out in 50 s");
	found_has(found, "keep connections (1400 would do)");
}

static void test_slow(void **state)
{
	begin(20, 100);
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_WARNING);
	assert_string_equal(found->headline, "connect() is slow for lack of ports");
	found_has(found,
		"20 connections/s of late: levels off at 1,241 ports; up to 32/s go on for good");
	found_has(found,
		"all 1,000 ports of one parity are held, and connect() tries them all first");
}

static void test_slow_soon(void **state)
{
	begin(20, 20);
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_NOTICE);
	assert_string_equal(found->headline, "connect() is slow in 30 s for lack of ports");
}

static void test_exhausted(void **state)
{
	begin(400, 50);
	made.pair.made[0] = 0;
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_CRITICAL);
	assert_string_equal(found->headline, "ports have run out");
}

/* It levels off below all ports, and nobody is refused: 31/s, where 32/s go on for good. */
static void test_nearly_full(void **state)
{
	begin(31, 100);
	made.pair.held[1] += 62;
	made.pair.live = 62;
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_CRITICAL);
	assert_string_equal(found->headline, "nearly all ports are held");
	/* 80 are left, for 60/s. */
	begin(60, 32);
	assert_string_equal(find()->headline, "ports run out in 1 s");
}

/* All ports are held by connections that are open: no TIME_WAIT is to blame. */
static void test_all_open(void **state)
{
	made_up_host_init(&made);
	made.pair.live = 2000;
	made.pair.held[0] = made.pair.held[1] = made.pair.held_young[0] = made.pair.held_young[1] =
		1000;
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_CRITICAL);
	found_has(found, "all are open");
	found_lacks(found, "closes first");
}

static void test_timestamps_off(void **state)
{
	begin(60, 6);
	made.space.settings.tw_reuse = 1;
	made.space.settings.timestamps = 0;
	const struct diagnosed *found = find();
	assert_non_null(found);
	found_has(found, "or tcp_timestamps=1, which tcp_tw_reuse needs");
}

static void test_opener(void **state)
{
	begin(60, 6);
	/* What no program holds any more tells nothing of who opened it. */
	made.pair.live = 3;
	made.pair.held[0] += 3;
	found_has(find(), "opened by a process without a connection at the look");
	made.pair.inode_count = 3;
	const struct diagnosed *found = find();
	assert_non_null(found);
	found_has(found, "opened by a process that is not seen");
	found_has(found, "keep connections (3 would do)");
	made.pair.opener = (struct doctor_process){.pid = 4121, .name = "cart"};
	found_has(find(), "opened by cart (pid 4121); this end closes first");
	/* Who was seen to open says more than who holds a connection. */
	struct doctor_opener openers[2] = {
		{.space = 9,
			.port = 80,
			.process = {.pid = 77, .name = "curl"},
			.processes = 412,
			.opened = 1079},
		{.space = 9,
			.port = 80,
			.process = {.pid = 78, .name = "x"},
			.processes = 1,
			.opened = 1},
	};
	for (size_t i = 0; i < 2; i++) {
		openers[i].source = made.pair.source;
		openers[i].destination = made.pair.destination;
	}
	made.host.openers = openers;
	made.host.opener_count = 2;
	made.host.watched_s = 2;
	found_has(find(), "opened by cart (pid 4121)");
	made.space.inode = 9;
	found_has(find(), "opened by curl (412 processes, such as pid 77): 1,079 of 1,080 "
			  "connect() in 2.0 s; this end closes first");
	openers[0].processes = 1;
	found_has(find(), "opened by curl (pid 77): 1,079 of");
}

static void test_bound_before(void **state)
{
	begin(60, 6);
	made.pair.held[1] = made.pair.held[0];
	made.pair.held[0] = 0;
	const struct diagnosed *found = find();
	assert_non_null(found);
	found_has(found, "binds before it connects");
	found_has(found, "bind() tries them first");
}

/* As full as the first, but with reuse a port comes back after a second. */
static void test_reuse_is_fine(void **state)
{
	begin(60, 30);
	assert_non_null(find());
	made.space.settings.tw_reuse = 1;
	assert_null(find());
}

/* Less than half of the ports is ever held. */
static void test_steady_is_fine(void **state)
{
	begin(15, 100);
	assert_null(find());
}

/* Many ports were held, and no new connection has come for a while. */
static void test_over_is_fine(void **state)
{
	begin(20, 45);
	made.pair.made[0] = 0;
	assert_null(find());
}

static void test_no_ports_are_known(void **state)
{
	begin(60, 6);
	memset(&made.space.settings.ports, 0, sizeof(made.space.settings.ports));
	assert_null(find());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_soon),
		cmocka_unit_test(test_later),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_slow_soon),
		cmocka_unit_test(test_exhausted),
		cmocka_unit_test(test_nearly_full),
		cmocka_unit_test(test_all_open),
		cmocka_unit_test(test_timestamps_off),
		cmocka_unit_test(test_opener),
		cmocka_unit_test(test_bound_before),
		cmocka_unit_test(test_reuse_is_fine),
		cmocka_unit_test(test_steady_is_fine),
		cmocka_unit_test(test_over_is_fine),
		cmocka_unit_test(test_no_ports_are_known),
	};
	return cmocka_run_group_tests(tests, NULL, found_finish);
}
