/* Up to which rate of a ramp (--ramp) latency stays, and where it leaves. */
#include "bench/report/html/chart/overlay.h"
#include "bench/report/html/chart/registry.h"
#include "bench/result/json_path.h"
#include "bench/statistics/statistics.h"

#include <stdio.h>
#include <stdlib.h>

static void milliseconds(double us, char *text, size_t size)
{
	snprintf(text, size, "%g", us / 1e3);
}

static void rate(double per_s, char *text, size_t size)
{
	snprintf(text, size, "%.4g/s", per_s);
}

static const json_t *step_of(const json_t *trial, size_t index)
{
	return json_array_get(json_path_at(trial, "ramp.steps"), index);
}

/* The part's p99 in the trials that know one. Returns whether any does. */
static bool point_of(const json_t *trials, size_t index, struct plot_point *point)
{
	size_t i, count = 0;
	json_t *trial;
	double *values = calloc(json_array_size(trials) + 1, sizeof(*values));
	json_array_foreach((json_t *)trials, i, trial)
	{
		const json_t *step = step_of(trial, index);
		double p99_us = json_number_value(json_object_get(step, "p99_us"));
		if (!values || !(p99_us > 0))
			continue;
		values[count++] = p99_us;
		point->x = json_number_value(json_object_get(step, "rate_per_s"));
	}
	if (count > 0) {
		point->y = statistics_median(values, count);
		point->low = values[0];
		point->high = values[count - 1];
	}
	free(values);
	return count > 0;
}

/* Trials that are invalid count, too: what broke may be why. */
static size_t points_of(const struct chart_source *source, const char *strategy, const void *what,
	struct plot_point *points)
{
	size_t count = 0;
	json_t *trials = json_path_trials(source->result, strategy, false);
	size_t steps = json_array_size(json_path_at(json_array_get(trials, 0), "ramp.steps"));
	for (size_t i = 0; i < steps && count < OVERLAY_POINTS_MAX; i++)
		count += point_of(trials, i, &points[count]);
	json_decref(trials);
	return count;
}

static bool ramp_is_known(const struct chart_source *source)
{
	const json_t *trial = json_array_get(json_object_get(source->result, "trials"), 0);
	return json_array_size(json_path_at(trial, "ramp.steps")) > 0;
}

static void ramp_write(struct chart_source *source, FILE *out)
{
	struct plot plot = {
		.id = "ramp",
		.axis = "offered",
		.title = "p99 of the responses that were due at each rate, ms",
		.unit = " ms",
		.per_unit = 1e3,
		.x_label = overlay_brief,
		.x_read = rate,
		.y_label = milliseconds,
	};
	overlay_write(source, &plot, false, points_of, NULL, out);
}

const struct chart chart_ramp = {
	.id = "ramp",
	.question = "Up to which rate does it hold?",
	.sentence = "The rate rose over each trial. The median over the trials of each part's p99, "
		    "and their range; a part of fewer than 20 responses has none.",
	.is_known = ramp_is_known,
	.write = ramp_write,
};
