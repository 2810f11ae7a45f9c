/* Ports that others have bound are not to be had; those that others have connected from are. */
#include "bench/doctor/bound_ports.h"
#include "bench/doctor/forecast.h"
#include "tests/unit/bench/doctor/made_up_host.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct made_up_host made;
static struct doctor_pair pairs[2];
static struct doctor_listener listeners[4];

static void begin(uint32_t first, uint32_t other)
{
	made_up_host_init(&made);
	made_up_host_closes(&made, 60, 6);
	pairs[0] = made.pair;
	pairs[1] = (struct doctor_pair){.port = 81, .held = {first, other}};
	made.space.pairs = pairs;
	made.space.pair_count = 2;
}

static uint32_t available(size_t pair)
{
	return forecast_of(&pairs[pair], &made.space.settings, &made.host.life).available;
}

static void test_connected_elsewhere(void **state)
{
	begin(500, 0);
	pairs[1].ending = made.ending;
	bound_ports_tell(&made.space);
	assert_int_equal(available(0), 2000);
	assert_int_equal(available(1), 2000);
}

static void test_bound_elsewhere(void **state)
{
	begin(0, 500);
	pairs[1].ending = made.ending;
	bound_ports_tell(&made.space);
	assert_int_equal(pairs[0].bound_by_others[1], 500);
	assert_int_equal(available(0), 1500);
	/* Its own are no other's. */
	assert_int_equal(available(1), 2000);
	struct forecast forecast = forecast_of(&pairs[0], &made.space.settings, &made.host.life);
	assert_true(fabs(forecast.exhausted_in_s - (1500 - 360) / 60.0) < 0.1);
}

static void test_listeners(void **state)
{
	begin(0, 0);
	const uint16_t ports[] = {40001, 40001, 40002, 80};
	for (size_t i = 0; i < 4; i++)
		listeners[i].address = address_ipv4((struct in_addr){0}, ports[i]);
	made.space.listeners = listeners;
	made.space.listener_count = 4;
	bound_ports_tell(&made.space);
	assert_int_equal(pairs[0].bound_by_others[0], 1);
	assert_int_equal(pairs[0].bound_by_others[1], 1);
	assert_int_equal(available(0), 1998);
}

/* Two sources may each hold all ports, bound; then nothing is below zero. */
static void test_more_than_there_are(void **state)
{
	begin(0, 900);
	pairs[0].held[0] = 0;
	pairs[0].held[1] = 1000;
	bound_ports_tell(&made.space);
	assert_int_equal(pairs[0].bound_by_others[1], 0);
	assert_int_equal(pairs[1].bound_by_others[1], 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connected_elsewhere),
		cmocka_unit_test(test_bound_elsewhere),
		cmocka_unit_test(test_listeners),
		cmocka_unit_test(test_more_than_there_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
