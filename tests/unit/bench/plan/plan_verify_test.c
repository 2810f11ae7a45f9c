/* What is compared of a forecast and of what was measured, and what is as forecast. */
#include "bench/plan/plan_verify.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct plan_verify_row *row_of(
	const struct plan_verify_row *rows, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].figure->key, key) == 0)
			return &rows[i];
	return NULL;
}

static void test_rows(void **state)
{
	struct plan_verify_row rows[PLAN_FIGURES];
	const struct plan_verified verified = {
		.predicted = {.connections = 4525,
			.refused = 95,
			.ports_held = NAN,
			.slow_after_s = 30,
			.exhausted_after_s = INFINITY,
			.lasting_per_s = NAN,
			.client_time_wait = 2000},
		.measured = {.connections = 4500,
			.refused = 100,
			.ports_held = 7,
			.slow_after_s = INFINITY,
			.exhausted_after_s = INFINITY,
			.lasting_per_s = 32,
			.client_time_wait = 1990},
	};
	size_t count = plan_verify_rows(&verified, rows);
	assert_int_equal(count, 4);
	const struct plan_verify_row *refused = row_of(rows, count, "refused");
	assert_true(fabs(refused->error - 100.0 / 95 + 1) < 1e-12 && !refused->is_within);
	assert_true(refused->predicted == 95 && refused->measured == 100);
	assert_true(row_of(rows, count, "connections")->is_within);
	assert_true(row_of(rows, count, "client_time_wait")->error < 0);
	/* It was to happen, and did not. */
	const struct plan_verify_row *slow = row_of(rows, count, "slow_after_s");
	assert_true(isnan(slow->error) && !slow->is_within);
}

/* Nothing in both is no row, but for refusals. */
static void test_none(void **state)
{
	struct plan_verify_row rows[PLAN_FIGURES];
	const struct plan_course none = {
		.slow_after_s = INFINITY, .exhausted_after_s = INFINITY, .lasting_per_s = NAN};
	const struct plan_verified verified = {.predicted = none, .measured = none};
	assert_int_equal(plan_verify_rows(&verified, rows), 1);
	assert_string_equal(rows[0].figure->key, "refused");
	assert_true(rows[0].is_within && isnan(rows[0].error));
}

static void test_within(void **state)
{
	static const struct {
		const char *key;
		double predicted, measured;
		bool is_within;
	} rows[] = {
		{"refused", 0, 1, true},
		{"refused", 0, 2, false},
		{"refused", 95.2, 96, true},
		{"refused", 95.2, 98, false},
		{"ports_held", 2000, 1960, true},
		{"ports_held", 2000, 1959, false},
		{"ports_held", 2000, 2040, true},
		{"ports_held", 10, 11, true},
		{"exhausted_after_s", 2, 2.09, true},
		{"exhausted_after_s", 2, 2.11, false},
		{"exhausted_after_s", 60, 61.1, true},
		{"exhausted_after_s", INFINITY, 3, false},
		{"lasting_per_s", 2, 2.09, false},
		{"lasting_per_s", 100, 98.1, true},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_verify_row found[PLAN_FIGURES];
		struct plan_verified verified = {.rate = 1};
		for (size_t f = 0; f < PLAN_FIGURES; f++) {
			const struct plan_figure *figure = &plan_figures[f];
			if (strcmp(figure->key, rows[i].key) != 0)
				continue;
			*(double *)((char *)&verified.predicted + figure->offset) =
				rows[i].predicted;
			*(double *)((char *)&verified.measured + figure->offset) = rows[i].measured;
		}
		size_t count = plan_verify_rows(&verified, found);
		const struct plan_verify_row *row = row_of(found, count, rows[i].key);
		if (!row || row->is_within != rows[i].is_within)
			fail_msg("%s: %g, %g", rows[i].key, rows[i].predicted, rows[i].measured);
	}
}

static char killed[] = "the trial's process ended: Killed";
static char *reasons[] = {killed};
static const struct td_strategy closes = {.name = "client-close"};

static struct plan_verified verified_of(enum status cannot)
{
	struct plan_verified verified = {.strategy = &closes};
	if (cannot != STATUS_OK)
		error_set(&verified.cannot, cannot, "it cannot");
	return verified;
}

static void assert_judged(
	const struct plan_verified *verified, enum status status, const char *text)
{
	struct error error = {.status = STATUS_OK};
	assert_int_equal(plan_verify_judge(verified, 3, &error), status == STATUS_OK ? 0 : -1);
	assert_int_equal(error.status, status);
	assert_string_equal(error.text, text);
}

/* The worst of three strategies, wherever it stands. */
static void test_judge(void **state)
{
	static const char host_cannot[] = "--verify: client-close was not played: it cannot";
	struct plan_verified verified[] = {
		verified_of(STATUS_OK), verified_of(STATUS_USAGE), verified_of(STATUS_INTERRUPTED)};
	assert_judged(verified, STATUS_OK, "");
	verified[1] = verified_of(STATUS_HOST_CANNOT);
	assert_judged(verified, STATUS_HOST_CANNOT, host_cannot);
	verified[2].cannot.status = STATUS_FAILED;
	assert_judged(verified, STATUS_FAILED, host_cannot);
	verified[2] = verified_of(STATUS_OK);
	verified[2].reasons = (struct reasons){.text = reasons, .count = 1};
	assert_false(plan_verify_is_valid(&verified[2]));
	assert_judged(verified, STATUS_FAILED,
		"--verify: the trial of client-close was not as asked: the trial's process ended: "
		"Killed");
	assert_true(plan_verify_is_valid(&verified[0]));
	assert_false(plan_verify_is_valid(&verified[1]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_within),
		cmocka_unit_test(test_judge),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
