/* Samples as lines: which instants there are, what each shows, and that there are never too many.
 */
#include "bench/report/html/markup/lines.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A trial's samples: server_tw of each, a tenth of a second apart. */
static void trial_add(
	json_t *result, const char *strategy, bool valid, const int *time_waits, size_t count)
{
	json_t *samples = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(
			samples, json_pack("{s:f,s:i,s:i}", "t_s", (double)i / 10, "server_tw",
					 time_waits[i], "opened", 10 * time_waits[i]));
	json_array_append_new(
		json_object_get(result, "trials"), json_pack("{s:s,s:b,s:o}", "strategy", strategy,
							   "valid", valid, "samples", samples));
}

static json_t *result_create_empty(void)
{
	return json_pack("{s:[]}", "trials");
}

#define TRIAL(result, strategy, valid, ...)                                                        \
	do {                                                                                       \
		const int values[] = {__VA_ARGS__};                                                \
		trial_add(result, strategy, valid, values, sizeof(values) / sizeof(values[0]));    \
	} while (0)

static void point_is(const struct line *line, size_t at, double low, double median, double high)
{
	const struct lines_point *point = &line->points[at];
	assert_true(point->is_known);
	assert_true(fabs(point->low - low) < 1e-6);
	assert_true(fabs(point->median - median) < 1e-6);
	assert_true(fabs(point->high - high) < 1e-6);
}

static void axes_join_to_the_longer_with_the_greater_steps(void **state)
{
	const struct lines_axis brief = {21, 2, 0.1}, coarse = {11, 10, 1},
				fine = {200, 10, 10.0 / 199};
	struct lines_axis joined = lines_axis_joined(brief, coarse);
	assert_true(joined.count == 11 && joined.end_s == 10 && joined.step_s == 1);
	joined = lines_axis_joined(fine, brief);
	assert_true(joined.count == 101 && joined.end_s == 10 && joined.step_s == 0.1);
	joined = lines_axis_joined((struct lines_axis){0}, brief);
	assert_true(joined.count == 21 && joined.end_s == 2 && joined.step_s == 0.1);
	assert_int_equal(lines_axis_joined(brief, (struct lines_axis){0}).count, 21);
}

static void each_sample_of_one_trial_is_a_point(void **state)
{
	struct line line;
	json_t *result = result_create_empty();
	TRIAL(result, "a", true, 0, 5, 7, 6, 99);
	struct lines_axis axis = lines_axis_of(result);
	/* The last one is of the trial that has settled. */
	assert_int_equal(axis.count, 4);
	assert_true(fabs(axis.end_s - 0.3) < 1e-9 && fabs(axis.step_s - 0.1) < 1e-9);
	assert_true(lines_of(result, "a", LINES_SERVER_TIME_WAIT, &axis, &line));
	point_is(&line, 0, 0, 0, 0);
	point_is(&line, 1, 5, 5, 5);
	point_is(&line, 3, 6, 6, 6);
	assert_true(fabs(lines_most(&line, &axis) - 7) < 1e-9);
	json_decref(result);
}

static void valid_trials_have_a_median_and_a_range(void **state)
{
	struct line line;
	json_t *result = result_create_empty();
	TRIAL(result, "a", true, 0, 10, 20, 0);
	TRIAL(result, "a", true, 0, 40, 21, 0);
	TRIAL(result, "a", true, 0, 12, 90, 0);
	TRIAL(result, "a", false, 0, 999, 999, 0);
	TRIAL(result, "b", true, 0, 500, 500, 0);
	struct lines_axis axis = lines_axis_of(result);
	assert_true(lines_of(result, "a", LINES_SERVER_TIME_WAIT, &axis, &line));
	point_is(&line, 1, 10, 12, 40);
	point_is(&line, 2, 20, 21, 90);
	json_decref(result);
}

static void a_rate_is_what_came_since_the_sample_before(void **state)
{
	struct line line;
	json_t *result = result_create_empty();
	TRIAL(result, "a", true, 0, 5, 7, 7, 7);
	struct lines_axis axis = lines_axis_of(result);
	assert_true(lines_of(result, "a", LINES_RATE, &axis, &line));
	assert_false(line.points[0].is_known);
	point_is(&line, 1, 500, 500, 500);
	point_is(&line, 2, 200, 200, 200);
	point_is(&line, 3, 0, 0, 0);
	json_decref(result);
}

static void many_samples_share_points_and_none_is_lost(void **state)
{
	enum { SAMPLES = 6001 };
	static int values[SAMPLES];
	struct line line;
	double most = 0;
	for (int i = 0; i < SAMPLES; i++)
		values[i] = i % 7;
	values[3333] = 5000; /* for a tenth of a second in ten minutes */
	json_t *result = result_create_empty();
	trial_add(result, "a", true, values, SAMPLES);
	struct lines_axis axis = lines_axis_of(result);
	assert_int_equal(axis.count, LINES_POINTS_MAX);
	assert_true(fabs(axis.end_s - 599.9) < 1e-6);
	assert_true(lines_of(result, "a", LINES_SERVER_TIME_WAIT, &axis, &line));
	for (size_t i = 0; i < axis.count; i++) {
		assert_true(line.points[i].is_known);
		assert_true(line.points[i].low <= line.points[i].median);
		assert_true(line.points[i].median <= line.points[i].high);
		most = fmax(most, line.points[i].high);
	}
	assert_true(fabs(most - 5000) < 1e-9);
	json_decref(result);
}

static void without_samples_there_is_no_axis(void **state)
{
	struct line line;
	json_t *result = result_create_empty();
	struct lines_axis axis = lines_axis_of(result);
	assert_int_equal(axis.count, 0);
	TRIAL(result, "a", true, 3, 4);
	TRIAL(result, "b", false, 1, 2, 3, 4);
	axis = lines_axis_of(result);
	assert_int_equal(axis.count, 0);
	assert_false(lines_of(result, "a", LINES_SERVER_TIME_WAIT, &axis, &line));
	json_decref(result);
}

static void what_no_sample_has_is_not_known(void **state)
{
	struct line line;
	json_t *result = result_create_empty();
	TRIAL(result, "a", true, 0, 1, 2, 3);
	struct lines_axis axis = lines_axis_of(result);
	assert_int_equal(axis.count, 3);
	assert_false(lines_of(result, "a", LINES_CONNECT_US, &axis, &line));
	assert_false(line.points[1].is_known);
	assert_true(lines_most(&line, &axis) <= 0);
	json_decref(result);
}

/* Both counts of TIME_WAITs at both ends, of a hop in front of a proxy, behind one, or of neither.
 */
static void counts_are(const char *loader, bool has_upstream, double server, double client)
{
	struct line line;
	json_t *samples = json_array(), *result = result_create_empty();
	for (int i = 0; i < 3; i++)
		json_array_append_new(samples,
			json_pack("{s:f,s:i,s:i,s:i,s:i}", "t_s", (double)i / 10, "server_tw", 90,
				"client_tw", 70, "server_tw_census", 9, "client_tw_census", 7));
	json_t *trial = json_pack("{s:s,s:s,s:b,s:o}", "strategy", "a", "loader", loader, "valid",
		true, "samples", samples);
	if (has_upstream)
		json_object_set_new(trial, "upstream", json_object());
	json_array_append_new(json_object_get(result, "trials"), trial);
	struct lines_axis axis = lines_axis_of(result);
	assert_true(lines_of(result, "a", LINES_SERVER_TIME_WAIT, &axis, &line));
	point_is(&line, 1, server, server, server);
	assert_true(lines_of(result, "a", LINES_CLIENT_TIME_WAIT, &axis, &line));
	point_is(&line, 1, client, client, client);
	json_decref(result);
}

static void a_host_of_two_hops_is_counted_by_the_census(void **state)
{
	counts_are("builtin", false, 90, 70);
	counts_are("builtin", true, 9, 70);
	counts_are("proxy", false, 90, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(axes_join_to_the_longer_with_the_greater_steps),
		cmocka_unit_test(each_sample_of_one_trial_is_a_point),
		cmocka_unit_test(valid_trials_have_a_median_and_a_range),
		cmocka_unit_test(a_rate_is_what_came_since_the_sample_before),
		cmocka_unit_test(many_samples_share_points_and_none_is_lost),
		cmocka_unit_test(without_samples_there_is_no_axis),
		cmocka_unit_test(what_no_sample_has_is_not_known),
		cmocka_unit_test(a_host_of_two_hops_is_counted_by_the_census),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
