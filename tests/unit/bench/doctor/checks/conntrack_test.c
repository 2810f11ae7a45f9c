/* Connection tracking whose table fills, and ones that look like it. */
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
	return found_find(&made.host, "conntrack");
}

static void begin(int64_t entries, int64_t grown)
{
	made_up_host_init(&made);
	made.space.seconds = 10;
	made.space.settings.conntrack_max = 65536;
	made.space.settings.conntrack_count = entries;
	made.space.settings.conntrack_time_wait_s = 120;
	made.space.conntrack_grown = grown;
}

static void test_drops(void **state)
{
	begin(65536, 0);
	made.space.conntrack.drop = 900;
	made.space.conntrack.early_drop = 30;
	made.space.conntrack_added.drop = 40;
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_CRITICAL);
	assert_string_equal(found->headline, "connection tracking drops 4 packets/s");
	found_has(found, "65,536 of 65,536 entries (nf_conntrack_max); since it began 900 packets "
			 "dropped, 30 entries given up early");
	found_has(found, "keeps its entry for 2 min");
	assert_true(found_number(found, "dropped_per_s") == 4);
}

static void test_levels(void **state)
{
	begin(62260, 0);
	assert_int_equal(find()->level, LEVEL_CRITICAL);
	begin(62000, 0);
	assert_int_equal(find()->level, LEVEL_WARNING);
	begin(52429, 0);
	found_has(find(), "nearly full");
}

static void test_full_soon(void **state)
{
	begin(35536, 3000);
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_WARNING);
	assert_string_equal(found->headline, "connection tracking is full in 100 s at this rate");
	assert_true(found_number(found, "full_in_s") == 100);
	assert_true(found_number(found, "grown_per_s") == 300);
	assert_true(isnan(found_number(found, "levels_off_at")));
}

/* Connections that stay fill the table at any rate: 250 websockets a second in 30,000 of 65,536. */
static void test_open_connections_fill_it(void **state)
{
	begin(30000, 2500);
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_NOTICE);
	assert_string_equal(found->headline,
		"connection tracking is full in 2 min 22 s, unless these connections close");
	found_has(found, "+250/s: levels off at 60,000 if connections close at once");
	assert_true(found_number(found, "levels_off_at") == 60000);
	begin(35536, 1000);
	found = find();
	assert_int_equal(found->level, LEVEL_NOTICE);
	assert_true(found_number(found, "full_in_s") == 300);
	assert_true(found_number(found, "levels_off_at") == 47536);
}

/* Beyond 2 min as many entries end as begin: 150/s make 18,000 more of them, at most. */
static void test_levels_off(void **state)
{
	begin(18000, 150);
	made.space.seconds = 1;
	assert_int_equal(find()->level, LEVEL_NOTICE);
	/* To the last entry, and one beyond. */
	begin(35536, 2500);
	assert_int_equal(find()->level, LEVEL_NOTICE);
	begin(35537, 2500);
	assert_int_equal(find()->level, LEVEL_WARNING);
	begin(52436, 100);
	const struct diagnosed *found = find();
	found_has(found, "nearly full");
	found_has(found, "levels off at 53,636");
	/* How long an entry lasts is not known. */
	begin(35536, 2500);
	made.space.settings.conntrack_time_wait_s = -1;
	found_has(find(), "full in 2 min at this rate");
}

/* Two packets of one connection at once: net/netfilter counts both as drop and insert_failed. */
static void test_clashes(void **state)
{
	begin(100, 0);
	made.space.conntrack_added.drop = 40;
	made.space.conntrack_added.insert_failed = 39;
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_NOTICE);
	assert_string_equal(
		found->headline, "connection tracking drops packets, and had room at both looks");
	found_has(found, "40 packets dropped, 39 entries not inserted (insert_failed)");
	found_lacks(found, "nf_conntrack_max");
	found_has(found, "another packet had made the same entry");
	assert_true(found_number(found, "dropped_per_s") == 4);
	/* Entries had to give way: there was no room for a while. */
	made.space.conntrack_added.early_drop = 1;
	assert_int_equal(find()->level, LEVEL_CRITICAL);
	/* Nearly full, and 1 entry short of it. */
	begin(52429, 0);
	made.space.conntrack_added.drop = 40;
	assert_int_equal(find()->level, LEVEL_CRITICAL);
	begin(52428, 0);
	made.space.conntrack_added.drop = 40;
	found = find();
	assert_int_equal(found->level, LEVEL_NOTICE);
	found_lacks(found, "the same entry");
	/* A clash does not show that there was no room. */
	begin(52429, 0);
	made.space.conntrack_added.drop = 40;
	made.space.conntrack_added.insert_failed = 40;
	assert_int_equal(find()->level, LEVEL_WARNING);
}

/* Full at the first look, 79 % at the last; and never above that. */
static void test_full_at_the_first_look(void **state)
{
	begin(51773, 51773 - 65536);
	made.space.conntrack_added.drop = 40;
	const struct diagnosed *found = find();
	assert_int_equal(found->level, LEVEL_CRITICAL);
	assert_string_equal(found->headline, "connection tracking drops 4 packets/s");
	made.space.conntrack_added.insert_failed = 40;
	assert_int_equal(find()->level, LEVEL_NOTICE);
	begin(51773, 0);
	made.space.conntrack_added.drop = 40;
	assert_int_equal(find()->level, LEVEL_NOTICE);
}

/* What fills the table, where its entries were listed; the cure is for what half of them are. */
static void test_what_fills_it(void **state)
{
	begin(65536, 0);
	found_lacks(find(), "filled by");
	made.space.has_entries = true;
	made.space.entries.tcp[CONNTRACK_TIME_WAIT] = 32768;
	made.space.entries.tcp[CONNTRACK_ESTABLISHED] = 30000;
	made.space.entries.tcp[CONNTRACK_SYN_SENT] = 700;
	made.space.entries.udp = 2000;
	made.space.entries.other = 68;
	const struct diagnosed *found = find();
	found_has(found, "filled by 32,768 TCP TIME_WAIT, 30,000 TCP ESTABLISHED, 2,000 UDP, 700 "
			 "TCP SYN_SENT, 68 of other kinds");
	found_has(found, "lower nf_conntrack_tcp_timeout_time_wait, for which");
	/* One less than half. */
	made.space.entries.other = 69;
	found_lacks(find(), "for which");
	made.space.entries.tcp[CONNTRACK_ESTABLISHED] = 40000;
	found_has(find(), "lower nf_conntrack_tcp_timeout_established");
	/* All had ended when they were listed. */
	made.space.entries = (struct conntrack_entries){.udp = 0};
	found_lacks(find(), "filled by");
}

/* A burst that begins with few entries; a table that shrinks. */
static void test_look_alikes_are_fine(void **state)
{
	begin(13000, 12000);
	assert_null(find());
	begin(52000, -1000);
	assert_null(find());
	begin(35536, 400);
	assert_null(find());
	/* What was dropped long ago. */
	begin(100, 0);
	made.space.conntrack.drop = 1000000;
	assert_null(find());
}

static void test_without_tracking_is_fine(void **state)
{
	begin(-1, 0);
	made.space.settings.conntrack_max = -1;
	assert_null(find());
}

static void test_one_look(void **state)
{
	begin(65536, 0);
	made.space.seconds = 0;
	const struct diagnosed *found = find();
	assert_int_equal(found->level, LEVEL_CRITICAL);
	assert_true(isnan(found_number(found, "grown_per_s")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drops),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_full_soon),
		cmocka_unit_test(test_open_connections_fill_it),
		cmocka_unit_test(test_levels_off),
		cmocka_unit_test(test_clashes),
		cmocka_unit_test(test_full_at_the_first_look),
		cmocka_unit_test(test_what_fills_it),
		cmocka_unit_test(test_look_alikes_are_fine),
		cmocka_unit_test(test_without_tracking_is_fine),
		cmocka_unit_test(test_one_look),
	};
	return cmocka_run_group_tests(tests, NULL, found_finish);
}
