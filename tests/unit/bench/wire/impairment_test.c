/* What the wire does to frames, held against what the words say: shares within their binomial
 * intervals, delays within their bounds, a rate to the nanosecond. */
#include "bench/wire/impairment.h"
#include "common/clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FRAMES 200000
#define NOW UINT64_C(5000000000)
/* Of a normal distribution: one of 16,000 tests leaves it. The seeds are fixed. */
#define SIGMAS 4

static struct impairment_state state_of(struct impairment impairment)
{
	return (struct impairment_state){impairment, 7, 0};
}

/* Frames of 20,000 a second, which is slower than any rate here. */
static uint64_t arrival(unsigned frame)
{
	return NOW + frame * 50 * NS_PER_US;
}

static void assert_share(double count, double share)
{
	double spread = SIGMAS * sqrt(FRAMES * share * (1 - share));
	assert_true(fabs(count - FRAMES * share) <= spread);
}

static void nothing_is_done_unasked(void **state)
{
	struct impairment_state s = state_of((struct impairment){0});
	uint64_t due[IMPAIRMENT_COPIES_MAX];
	assert_true(impairment_is_none(&s.impairment));
	for (unsigned i = 0; i < 1000; i++) {
		assert_int_equal(impairment_decide(&s, arrival(i), 1514, due), 1);
		assert_int_equal(due[0], arrival(i));
	}
}

static void frames_are_lost_and_doubled_in_their_shares(void **state)
{
	struct impairment_state s = state_of((struct impairment){.loss = 0.01, .duplicate = 0.05});
	uint64_t due[IMPAIRMENT_COPIES_MAX];
	unsigned copies[IMPAIRMENT_COPIES_MAX + 1] = {0};
	assert_false(impairment_is_none(&s.impairment));
	for (unsigned i = 0; i < FRAMES; i++)
		copies[impairment_decide(&s, arrival(i), 60, due)]++;
	assert_share(copies[0], 0.01 * 0.95);
	assert_share(copies[2], 0.05 * 0.99);
	/* One that is both stays one. */
	assert_int_equal(copies[0] + copies[1] + copies[2], FRAMES);
}

static void all_or_none_are_lost(void **state)
{
	uint64_t due[IMPAIRMENT_COPIES_MAX];
	struct impairment_state all = state_of((struct impairment){.loss = 1});
	for (unsigned i = 0; i < 1000; i++)
		assert_int_equal(impairment_decide(&all, arrival(i), 60, due), 0);
}

static void a_delay_is_exact_and_jitter_is_even(void **state)
{
	struct impairment_state s =
		state_of((struct impairment){.delay_ns = 20 * NS_PER_MS, .jitter_ns = NS_PER_MS});
	uint64_t due[IMPAIRMENT_COPIES_MAX];
	double sum = 0;
	unsigned below = 0;
	for (unsigned i = 0; i < FRAMES; i++) {
		assert_int_equal(impairment_decide(&s, arrival(i), 60, due), 1);
		uint64_t delay = due[0] - arrival(i);
		assert_in_range(delay, 19 * NS_PER_MS, 21 * NS_PER_MS);
		below += delay < 20 * NS_PER_MS - NS_PER_MS / 2;
		sum += (double)delay;
	}
	assert_share(below, 0.25);
	/* The standard deviation of an even distribution is its width / sqrt(12). */
	assert_true(fabs(sum / FRAMES - 20e6) <= SIGMAS * 2e6 / sqrt(12.0 * FRAMES));
	s = state_of((struct impairment){.delay_ns = 20 * NS_PER_MS});
	assert_int_equal(impairment_decide(&s, NOW, 60, due), 1);
	assert_int_equal(due[0], NOW + 20 * NS_PER_MS);
}

/* As netem does, where the jitter is larger than the delay. */
static void no_frame_leaves_before_it_came(void **state)
{
	struct impairment_state s =
		state_of((struct impairment){.delay_ns = NS_PER_MS, .jitter_ns = 2 * NS_PER_MS});
	uint64_t due[IMPAIRMENT_COPIES_MAX];
	unsigned at_once = 0;
	for (unsigned i = 0; i < FRAMES; i++) {
		assert_int_equal(impairment_decide(&s, arrival(i), 60, due), 1);
		assert_in_range(due[0] - arrival(i), 0, 3 * NS_PER_MS);
		at_once += due[0] == arrival(i);
	}
	assert_share(at_once, 0.25);
}

static void reordered_frames_do_not_wait(void **state)
{
	struct impairment_state s =
		state_of((struct impairment){.delay_ns = 10 * NS_PER_MS, .reorder = 0.1});
	uint64_t due[IMPAIRMENT_COPIES_MAX];
	unsigned at_once = 0;
	for (unsigned i = 0; i < FRAMES; i++) {
		assert_int_equal(impairment_decide(&s, arrival(i), 60, due), 1);
		assert_true(due[0] == arrival(i) || due[0] == arrival(i) + 10 * NS_PER_MS);
		at_once += due[0] == arrival(i);
	}
	assert_share(at_once, 0.1);
}

/* 100 Mbit/s: a frame of 1,250 bytes takes 100 µs, and waits for those before it. */
static void a_rate_sends_one_frame_behind_the_other(void **state)
{
	struct impairment_state s =
		state_of((struct impairment){.delay_ns = NS_PER_MS, .rate_bits_per_s = 100000000});
	uint64_t due[IMPAIRMENT_COPIES_MAX];
	for (unsigned i = 0; i < 1000; i++) {
		assert_int_equal(impairment_decide(&s, NOW, 1250, due), 1);
		assert_int_equal(due[0], NOW + (i + 1) * 100 * NS_PER_US + NS_PER_MS);
	}
	/* An idle line owes nothing. */
	assert_int_equal(impairment_decide(&s, NOW + NS_PER_S, 125, due), 1);
	assert_int_equal(due[0], NOW + NS_PER_S + 10 * NS_PER_US + NS_PER_MS);
}

static void a_seed_is_a_course_of_events(void **state)
{
	struct impairment impairment = {.loss = 0.5};
	struct impairment_state one = {impairment, 1, 0}, same = {impairment, 1, 0},
				other = {impairment, 2, 0};
	uint64_t due[IMPAIRMENT_COPIES_MAX];
	unsigned differ = 0;
	for (unsigned i = 0; i < 1000; i++) {
		unsigned copies = impairment_decide(&one, arrival(i), 60, due);
		assert_int_equal(impairment_decide(&same, arrival(i), 60, due), copies);
		differ += impairment_decide(&other, arrival(i), 60, due) != copies;
	}
	assert_in_range(differ, 400, 600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_done_unasked),
		cmocka_unit_test(frames_are_lost_and_doubled_in_their_shares),
		cmocka_unit_test(all_or_none_are_lost),
		cmocka_unit_test(a_delay_is_exact_and_jitter_is_even),
		cmocka_unit_test(no_frame_leaves_before_it_came),
		cmocka_unit_test(reordered_frames_do_not_wait),
		cmocka_unit_test(a_rate_sends_one_frame_behind_the_other),
		cmocka_unit_test(a_seed_is_a_course_of_events),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
