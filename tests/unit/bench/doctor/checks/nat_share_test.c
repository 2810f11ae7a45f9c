/* Ports of a gateway that run out, and connections that hold none. */
#include "bench/doctor/destination_sums.h"
#include "bench/doctor/pair_table.h"
#include "tests/unit/bench/doctor/found.h"
#include "tests/unit/bench/doctor/made_up_host.h"

#include <arpa/inet.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct made_up_host made;

static struct doctor_namespace spaces[2];

static void drop(void)
{
	free(made.space.destinations);
	made.space.destinations = NULL;
}

/* By what these pairs hold together. */
static const struct diagnosed *find_of(const struct doctor_pair *pairs, size_t count)
{
	drop();
	assert_int_equal(destination_sums_make(pairs, count, &made.space), 0);
	return found_find(&made.host, "nat-share");
}

static const struct diagnosed *find(void)
{
	return find_of(&made.pair, 1);
}

/* 10/s for a minute to a destination, 8 open ones; the gateway gives 1,024 ports. */
static void begin(const char *destination)
{
	drop();
	made_up_host_init(&made);
	made_up_host_closes(&made, 10, 60);
	made.pair.live = 8;
	made.host.nat_ports = 1024;
	inet_pton(AF_INET, destination, made.pair.destination.words);
}

static void test_run_out(void **state)
{
	begin("203.0.113.7");
	const struct diagnosed *found = find();
	assert_non_null(found);
	assert_int_equal(found->level, LEVEL_CRITICAL);
	/* 8 + 10 x 120 */
	found_has(found,
		"203.0.113.7:80: 1,208 of 1,024 ports (--nat-ports): 10/s, each kept for 120 s");
	found_has(found, "up to 8.5/s go on for good");
	assert_true(found_number(found, "held") == 1208);
	made.host.nat_ports = 1500;
	assert_int_equal(find()->level, LEVEL_WARNING);
	made.host.nat_ports = 1511;
	assert_null(find());
}

/* Two addresses of the host, one to the gateway; another port of the destination is another one. */
static void test_sources_are_added_up(void **state)
{
	struct doctor_pair pairs[3];
	begin("203.0.113.7");
	made.host.nat_ports = 2048;
	assert_null(find());
	pairs[0] = pairs[1] = pairs[2] = made.pair;
	pairs[1].source.words[0]++;
	pairs[2].port = 81;
	assert_true(found_number(find_of(pairs, 3), "held") == 2416);
	assert_int_equal(found_count("nat-share"), 1);
}

/* Two namespaces of the host. */
static void test_namespaces_are_added_up(void **state)
{
	begin("203.0.113.7");
	made.host.nat_ports = 2048;
	assert_null(find());
	spaces[0] = spaces[1] = made.space;
	assert_int_equal(destination_sums_make(&made.pair, 1, &spaces[1]), 0);
	made.host.namespaces = spaces;
	made.host.namespace_count = 2;
	assert_true(found_number(found_find(&made.host, "nat-share"), "held") == 2416);
	assert_int_equal(found_count("nat-share"), 1);
	free(spaces[1].destinations);
}

/* 20 sources, each of which has fewer than a thousandth of its 28,232 ports: none of these pairs is
 * listed, and together they hold all that the gateway gives. */
static void test_small_pairs_count(void **state)
{
	begin("203.0.113.7");
	port_range_read(&made.space.settings.ports, "32768 60999", "");
	made.space.pairs = NULL;
	made.space.pair_count = 0;
	struct pair_table *table = pair_table_create(&made.space.settings);
	assert_non_null(table);
	for (uint32_t i = 0; i < 20 * 26; i++) {
		struct pair_socket socket = {.source = {{1 + i / 26}},
			.own_port = (uint16_t)(40000 + i),
			.port = 443,
			.is_time_wait = i % 2,
			.left_ms = 50000};
		memcpy(&socket.destination, &made.pair.destination, sizeof(socket.destination));
		assert_int_equal(pair_table_add(table, &socket), 0);
	}
	drop();
	assert_int_equal(pair_table_take(table, 1000, 256, &made.host.life, &made.space), 0);
	pair_table_destroy(table);
	assert_int_equal(made.space.pair_count, 0);
	/* 260 open, 260 / 30 s x 120 s */
	made.host.nat_ports = 1300;
	const struct diagnosed *found = found_find(&made.host, "nat-share");
	found_has(found, "203.0.113.7:443: 1,300 of 1,300 ports (--nat-ports): 8.7/s");
	assert_int_equal(found->level, LEVEL_CRITICAL);
	doctor_pairs_free(made.space.pairs, made.space.pair_count);
}

static void test_private_destinations_are_fine(void **state)
{
	static const char *const inner[] = {"10.1.2.3", "172.16.0.1", "172.31.255.1", "192.168.1.1",
		"100.64.0.1", "127.0.0.1", "169.254.1.1"};
	static const char *const outer[] = {
		"11.0.0.1", "172.32.0.1", "172.15.0.1", "192.169.0.1", "100.128.0.1", "128.0.0.1"};
	for (size_t i = 0; i < sizeof(inner) / sizeof(inner[0]); i++) {
		begin(inner[i]);
		assert_null(find());
	}
	for (size_t i = 0; i < sizeof(outer) / sizeof(outer[0]); i++) {
		begin(outer[i]);
		assert_non_null(find());
	}
}

static void test_not_asked(void **state)
{
	begin("203.0.113.7");
	made.host.nat_ports = 0;
	assert_null(find());
}

static void test_ipv6_is_fine(void **state)
{
	begin("203.0.113.7");
	made.pair.is_ipv6 = true;
	assert_null(find());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_run_out),
		cmocka_unit_test(test_sources_are_added_up),
		cmocka_unit_test(test_namespaces_are_added_up),
		cmocka_unit_test(test_small_pairs_count),
		cmocka_unit_test(test_private_destinations_are_fine),
		cmocka_unit_test(test_not_asked),
		cmocka_unit_test(test_ipv6_is_fine),
	};
	int failed = cmocka_run_group_tests(tests, NULL, found_finish);
	drop();
	return failed;
}
