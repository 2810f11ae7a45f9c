/* Ports of a gateway that run out, and connections that hold none. */
#include "tests/unit/bench/doctor/found.h"
#include "tests/unit/bench/doctor/made_up_host.h"

#include <arpa/inet.h>
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
	return found_find(&made.host, "nat-share");
}

/* 10/s for a minute to a destination, 8 open ones; the gateway gives 1,024 ports. */
static void begin(const char *destination)
{
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
	made.space.pairs = pairs;
	made.space.pair_count = 3;
	assert_true(found_number(find(), "held") == 2416);
	assert_int_equal(found_count("nat-share"), 1);
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
		cmocka_unit_test(test_private_destinations_are_fine),
		cmocka_unit_test(test_not_asked),
		cmocka_unit_test(test_ipv6_is_fine),
	};
	return cmocka_run_group_tests(tests, NULL, found_finish);
}
