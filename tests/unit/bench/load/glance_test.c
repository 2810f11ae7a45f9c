/* Which responses are looked for, and when epoll is asked instead. The slots that are looked at are
 * the test's own. */
#include "bench/load/glance.h"
#include "bench/load/slot.h"
#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SLOTS 100
#define OLD_NS (10 * NS_PER_S)
/* As long as the test may take; the clock is the machine's. */
#define YOUNG_NS (1000 * NS_PER_S)

static struct lane lane;
static struct slot slots[SLOTS];
static bool answered[SLOTS];
static unsigned looks[SLOTS], watches[SLOTS];

bool slot_look(struct lane *l, struct slot *slot)
{
	size_t i = (size_t)(slot - slots);
	looks[i]++;
	return answered[i];
}

void slot_watch(struct lane *l, struct slot *slot)
{
	watches[slot - slots]++;
}

static int set_up(void **state)
{
	memset(slots, 0, sizeof(slots));
	memset(answered, 0, sizeof(answered));
	memset(looks, 0, sizeof(looks));
	memset(watches, 0, sizeof(watches));
	glances_init(&lane.glances);
	return 0;
}

static bool ask(size_t i, bool old)
{
	slots[i].request_ns = old ? clock_now_ns() - OLD_NS : clock_now_ns() + YOUNG_NS;
	return glance_later(&lane.glances, &slots[i]);
}

static void an_old_one_is_looked_at_a_young_one_waits(void **state)
{
	assert_true(ask(0, true));
	assert_true(ask(1, false));
	answered[0] = true;
	assert_true(glances_take(&lane));
	assert_int_equal(looks[0], 1);
	assert_int_equal(looks[1] + watches[1], 0);
	/* Nothing came: the lane is about to sleep. */
	assert_false(glances_take(&lane));
	assert_int_equal(watches[1], 1);
	assert_int_equal(looks[1], 0);
	assert_false(glances_take(&lane));
	assert_int_equal(watches[1], 1);
}

static void a_lane_with_time_registers_at_once(void **state)
{
	for (size_t i = 0; i < 3; i++)
		assert_true(ask(i, false));
	assert_false(glances_take(&lane));
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(watches[i], 1);
		assert_int_equal(looks[i], 0);
	}
}

static void after_a_look_too_early_some_are_registered_at_once(void **state)
{
	assert_true(ask(0, true));
	assert_false(glances_take(&lane));
	assert_int_equal(looks[0], 1);
	unsigned declined = 0;
	while (!ask(1, true))
		declined++;
	assert_in_range(declined, 8, 1000);
	answered[1] = true;
	assert_true(glances_take(&lane));
	assert_true(ask(2, true));
}

static void a_slot_that_is_used_again_is_there_once(void **state)
{
	assert_true(ask(0, true));
	assert_true(ask(1, true));
	assert_true(ask(0, true));
	answered[0] = answered[1] = true;
	assert_true(glances_take(&lane));
	assert_int_equal(looks[0], 1);
	assert_int_equal(looks[1], 1);
	assert_true(ask(0, true));
	assert_true(glances_take(&lane));
	assert_int_equal(looks[0], 2);
}

static void epoll_has_its_turn(void **state)
{
	for (size_t i = 0; i < SLOTS; i++) {
		assert_true(ask(i, true));
		answered[i] = true;
	}
	assert_true(glances_take(&lane));
	assert_int_equal(looks[0], 1);
	assert_int_equal(looks[SLOTS - 1] + watches[SLOTS - 1], 0);
	assert_true(glances_take(&lane));
	assert_int_equal(looks[SLOTS - 1], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(an_old_one_is_looked_at_a_young_one_waits, set_up),
		cmocka_unit_test_setup(a_lane_with_time_registers_at_once, set_up),
		cmocka_unit_test_setup(after_a_look_too_early_some_are_registered_at_once, set_up),
		cmocka_unit_test_setup(a_slot_that_is_used_again_is_there_once, set_up),
		cmocka_unit_test_setup(epoll_has_its_turn, set_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
