/* Which strategy a plan takes, of made-up figures. */
#include "bench/plan/plan_choice.h"

#include "made_up_plan.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct td_strategy nothing = {.name = "nothing"};
static const struct td_strategy old = {.name = "old", .gives_up = TD_GIVES_UP_OLD_SEGMENTS};
static const struct td_strategy tail = {.name = "tail", .gives_up = TD_GIVES_UP_TAIL};
static const struct td_strategy warned = {.name = "warned", .warning = "blocks"};
static const struct plan_asked asked = {.requests_per_s = 1, .hosts = 10};

static const char *choice_of(const struct plan_figures *figures, size_t count)
{
	const struct plan_figures *chosen = plan_choose(figures, count, &asked);
	return chosen ? chosen->strategy->name : "none";
}

static void test_what_is_given_up(void **state)
{
	const struct plan_figures figures[] = {
		{.strategy = &warned, .fits = true},
		{.strategy = &tail, .fits = true},
		{.strategy = &old, .fits = true, .client_bytes = 100},
		{.strategy = &nothing, .fits = true, .server_bytes = 1e9},
	};
	assert_string_equal(choice_of(figures, 4), "nothing");
	assert_string_equal(choice_of(figures, 3), "old");
	assert_string_equal(choice_of(figures, 2), "tail");
	assert_string_equal(choice_of(figures, 1), "none");
}

static void test_what_fits(void **state)
{
	struct plan_figures figures[] = {
		{.strategy = &nothing, .fits = false},
		{.strategy = &tail, .fits = true},
	};
	assert_string_equal(choice_of(figures, 2), "tail");
	figures[0].fits = figures[0].is_slow = true;
	assert_string_equal(choice_of(figures, 2), "tail");
	figures[1].is_slow = true;
	assert_string_equal(choice_of(figures, 2), "nothing");
	figures[0].fits = figures[1].fits = false;
	assert_string_equal(choice_of(figures, 2), "none");
}

/* Ten hosts with 30 bytes each have more than a server with 299, and less than one with 301. */
static void test_memory_of_all_hosts(void **state)
{
	static const struct td_strategy other = {.name = "other"};
	struct plan_figures figures[] = {
		{.strategy = &nothing, .fits = true, .client_bytes = 30},
		{.strategy = &other, .fits = true, .server_bytes = 299},
	};
	assert_string_equal(choice_of(figures, 2), "other");
	figures[1].server_bytes = 301;
	assert_string_equal(choice_of(figures, 2), "nothing");
}

static void test_cap_gives_up_protection(void **state)
{
	struct plan_figures figures[] = {
		{.strategy = &nothing, .fits = true, .server_is_capped = true},
		{.strategy = &nothing, .fits = true, .server_bytes = 1},
	};
	assert_ptr_equal(plan_choose(figures, 2, &asked), &figures[1]);
	assert_int_equal(plan_gives_up(&figures[0]), TD_GIVES_UP_OLD_SEGMENTS);
	assert_int_equal(plan_gives_up(&figures[1]), TD_GIVES_UP_NOTHING);
	figures[0].server_is_capped = false;
	assert_ptr_equal(plan_choose(figures, 2, &asked), &figures[0]);
	figures[0].client_is_capped = true;
	assert_ptr_equal(plan_choose(figures, 2, &asked), &figures[1]);
}

static void test_no_rate(void **state)
{
	const struct plan_asked greatest = {.requests_per_s = NAN, .hosts = 1};
	const struct plan_figures figures = {.strategy = &nothing, .fits = true};
	assert_null(plan_choose(&figures, 1, &greatest));
}

/* Of all that are built in: graceful gives up nothing, and its TIME_WAITs take the least. At
 * 2,000/s without a round trip it is still no limit; what is beyond all of them has no answer. */
static void test_of_all(void **state)
{
	struct plan_asked of = made_up_asked(2000, 32768, 60999);
	struct plan_figures best;
	assert_true(plan_choose_of_all(&of, &best));
	assert_string_equal(best.strategy->name, "graceful");
	assert_true(best.fits && !best.is_slow);
	of.round_trip_s = 0.03;
	of.requests_per_s = 1e9;
	assert_false(plan_choose_of_all(&of, &best));
	/* Beyond graceful's 313,688/s, and half of keep-alive's. */
	of.requests_per_s = 460000;
	assert_true(plan_choose_of_all(&of, &best));
	assert_string_equal(best.strategy->name, "keep-alive");
	of.requests_per_s = NAN;
	assert_false(plan_choose_of_all(&of, &best));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_given_up),
		cmocka_unit_test(test_what_fits),
		cmocka_unit_test(test_memory_of_all_hosts),
		cmocka_unit_test(test_cap_gives_up_protection),
		cmocka_unit_test(test_no_rate),
		cmocka_unit_test(test_of_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
