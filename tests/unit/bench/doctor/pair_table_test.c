/* Sockets as they are listed, and the pairs that they make. */
#include "bench/doctor/pair_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct doctor_settings settings;
static struct doctor_namespace space;
static struct time_wait_life life;

static struct pair_table *table_create(void)
{
	port_range_read(&settings.ports, "40000 40199", "40100");
	settings.tw_reuse_delay_ms = 1000;
	life = time_wait_life_of(250);
	space = (struct doctor_namespace){.pair_count = 0};
	return pair_table_create(&settings);
}

static void add(struct pair_table *table, uint32_t destination, uint16_t own_port, uint32_t left_ms)
{
	const struct pair_socket socket = {.source = {{1}},
		.destination = {{destination}},
		.own_port = own_port,
		.port = 80,
		.is_time_wait = left_ms > 0,
		.left_ms = left_ms == 1 ? 0 : left_ms,
		.inode = 7};
	assert_int_equal(pair_table_add(table, &socket), 0);
}

static void take(struct pair_table *table, uint32_t part, size_t most)
{
	assert_int_equal(pair_table_take(table, part, most, &life, &space), 0);
	pair_table_destroy(table);
}

static void drop(void)
{
	doctor_pairs_free(space.pairs, space.pair_count);
	free(space.destinations);
}

static void test_history(void **state)
{
	struct pair_table *table = table_create();
	add(table, 2, 40000, 59500); /* 0.5 s old */
	add(table, 2, 40002, 56000); /* 4 s */
	add(table, 2, 40003, 50000); /* 10 s */
	add(table, 2, 40004, 20000); /* 40 s */
	add(table, 2, 40006, 1);     /* its timer is over */
	add(table, 2, 40008, 0);     /* open */
	take(table, 1000, 10);
	assert_int_equal(space.pair_count, 1);
	const struct doctor_pair *pair = space.pairs;
	assert_int_equal(pair->time_wait, 5);
	assert_int_equal(pair->live, 1);
	assert_int_equal(pair->held[0], 5);
	assert_int_equal(pair->held[1], 1);
	assert_int_equal(pair->held_young[0], 2);
	assert_int_equal(pair->held_young[1], 0);
	assert_int_equal(pair->made[0], 2);
	assert_int_equal(pair->made[1], 3);
	assert_int_equal(pair->made[2], 4);
	assert_int_equal(pair->oldest_ms[0], 60000);
	assert_int_equal(pair->oldest_ms[1], 10000);
	assert_int_equal(pair->inode_count, 1);
	assert_int_equal(pair->inodes[0], 7);
	assert_int_equal(space.destination_count, 1);
	assert_int_equal(space.destinations[0].live, 1);
	assert_int_equal(space.destinations[0].made, 3);
	/* Half a tick, 1.024 s, is added. */
	assert_int_equal(pair->ending[60][0], 1);
	assert_int_equal(pair->ending[57][0], 1);
	assert_int_equal(pair->ending[51][1], 1);
	assert_int_equal(pair->ending[21][0], 1);
	assert_int_equal(pair->ending[1][0], 1);
	drop();
}

static void test_ports_that_do_not_count(void **state)
{
	struct pair_table *table = table_create();
	add(table, 2, 8080, 0);
	add(table, 2, 39999, 0);
	add(table, 2, 40200, 0);
	add(table, 2, 40100, 0); /* reserved */
	assert_int_equal(pair_table_held(table), 0);
	add(table, 2, 40001, 0);
	assert_int_equal(pair_table_held(table), 1);
	take(table, 1000, 10);
	assert_int_equal(space.pair_count, 1);
	drop();
}

static void test_fullest_first(void **state)
{
	struct pair_table *table = table_create();
	/* Far more pairs than there are slots at first; one after the other, and mixed. */
	for (uint32_t i = 0; i < 10000; i++)
		add(table, 100 + i, (uint16_t)(40000 + i % 100), i % 2 ? 30000 : 0);
	for (uint16_t i = 0; i < 50; i++) {
		add(table, 5, (uint16_t)(40000 + i), 30000);
		if (i < 20)
			add(table, 6, (uint16_t)(40000 + i), 30000);
	}
	assert_int_equal(pair_table_held(table), 10070);
	take(table, 20, 10);
	assert_int_equal(space.pair_count, 2);
	assert_int_equal(space.pairs_left_out, 10000);
	assert_int_equal(space.pairs[0].destination.words[0], 5);
	assert_int_equal(space.pairs[0].time_wait, 50);
	assert_int_equal(space.pairs[1].time_wait, 20);
	assert_int_equal(space.pairs[0].ending[31][0] + space.pairs[0].ending[31][1], 50);
	assert_int_equal(space.pairs[1].ending[31][1], 10);
	drop();
}

/* Addresses of which the first two words change alike, so that those two make no difference to a
 * mix of all four. */
static void test_wide_addresses_apart(void **state)
{
	struct pair_table *table = table_create();
	struct pair_socket socket = {.own_port = 40000, .port = 80, .is_ipv6 = true};
	for (uint32_t i = 0; i < 4000; i++) {
		socket.source = (struct counted_address){{1, 0, 0, 1}};
		socket.destination = (struct counted_address){{i % 2, i % 2, 7, i / 2}};
		assert_int_equal(pair_table_add(table, &socket), 0);
		assert_int_equal(pair_table_add(table, &socket), 0);
	}
	assert_int_equal(pair_table_held(table), 8000);
	take(table, 1000, 4000);
	assert_int_equal(space.pair_count, 4000);
	for (size_t i = 0; i < space.pair_count; i++)
		assert_int_equal(space.pairs[i].live, 2);
	drop();
}

static void test_pairs_apart(void **state)
{
	struct pair_table *table = table_create();
	struct pair_socket socket = {.own_port = 40000, .port = 80};
	for (int i = 0; i < 2; i++) {
		socket.is_ipv6 = i;
		for (int j = 0; j < 2; j++) {
			socket.port = (uint16_t)(80 + j);
			for (uint32_t k = 0; k < 2; k++) {
				socket.source.words[3] = k;
				assert_int_equal(pair_table_add(table, &socket), 0);
				assert_int_equal(pair_table_add(table, &socket), 0);
			}
		}
	}
	take(table, 1000, 5);
	assert_int_equal(space.pair_count, 5);
	assert_int_equal(space.pairs_left_out, 3);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(space.pairs[i].live, 2);
	/* Two sources each; a pair that is left out counts, too. */
	assert_int_equal(space.destination_count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(space.destinations[i].live, 4);
	drop();
}

static void test_none(void **state)
{
	take(table_create(), 1000, 10);
	assert_int_equal(space.pair_count, 0);
	drop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_ports_that_do_not_count),
		cmocka_unit_test(test_fullest_first),
		cmocka_unit_test(test_pairs_apart),
		cmocka_unit_test(test_wide_addresses_apart),
		cmocka_unit_test(test_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
