#include "bench/report/html/chart/curve.h"

#include "bench/result/json_path.h"
#include "bench/statistics/statistics.h"

#include <stdlib.h>

static void milliseconds(double us, char *text, size_t size)
{
	snprintf(text, size, "%g", us / 1e3);
}

/* "99 %" of 100: one in so many is slower. */
static void share_of(double one_in, char *text, size_t size)
{
	if (one_in <= 1)
		snprintf(text, size, "least");
	else
		snprintf(text, size, "%.6g %%", 100 * (1 - 1 / one_in));
}

/* Of those of the trials that have it; to be released. */
static json_t *curves_of(const json_t *trials, const char *latency)
{
	char path[64];
	size_t i;
	json_t *trial, *curves = json_array();
	snprintf(path, sizeof(path), "latency_us.%s.curve", latency);
	json_array_foreach((json_t *)trials, i, trial)
		json_array_append(curves, (json_t *)json_path_at(trial, path));
	return curves;
}

/* Of the curves that have point `at`. Returns whether any has. */
static bool point_of(const json_t *curves, size_t at, struct plot_point *point)
{
	size_t i, count = 0;
	json_t *curve;
	double *values = calloc(json_array_size(curves) + 1, sizeof(*values));
	json_array_foreach((json_t *)curves, i, curve)
	{
		const json_t *value = json_array_get(curve, at);
		if (values && json_number_value(value) > 0)
			values[count++] = json_number_value(value);
	}
	if (count > 0) {
		point->y = statistics_median(values, count);
		point->low = values[0];
		point->high = values[count - 1];
	}
	free(values);
	return count > 0;
}

/* The last quantile, 1, is the greatest value: one in infinitely many. It stands nowhere. */
size_t curve_points(const struct chart_source *source, const char *strategy, const void *what,
	struct plot_point *points)
{
	size_t i, count = 0;
	json_t *quantile, *trials = json_path_trials(source->result, strategy, true);
	json_t *curves = curves_of(trials, what);
	json_array_foreach(json_object_get(source->result, "curve_quantiles"), i, quantile)
	{
		double rest = 1 - json_number_value(quantile);
		if (count == OVERLAY_POINTS_MAX || !(rest > 0) || rest > 1)
			continue;
		points[count].x = 1 / rest;
		count += point_of(curves, i, &points[count]);
	}
	json_decref(curves);
	json_decref(trials);
	return count;
}

void curve_axes_set(struct plot *plot)
{
	plot->axis = "rare";
	plot->unit = " ms";
	plot->per_unit = 1e3;
	plot->x_label = share_of;
	plot->x_read = share_of;
	plot->y_label = milliseconds;
}
