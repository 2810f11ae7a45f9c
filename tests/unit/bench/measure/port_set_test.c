#include "bench/measure/port_set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void ports_are_distinct(void **state)
{
	struct port_set *set = port_set_create();
	assert_non_null(set);
	for (int round = 0; round < 2; round++) {
		port_set_clear(set);
		for (uint32_t i = 0; i < 3000; i++) {
			const uint32_t address[4] = {i % 300, 0, 0, 0};
			assert_int_equal(port_set_add(set, address, (uint16_t)(i / 600)), 0);
		}
		assert_int_equal(port_set_count(set), 1500);
		const uint32_t has[4] = {299}, stranger[4] = {300};
		assert_true(port_set_has(set, has, 4));
		assert_false(port_set_has(set, has, 5));
		assert_false(port_set_has(set, has, 4 + 64));
		assert_false(port_set_has(set, stranger, 4));
		port_set_clear(set);
		assert_false(port_set_has(set, has, 4));
	}
	port_set_destroy(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(ports_are_distinct)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
