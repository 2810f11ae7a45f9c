/* Unique bytes of a sequence space, counted beside a map of all its bytes. */
#include "bench/trace/byte_ledger.h"
#include "common/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void bytes_count_once(void **state)
{
	struct byte_ledger ledger = {0};
	byte_ledger_begin(&ledger, 1000);
	assert_int_equal(byte_ledger_add(&ledger, 1000, 10), BYTES_NEW);
	assert_int_equal(byte_ledger_add(&ledger, 1000, 10), BYTES_AGAIN);
	assert_int_equal(byte_ledger_add(&ledger, 1005, 10), BYTES_NEW); /* 5 of them */
	assert_int_equal(ledger.bytes, 15);
	assert_int_equal(byte_ledger_add(&ledger, 1025, 5), BYTES_AHEAD);
	assert_int_equal(byte_ledger_add(&ledger, 1015, 4), BYTES_LATE);
	assert_int_equal(byte_ledger_add(&ledger, 1021, 2), BYTES_LATE);
	assert_int_equal(ledger.bytes, 26);
	assert_true(byte_ledger_has_gap_before(&ledger, 1030));
	assert_false(byte_ledger_has_gap_before(&ledger, 1019));
	/* All of it again, over two holes of 2 bytes. */
	assert_int_equal(byte_ledger_add(&ledger, 1000, 30), BYTES_LATE);
	assert_int_equal(ledger.bytes, 30);
	assert_false(byte_ledger_has_gap_before(&ledger, 1030));
	byte_ledger_finish(&ledger);
}

static void a_keep_alive_brings_nothing(void **state)
{
	struct byte_ledger ledger = {0};
	byte_ledger_begin(&ledger, 1000);
	assert_int_equal(byte_ledger_add(&ledger, 999, 1), BYTES_AGAIN);
	assert_int_equal(ledger.bytes, 0);
	byte_ledger_add(&ledger, 1000, 8);
	assert_int_equal(byte_ledger_add(&ledger, 1007, 1), BYTES_AGAIN);
	assert_int_equal(ledger.bytes, 8);
	byte_ledger_finish(&ledger);
}

static void numbers_wrap(void **state)
{
	struct byte_ledger ledger = {0};
	byte_ledger_begin(&ledger, UINT32_MAX - 4);
	assert_int_equal(byte_ledger_add(&ledger, UINT32_MAX - 4, 3), BYTES_NEW);
	assert_int_equal(byte_ledger_add(&ledger, 2, 6), BYTES_AHEAD);
	assert_int_equal(byte_ledger_add(&ledger, UINT32_MAX - 1, 4), BYTES_LATE);
	assert_int_equal(ledger.bytes, 13);
	assert_int_equal(byte_ledger_behind(&ledger, UINT32_MAX), 11 - 2);
	byte_ledger_finish(&ledger);
}

/* Without a SYN the first segment may be one that others came before. */
static void earlier_bytes_count_where_no_syn_was_seen(void **state)
{
	struct byte_ledger ledger = {0};
	byte_ledger_add(&ledger, 1000, 10);
	assert_int_equal(byte_ledger_add(&ledger, 980, 5), BYTES_LATE);
	assert_int_equal(byte_ledger_add(&ledger, 985, 20), BYTES_LATE);
	assert_int_equal(ledger.bytes, 30);
	byte_ledger_begin(&ledger, 970);
	assert_int_equal(byte_ledger_add(&ledger, 960, 15), BYTES_LATE); /* 5 lie before the SYN */
	assert_int_equal(ledger.bytes, 35);
	byte_ledger_finish(&ledger);
}

static void bytes_behind_an_acknowledgement(void **state)
{
	struct byte_ledger ledger = {0};
	assert_int_equal(byte_ledger_behind(&ledger, 5), 0);
	byte_ledger_begin(&ledger, 0);
	byte_ledger_add(&ledger, 0, 10);
	byte_ledger_add(&ledger, 15, 10);
	assert_int_equal(byte_ledger_behind(&ledger, 0), 20);
	assert_int_equal(byte_ledger_behind(&ledger, 10), 10);
	assert_int_equal(byte_ledger_behind(&ledger, 12), 10);
	assert_int_equal(byte_ledger_behind(&ledger, 20), 5);
	assert_int_equal(byte_ledger_behind(&ledger, 25), 0);
	assert_int_equal(byte_ledger_behind(&ledger, 26), 0);
	byte_ledger_finish(&ledger);
}

static void what_lies_far_off_is_not_of_the_connection(void **state)
{
	struct byte_ledger ledger = {0};
	byte_ledger_begin(&ledger, 1000);
	byte_ledger_add(&ledger, 1000, 10);
	assert_int_equal(byte_ledger_add(&ledger, 1000 + (1U << 31), 10), BYTES_ASTRAY);
	assert_int_equal(ledger.bytes, 10);
	byte_ledger_finish(&ledger);
}

/* Ten gigabytes in order, with a hole each: the numbers go round twice. */
static void holes_are_bounded_and_grow_old(void **state)
{
	struct byte_ledger ledger = {0};
	uint32_t seq = 0;
	uint64_t sent = 0;
	byte_ledger_begin(&ledger, 0);
	for (unsigned i = 0; i < 10000; i++) {
		byte_ledger_add(&ledger, seq, 1 << 20);
		sent += 1 << 20;
		seq += (1 << 20) + 7;
	}
	assert_int_equal(ledger.bytes, sent);
	assert_false(byte_ledger_has_gap_before(&ledger, seq - (1U << 31)));
	byte_ledger_finish(&ledger);
}

/* One hole, and four gigabytes behind it: what has the hole's numbers then is no filling of it. */
static void an_old_hole_is_forgotten(void **state)
{
	struct byte_ledger ledger = {0};
	uint32_t seq = 1 << 20;
	byte_ledger_begin(&ledger, 0);
	byte_ledger_add(&ledger, seq, 100);
	for (unsigned i = 0; i < 4096; i++)
		byte_ledger_add(&ledger, seq += 1 << 20, 1 << 20);
	uint64_t bytes = ledger.bytes;
	assert_int_equal(seq, 1 << 20);
	assert_int_equal(byte_ledger_add(&ledger, seq + 200, 100), BYTES_AGAIN);
	assert_int_equal(byte_ledger_add(&ledger, seq, 1 << 20), BYTES_AGAIN);
	assert_int_equal(ledger.bytes, bytes);
	byte_ledger_finish(&ledger);
}

#define SPACE 400

/* Random pieces of a small space: the count is that of a map of its bytes. */
static void the_count_is_that_of_a_map(void **state)
{
	uint64_t random = 7;
	for (unsigned round = 0; round < 2000; round++) {
		struct byte_ledger ledger = {0};
		bool map[SPACE] = {false};
		uint32_t base = (uint32_t)random_below(&random, UINT32_MAX);
		byte_ledger_begin(&ledger, base);
		for (unsigned i = 0; i < 30; i++) {
			uint32_t at = (uint32_t)random_below(&random, SPACE - 20);
			uint32_t length = (uint32_t)random_below(&random, 20);
			uint32_t acked = (uint32_t)random_below(&random, SPACE);
			byte_ledger_add(&ledger, base + at, length);
			memset(map + at, true, length);
			unsigned all = 0, behind = 0;
			for (unsigned byte = 0; byte < SPACE; byte++) {
				all += map[byte];
				behind += map[byte] && byte >= acked;
			}
			assert_int_equal(ledger.bytes, all);
			assert_int_equal(byte_ledger_behind(&ledger, base + acked), behind);
		}
		byte_ledger_finish(&ledger);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_count_once),
		cmocka_unit_test(a_keep_alive_brings_nothing),
		cmocka_unit_test(numbers_wrap),
		cmocka_unit_test(earlier_bytes_count_where_no_syn_was_seen),
		cmocka_unit_test(bytes_behind_an_acknowledgement),
		cmocka_unit_test(what_lies_far_off_is_not_of_the_connection),
		cmocka_unit_test(holes_are_bounded_and_grow_old),
		cmocka_unit_test(an_old_hole_is_forgotten),
		cmocka_unit_test(the_count_is_that_of_a_map),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
