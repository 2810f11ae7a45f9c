#include "bench/report/html/markup/lines.h"

#include "bench/result/json_path.h"
#include "bench/result/upstream.h"
#include "bench/statistics/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The key of a sample; of the rate, what it is the growth of. What sockstat counts is a whole
 * host's: of a proxy, which is an end of two hops, the census tells them apart. */
static const char *const keys[LINES_QUANTITIES] = {
	[LINES_RATE] = "opened",
	[LINES_PORTS] = "client_ports",
	[LINES_CONNECT_US] = "connect_us_p50",
	[LINES_SERVER_TIME_WAIT] = "server_tw",
	[LINES_CLIENT_TIME_WAIT] = "client_tw",
};

static const char *key_of(const json_t *trial, enum lines_quantity quantity)
{
	bool is_behind = strcmp(json_path_text(trial, "loader"), "proxy") == 0;
	bool is_in_front = json_object_get(trial, "upstream") != NULL;
	if (quantity == LINES_CLIENT_TIME_WAIT && is_behind)
		return "client_tw_census";
	if (quantity == LINES_SERVER_TIME_WAIT && is_in_front)
		return "server_tw_census";
	return keys[quantity];
}

/* What one instant collects. */
struct bucket {
	size_t count, room;
	double *values;
};

static double time_of(const json_t *sample)
{
	return json_number_value(json_object_get(sample, "t_s"));
}

/* The last sample is of the trial that has settled: no connection begins there, so it is no part of
 * what the load shows. */
static bool is_of_load(const json_t *trial, const json_t *sample)
{
	const json_t *samples = json_object_get(trial, "samples");
	return sample != json_array_get(samples, json_array_size(samples) - 1) &&
	       time_of(sample) >= 0;
}

struct lines_axis lines_axis_of(const json_t *result)
{
	size_t i, k, most = 0;
	json_t *trial, *sample;
	struct lines_axis axis = {0};
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		size_t count = 0;
		if (!json_is_true(json_object_get(trial, "valid")) && !result_is_upstream(result))
			continue;
		json_array_foreach(json_object_get(trial, "samples"), k, sample)
		{
			if (!is_of_load(trial, sample))
				continue;
			count++;
			axis.end_s = fmax(axis.end_s, time_of(sample));
		}
		most = count > most ? count : most;
	}
	if (most < 2 || !(axis.end_s > 0) || !isfinite(axis.end_s))
		return (struct lines_axis){0};
	axis.count = most < LINES_POINTS_MAX ? most : LINES_POINTS_MAX;
	axis.step_s = axis.end_s / (double)(axis.count - 1);
	return axis;
}

struct lines_axis lines_axis_joined(struct lines_axis one, struct lines_axis other)
{
	struct lines_axis joined = {
		.end_s = fmax(one.end_s, other.end_s),
		.step_s = fmax(one.step_s, other.step_s),
	};
	if (one.count == 0 || other.count == 0)
		return one.count > 0 ? one : other;
	joined.count = 1 + (size_t)round(joined.end_s / joined.step_s);
	return joined;
}

static void bucket_add(struct bucket *bucket, double value)
{
	if (bucket->count == bucket->room) {
		size_t room = bucket->room ? 2 * bucket->room : 4;
		double *values = realloc(bucket->values, room * sizeof(*values));
		if (!values)
			return;
		bucket->values = values;
		bucket->room = room;
	}
	bucket->values[bucket->count++] = value;
}

/* Returns whether the sample has it. */
static bool value_of(const json_t *trial, const json_t *sample, const json_t *before,
	enum lines_quantity quantity, double *value)
{
	const json_t *own = json_object_get(sample, key_of(trial, quantity));
	*value = json_number_value(own);
	if (quantity != LINES_RATE)
		return json_is_number(own);
	double passed = before ? time_of(sample) - time_of(before) : 0;
	if (!json_is_number(own) || !(passed > 0))
		return false;
	*value -= json_number_value(json_object_get(before, keys[quantity]));
	*value /= passed;
	return *value >= 0 && isfinite(*value);
}

static void trial_collect(const json_t *trial, enum lines_quantity quantity,
	const struct lines_axis *axis, struct bucket *buckets)
{
	size_t i;
	double value;
	json_t *sample, *before = NULL;
	json_array_foreach(json_object_get(trial, "samples"), i, sample)
	{
		if (is_of_load(trial, sample) &&
			value_of(trial, sample, before, quantity, &value)) {
			double at = round(time_of(sample) / axis->step_s);
			if (at >= 0 && at < (double)axis->count)
				bucket_add(&buckets[(size_t)at], value);
		}
		before = sample;
	}
}

static struct lines_point point_of(struct bucket *bucket)
{
	if (bucket->count == 0)
		return (struct lines_point){.is_known = false};
	double median = statistics_median(bucket->values, bucket->count);
	return (struct lines_point){
		.is_known = true,
		.low = bucket->values[0],
		.median = median,
		.high = bucket->values[bucket->count - 1],
	};
}

bool lines_of(const json_t *result, const char *strategy, enum lines_quantity quantity,
	const struct lines_axis *axis, struct line *line)
{
	size_t i;
	bool any = false;
	json_t *trial, *trials = result_trials_shown(result, strategy);
	struct bucket buckets[LINES_POINTS_MAX] = {0};
	json_array_foreach(trials, i, trial) trial_collect(trial, quantity, axis, buckets);
	for (i = 0; i < axis->count; i++) {
		line->points[i] = point_of(&buckets[i]);
		any |= line->points[i].is_known;
		free(buckets[i].values);
	}
	json_decref(trials);
	return any;
}

double lines_most(const struct line *line, const struct lines_axis *axis)
{
	double most = 0;
	for (size_t i = 0; i < axis->count; i++)
		if (line->points[i].is_known)
			most = fmax(most, line->points[i].high);
	return most;
}
