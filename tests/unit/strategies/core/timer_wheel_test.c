/* The wheel against a naive list: random arms, moves and cancels over short and long sleeps. Each
 * timer must come once, never early, and within a tick. */
#include "strategies/core/timer_wheel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>

#include <cmocka.h>

#define TIMERS 64
#define STEPS 4000
#define TICK_NS UINT64_C(1000)
#define TURN_NS (WHEEL_SLOTS * TICK_NS)

struct model {
	struct wheel wheel;
	struct wheel_timer timers[TIMERS];
	/* The naive list: 0 is "not armed". */
	uint64_t due_ns[TIMERS];
	uint64_t now_ns;
	uint64_t seed;
};

static uint64_t random_below(struct model *model, uint64_t bound)
{
	model->seed ^= model->seed << 13;
	model->seed ^= model->seed >> 7;
	model->seed ^= model->seed << 17;
	return model->seed % bound;
}

static size_t model_armed(const struct model *model)
{
	size_t armed = 0;
	for (int i = 0; i < TIMERS; i++)
		armed += model->due_ns[i] != 0;
	return armed;
}

/* Due in the past, now, in this tick, in this turn or several turns ahead. */
static void model_arm(struct model *model, size_t i)
{
	static const uint64_t spans_ns[] = {1, TICK_NS, 20 * TICK_NS, TURN_NS, 5 * TURN_NS};
	uint64_t due_ns = model->now_ns + random_below(model, spans_ns[random_below(model, 5)]);
	if (random_below(model, 10) == 0)
		due_ns = model->now_ns - random_below(model, 2 * TURN_NS);
	model->due_ns[i] = due_ns;
	wheel_arm(&model->wheel, &model->timers[i], due_ns);
}

static void model_cancel(struct model *model, size_t i)
{
	model->due_ns[i] = 0;
	wheel_cancel(&model->wheel, &model->timers[i]);
	assert_null(model->timers[i].link);
}

/* Takes what is due; now and then a timer is armed or cancelled in between, as hooks do. */
static void model_expire(struct model *model)
{
	bool may_touch = true;
	struct wheel_timer *timer;
	while ((timer = wheel_expired(&model->wheel, model->now_ns))) {
		size_t i = (size_t)(timer - model->timers);
		assert_true(model->due_ns[i] != 0);
		assert_true(model->due_ns[i] <= model->now_ns);
		assert_null(timer->link);
		model->due_ns[i] = 0;
		may_touch = may_touch && random_below(model, 4) != 0;
		if (may_touch)
			model_arm(model, i);
		else if (random_below(model, 4) == 0)
			model_cancel(model, random_below(model, TIMERS));
	}
	for (int i = 0; i < TIMERS; i++)
		assert_true(model->due_ns[i] == 0 || model->due_ns[i] + TICK_NS > model->now_ns);
}

static void model_step(struct model *model)
{
	static const uint64_t sleeps_ns[] = {1, TICK_NS, 3 * TICK_NS, TURN_NS, 4 * TURN_NS};
	for (uint64_t changes = random_below(model, 6); changes > 0; changes--) {
		size_t i = random_below(model, TIMERS);
		if (random_below(model, 4) == 0)
			model_cancel(model, i);
		else
			model_arm(model, i);
	}
	assert_int_equal(model->wheel.armed, model_armed(model));
	model->now_ns += random_below(model, sleeps_ns[random_below(model, 5)] + 1);
	model_expire(model);
	assert_int_equal(model->wheel.armed, model_armed(model));
}

static void test_against_a_naive_list(void **state)
{
	for (uint64_t seed = 1; seed <= 50; seed++) {
		struct model model = {.now_ns = seed * 100 * TURN_NS + seed, .seed = seed};
		wheel_init(&model.wheel, TICK_NS, model.now_ns);
		for (int step = 0; step < STEPS; step++)
			model_step(&model);
		/* In the end all that is armed comes. */
		model.now_ns += 10 * TURN_NS;
		while (wheel_expired(&model.wheel, model.now_ns))
			continue;
		assert_int_equal(model.wheel.armed, 0);
	}
}

static void test_never_early_and_once(void **state)
{
	struct wheel wheel;
	struct wheel_timer timer = {0};
	wheel_init(&wheel, TICK_NS, 5);
	wheel_arm(&wheel, &timer, 10 * TICK_NS + 7);
	assert_null(wheel_expired(&wheel, 10 * TICK_NS + 6));
	assert_ptr_equal(wheel_expired(&wheel, 11 * TICK_NS + 7), &timer);
	assert_null(wheel_expired(&wheel, 12 * TICK_NS));
}

static void test_moving_leaves_nothing_behind(void **state)
{
	struct wheel wheel;
	struct wheel_timer timer = {0};
	wheel_init(&wheel, TICK_NS, 0);
	wheel_arm(&wheel, &timer, 10 * TICK_NS);
	wheel_arm(&wheel, &timer, 10 * TURN_NS);
	assert_int_equal(wheel.armed, 1);
	assert_null(wheel_expired(&wheel, 9 * TURN_NS));
	assert_ptr_equal(wheel_expired(&wheel, 10 * TURN_NS + TICK_NS), &timer);
	wheel_cancel(&wheel, &timer);
	assert_int_equal(wheel.armed, 0);
}

/* A sleep of up to two turns passes over no slot. */
static void test_nothing_is_left_behind_in_a_sleep(void **state)
{
	struct wheel wheel;
	struct wheel_timer timer = {0};
	for (uint64_t quarters = 1; quarters <= 8; quarters++) {
		wheel_init(&wheel, TICK_NS, 0);
		wheel_arm(&wheel, &timer, 10 * TICK_NS);
		assert_ptr_equal(wheel_expired(&wheel, quarters * TURN_NS / 4), &timer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_a_naive_list),
		cmocka_unit_test(test_never_early_and_once),
		cmocka_unit_test(test_moving_leaves_nothing_behind),
		cmocka_unit_test(test_nothing_is_left_behind_in_a_sleep),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
