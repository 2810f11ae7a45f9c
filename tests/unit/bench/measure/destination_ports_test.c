/* Which place holds the most ports of the sockets of a namespace. */
#include "bench/measure/destination_ports.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct tcp_segment_end end_of(uint32_t address, uint16_t port)
{
	return (struct tcp_segment_end){{address}, port, false};
}

static void add(struct destination_ports *ports, uint32_t own, uint16_t own_port, uint32_t to,
	uint16_t to_port, bool is_time_wait)
{
	struct tcp_segment_end from = end_of(own, own_port), at = end_of(to, to_port);
	destination_ports_add(ports, &from, &at, is_time_wait);
}

static void is_busiest(
	const struct destination_ports *ports, uint16_t to_port, uint64_t held, uint64_t waits)
{
	struct busiest_destination busiest = destination_ports_busiest(ports);
	assert_int_equal(busiest.to.port, to_port);
	assert_int_equal(busiest.ports, held);
	assert_int_equal(busiest.time_waits, waits);
}

static void each_place_and_own_address_by_itself(void **state)
{
	struct destination_ports *ports = destination_ports_create();
	is_busiest(ports, 0, 0, 0);
	for (uint16_t i = 0; i < 5; i++)
		add(ports, 1, 40000 + i, 9, 5432, i < 2);
	for (uint16_t i = 0; i < 4; i++) {
		add(ports, 1, 40000 + i, 9, 6379, false); /* another port */
		add(ports, 1, 40000 + i, 8, 5432, false); /* another host */
		add(ports, 2, 50000 + i, 9, 5432, false); /* from another address */
	}
	is_busiest(ports, 5432, 5, 2);
	/* A port is held once. */
	add(ports, 1, 40000, 9, 5432, true);
	is_busiest(ports, 5432, 5, 2);
	add(ports, 1, 40004, 9, 6379, true);
	add(ports, 1, 40005, 9, 6379, true);
	is_busiest(ports, 6379, 6, 2);
	destination_ports_clear(ports);
	is_busiest(ports, 0, 0, 0);
	add(ports, 1, 40000, 9, 5432, false);
	is_busiest(ports, 5432, 1, 0);
	destination_ports_destroy(ports);
}

/* Both ends of a connection over loopback are of one namespace. */
static void what_was_accepted_holds_no_port(void **state)
{
	struct destination_ports *ports = destination_ports_create();
	destination_ports_listen(ports, 33000);
	for (uint16_t i = 0; i < 3; i++) {
		add(ports, 1, 33000, 1, 40000 + i, true);
		add(ports, 1, 40000 + i, 1, 33000, false);
	}
	is_busiest(ports, 33000, 3, 0);
	/* One port of the other end, which four listeners have accepted. */
	for (uint16_t i = 0; i < 4; i++) {
		destination_ports_listen(ports, 34000 + i);
		add(ports, 1, 34000 + i, 1, 50000, false);
	}
	is_busiest(ports, 33000, 3, 0);
	destination_ports_clear(ports);
	add(ports, 1, 33000, 1, 40000, true);
	is_busiest(ports, 40000, 1, 1);
	destination_ports_destroy(ports);
	destination_ports_destroy(NULL);
}

static void is_exclusive(const struct destination_ports *ports, uint64_t held, uint64_t waits)
{
	struct exclusive_ports exclusive = destination_ports_exclusive(ports);
	assert_int_equal(exclusive.ports, held);
	assert_int_equal(exclusive.time_waits, waits);
}

static void ports_of_one_place_alone(void **state)
{
	struct destination_ports *ports = destination_ports_create();
	is_exclusive(ports, 0, 0);
	/* More places than are told apart. */
	for (uint16_t i = 0; i < 20; i++)
		add(ports, 1, 40000 + i, 9, 1000 + i, i < 3);
	is_exclusive(ports, 20, 3);
	/* Another address has its own ports. */
	add(ports, 2, 40000, 9, 1000, false);
	is_exclusive(ports, 20, 3);
	destination_ports_listen(ports, 33000);
	add(ports, 1, 33000, 9, 1000, false);
	add(ports, 1, 33000, 9, 1001, false);
	is_exclusive(ports, 20, 3);
	add(ports, 1, 40000, 9, 1001, false);
	is_exclusive(ports, 0, 0);
	destination_ports_clear(ports);
	is_exclusive(ports, 0, 0);
	add(ports, 1, 40000, 9, 1001, false);
	is_exclusive(ports, 1, 0);
	destination_ports_destroy(ports);
}

static void of_more_places_the_first_are_told(void **state)
{
	struct destination_ports *ports = destination_ports_create();
	for (uint16_t i = 0; i < DESTINATION_PORTS_MAX; i++)
		add(ports, 1, 40000, 9, 1000 + i, false);
	for (uint16_t i = 0; i < 100; i++)
		add(ports, 1, 40000 + i, 9, 2000, false);
	is_busiest(ports, 1000, 1, 0);
	add(ports, 1, 40001, 9, 1007, false);
	is_busiest(ports, 1007, 2, 0);
	destination_ports_destroy(ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_place_and_own_address_by_itself),
		cmocka_unit_test(what_was_accepted_holds_no_port),
		cmocka_unit_test(ports_of_one_place_alone),
		cmocka_unit_test(of_more_places_the_first_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
