/* Trials are interleaved; a seed repeats their order; the advice names strategies that there are.
 */
#include "bench/trial/order.h"
#include "strategies/core/advice.h"
#include "strategies/core/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STRATEGIES 7
#define REPEAT 5

static void every_round_holds_every_strategy_once(void **state)
{
	for (uint64_t seed = 0; seed < 100; seed++) {
		struct order_entry *order = order_create(STRATEGIES, REPEAT, seed);
		assert_non_null(order);
		for (uint32_t round = 0; round < REPEAT; round++) {
			unsigned seen[STRATEGIES] = {0};
			for (size_t i = 0; i < STRATEGIES; i++) {
				struct order_entry entry = order[round * STRATEGIES + i];
				assert_int_equal(entry.repeat, round + 1);
				seen[entry.row]++;
			}
			for (size_t i = 0; i < STRATEGIES; i++)
				assert_int_equal(seen[i], 1);
		}
		free(order);
	}
}

static void a_seed_repeats_its_order(void **state)
{
	struct order_entry *a = order_create(STRATEGIES, REPEAT, 42);
	struct order_entry *b = order_create(STRATEGIES, REPEAT, 42);
	struct order_entry *other = order_create(STRATEGIES, REPEAT, 43);
	assert_memory_equal(a, b, STRATEGIES * REPEAT * sizeof(*a));
	assert_memory_not_equal(a, other, STRATEGIES * REPEAT * sizeof(*a));
	free(a);
	free(b);
	free(other);
}

static void advice_names_strategies_that_there_are(void **state)
{
	for (size_t i = 0; i < advice_count; i++) {
		const struct td_strategy *s = registry_find(advice_rows[i].strategy, NULL);
		assert_non_null(s);
		assert_null(s->warning);
	}
	assert_int_equal(advice_check("proxy", NULL), 0);
	assert_int_equal(advice_check("dog", NULL), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_round_holds_every_strategy_once),
		cmocka_unit_test(a_seed_repeats_its_order),
		cmocka_unit_test(advice_names_strategies_that_there_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
