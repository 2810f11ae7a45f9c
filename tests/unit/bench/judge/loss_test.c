/* What a load lost, and when it ran out of ports: worked by hand, and of which trials it counts. */
#include "bench/judge/loss.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct trial trial_make(void)
{
	return (struct trial){.started_ns = 5000000000,
		.totals = {.attempted = 1000,
			.bytes_promised = 9000,
			.bytes_received = 8600,
			.no_port_ns = 7500000000,
			.outcomes = {[OUTCOME_COMPLETED] = 900,
				[OUTCOME_SHORT] = 10,
				[OUTCOME_RESET] = 20,
				[OUTCOME_TIMED_OUT] = 30,
				[OUTCOME_CONNECT_ERROR] = 40}}};
}

static bool is(double value, double wanted)
{
	return fabs(value - wanted) <= 1e-12;
}

static void test_what_was_lost(void **state)
{
	struct trial trial = trial_make();
	struct loss_figures loss = loss_figures_of(&trial);
	assert_true(is(loss.exhausted_s, 2.5));
	assert_true(is(loss.lost_share, 0.06));
	assert_true(is(loss.refused_share, 0.04));
	assert_true(is(loss.bytes, 400));
}

/* Nothing lost is 0; a time that did not come is not known. */
static void test_nothing_was_lost(void **state)
{
	struct trial trial = {.totals = {.attempted = 7, .outcomes = {[OUTCOME_COMPLETED] = 7}}};
	struct loss_figures loss = loss_figures_of(&trial);
	assert_true(isnan(loss.exhausted_s));
	assert_true(is(loss.lost_share, 0) && is(loss.refused_share, 0) && is(loss.bytes, 0));
}

static void unknown(const struct trial *trial)
{
	struct loss_figures loss = loss_figures_of(trial);
	assert_false(loss_is_known(trial));
	assert_true(isnan(loss.exhausted_s) && isnan(loss.lost_share) && isnan(loss.refused_share));
	assert_true(isnan(loss.bytes));
}

static void test_of_which_trials(void **state)
{
	struct trial trial = trial_make();
	assert_true(loss_is_known(&trial));
	trial.interrupted = true;
	unknown(&trial);
	trial = trial_make();
	trial.failure[0] = 'x';
	unknown(&trial);
	trial = trial_make();
	trial.load.is_third_party = true;
	unknown(&trial);
	trial = trial_make();
	trial.totals.attempted++;
	unknown(&trial);
	trial = (struct trial){.started_ns = 5};
	unknown(&trial);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_lost),
		cmocka_unit_test(test_nothing_was_lost),
		cmocka_unit_test(test_of_which_trials),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
