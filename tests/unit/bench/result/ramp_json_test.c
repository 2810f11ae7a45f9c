/* What a result file has of a ramp: made-up numbers, each at its place. */
#include "bench/result/ramp_json.h"

#include "bench/result/json_path.h"
#include "common/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct trial trial;

static double at(const json_t *json, const char *path)
{
	const json_t *value = json_path_at(json, path);
	assert_true(json_is_number(value));
	return json_number_value(value);
}

/* 100 to 2,100 a second over 20 s: part 3 begins at 400. */
static json_t *made(void)
{
	trial.started_ns = NS_PER_S;
	trial.load.ramp = (struct ramp){100, 2100, 20 * NS_PER_S};
	struct ramp_step *step = &trial.totals.ramp.steps[3];
	*step = (struct ramp_step){.due = 1001,
		.completed = 1002,
		.met = {[RAMP_NO_PORT] = 1,
			[RAMP_REFUSED] = 20,
			[RAMP_CONNECT_ERROR] = 300,
			[RAMP_RESET] = 4,
			[RAMP_SHORT] = 50,
			[RAMP_TIMED_OUT] = 600,
			[RAMP_UNEXPECTED] = 7,
			[RAMP_STARVED] = 8,
			[RAMP_LATE] = 9}};
	step->total_bins[ramp_bin(NS_PER_MS)] = 25;
	trial.totals.ramp.first_ns[RAMP_RESET] = NS_PER_S + 3200 * NS_PER_MS;
	json_t *json = json_pack("{s:{}, s:[{s:s, s:f}, {s:s}, {s:s, s:f}]}", "ramp", "findings",
		"id", "listen-overflow", "t_s", 12.5, "id", "timeless", "id", "afterwards", "t_s",
		20.5);
	ramp_json_set(json, &trial);
	return json;
}

static void each_at_its_place(void **state)
{
	json_t *json = made();
	const json_t *ramp = json_object_get(json, "ramp");
	const json_t *step = json_array_get(json_object_get(ramp, "steps"), 3);
	assert_int_equal(json_array_size(json_object_get(ramp, "steps")), RAMP_STEPS);
	static const struct {
		const char *key;
		double value;
	} wanted[] = {{"t_s", 3}, {"rate_per_s", 400}, {"due", 1001}, {"completed", 1002},
		{"not_connected", 321}, {"lost", 654}, {"unexpected", 7}, {"all_in_use", 8},
		{"loader_late", 9}, {"p99_us", 1048.575}};
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		assert_float_equal(at(step, wanted[i].key), wanted[i].value, 1e-6);
	const json_t *other = json_array_get(json_object_get(ramp, "steps"), 4);
	assert_true(json_is_null(json_object_get(other, "p99_us")));
	json_decref(json);
}

static void what_broke(void **state)
{
	json_t *json = made();
	const json_t *breaks = json_path_at(json, "ramp.breaks");
	const json_t *one = json_array_get(breaks, 0);
	assert_int_equal(json_array_size(breaks), 1);
	assert_string_equal(json_path_text(one, "what"), "reset");
	assert_float_equal(at(one, "t_s"), 3.2, 1e-9);
	assert_float_equal(at(one, "rate_per_s"), 420, 1e-6);
	assert_int_equal(at(one, "connections"), 4);
	json_decref(json);
}

/* One without an instant has no rate, nor has one behind the ramp. */
static void findings_on_the_way(void **state)
{
	json_t *json = made();
	const json_t *findings = json_path_at(json, "ramp.findings");
	const json_t *one = json_array_get(findings, 0);
	assert_int_equal(json_array_size(findings), 1);
	assert_string_equal(json_path_text(one, "id"), "listen-overflow");
	assert_float_equal(at(one, "t_s"), 12.5, 1e-9);
	assert_float_equal(at(one, "rate_per_s"), 1350, 1e-6);
	json_decref(json);
}

static void without_a_ramp_there_is_nothing(void **state)
{
	json_t *json = json_object();
	ramp_json_set(json, &trial);
	assert_int_equal(json_object_size(json), 0);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_at_its_place),
		cmocka_unit_test(what_broke),
		cmocka_unit_test(findings_on_the_way),
		cmocka_unit_test(without_a_ramp_there_is_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
