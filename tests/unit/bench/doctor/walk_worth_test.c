/* What a walk could find, by the numbers of a namespace. */
#include "bench/doctor/walk_worth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Sockets that are hashed, of them listeners and established ones; SYNs sent again so far. */
struct numbers {
	uint64_t open, established, sent_again;
	size_t listeners;
};

static bool is_unanswered(struct numbers numbers)
{
	struct doctor_namespace space = {.open_sockets = numbers.open,
		.listener_count = numbers.listeners,
		.counters = {.syn_retrans = numbers.sent_again,
			.gauge_established = numbers.established}};
	return walk_worth_unanswered(&space);
}

static void test_unanswered(void **state)
{
	assert_true(is_unanswered((struct numbers){.open = 40, .sent_again = 40}));
	assert_true(is_unanswered((struct numbers){9, 3, 4, 2}));
	/* Three others, if all listeners and established ones are what they are. */
	assert_false(is_unanswered((struct numbers){9, 4, 4, 2}));
	assert_false(is_unanswered((struct numbers){9, 3, 4, 3}));
	/* Each was sent again at least once. */
	assert_false(is_unanswered((struct numbers){9, 3, 3, 2}));
	/* Established ones that once were sent again, as in most pods. */
	assert_false(is_unanswered((struct numbers){50, 48, 9000, 2}));
	/* Counters are read one after the other. */
	assert_false(is_unanswered((struct numbers){1, 5, 9, 2}));
}

static void test_many(void **state)
{
	struct doctor_namespace space = {.open_sockets = 63};
	assert_false(walk_worth_many(&space));
	space.counters.gauge_tw = 1;
	assert_true(walk_worth_many(&space));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unanswered),
		cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
