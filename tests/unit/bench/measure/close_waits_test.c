/* What stays in CLOSE_WAIT, by the places that it leads to. */
#include "bench/measure/close_waits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct close_waits waits;

static int start(void **state)
{
	waits.count = waits.socket_count = 0;
	waits.elsewhere = 0;
	return 0;
}

static void add(uint32_t address, uint16_t port, bool is_accepted, uint64_t age_ms, uint32_t inode)
{
	struct tcp_segment_end at = {{address}, port, false};
	close_waits_add(&waits, &at, is_accepted, age_ms, inode);
}

static void place_is(size_t i, uint16_t port, uint64_t sockets, uint64_t oldest_ms)
{
	assert_int_equal(waits.places[i].at.port, port);
	assert_int_equal(waits.places[i].sockets, sockets);
	assert_int_equal(waits.places[i].oldest_ms, oldest_ms);
}

static void each_place_by_itself(void **state)
{
	add(1, 9000, false, 2000, 11);
	add(1, 9001, false, 1500, 12);
	add(2, 9000, false, 1600, 13);
	add(1, 9000, true, 1700, 14);
	add(1, 9000, false, 1800, 15);
	add(1, 9000, true, 3000, 16);
	assert_int_equal(waits.count, 4);
	place_is(0, 9000, 2, 2000);
	place_is(1, 9001, 1, 1500);
	place_is(2, 9000, 1, 1600);
	place_is(3, 9000, 2, 3000);
	assert_false(waits.places[0].is_accepted);
	assert_true(waits.places[3].is_accepted);
	const uint8_t place_of[] = {0, 1, 2, 3, 0, 3};
	assert_int_equal(waits.socket_count, 6);
	for (uint32_t i = 0; i < 6; i++) {
		assert_int_equal(waits.inodes[i], 11 + i);
		assert_int_equal(waits.place_of[i], place_of[i]);
	}
	add(3, 9000, false, 2000, 17);
	add(3, 9000, false, 2000, 18);
	assert_int_equal(waits.count, 4);
	assert_int_equal(waits.elsewhere, 2);
	assert_int_equal(waits.socket_count, 6);
}

static void what_is_young_may_be_closed_at_once(void **state)
{
	add(1, 9000, false, CLOSE_WAIT_LEAST_MS - 1, 11);
	assert_int_equal(waits.count, 0);
	add(1, 9000, false, CLOSE_WAIT_LEAST_MS, 12);
	add(1, 9000, false, 0, 13);
	assert_int_equal(waits.count, 1);
	place_is(0, 9000, 1, CLOSE_WAIT_LEAST_MS);
	assert_int_equal(waits.inodes[0], 12);
}

static void sockets_beyond_the_room_are_counted(void **state)
{
	for (uint32_t i = 0; i < CLOSE_WAIT_SOCKETS_MAX + 2; i++)
		add(1, 9000, false, 1000, i);
	place_is(0, 9000, CLOSE_WAIT_SOCKETS_MAX + 2, 1000);
	assert_int_equal(waits.socket_count, CLOSE_WAIT_SOCKETS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_place_by_itself, start),
		cmocka_unit_test_setup(what_is_young_may_be_closed_at_once, start),
		cmocka_unit_test_setup(sockets_beyond_the_room_are_counted, start),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
