#include "bench/result/latency_curve.h"

#include <math.h>

/* As HdrHistogram's percentile text: so many steps each time that half of the rest is left, down to
 * the slowest in 32,768. */
#define HALVINGS 15
#define STEPS 4
#define POINTS (HALVINGS * STEPS + 1)

static double quantile_at(int point)
{
	double rest = ldexp(1, -(point / STEPS));
	return point == POINTS - 1 ? 1 : 1 - rest * (1 - (double)(point % STEPS) / (2 * STEPS));
}

json_t *latency_curve_quantiles(void)
{
	json_t *json = json_array();
	for (int i = 0; i < POINTS; i++)
		json_array_append_new(json, json_real(quantile_at(i)));
	return json;
}

json_t *latency_curve_json(const struct histogram *histogram)
{
	json_t *json = json_array();
	for (int i = 0; i < POINTS; i++)
		json_array_append_new(json,
			json_real((double)histogram_quantile(histogram, quantile_at(i)) / 1e3));
	return json;
}
