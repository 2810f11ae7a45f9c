#include "bench/result/latency_json.h"

#include "bench/result/latency_curve.h"
#include "bench/statistics/histogram_text.h"

#include <stdlib.h>

#define NS_IN_US 1e3

static double quantile_us(const struct histogram *histogram, double quantile)
{
	return (double)histogram_quantile(histogram, quantile) / NS_IN_US;
}

json_t *latency_json(const struct histogram *h)
{
	json_t *json = json_pack("{s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:o}", "count",
		(json_int_t)histogram_count(h), "p50", quantile_us(h, 0.5), "p90",
		quantile_us(h, 0.9), "p99", quantile_us(h, 0.99), "p999", quantile_us(h, 0.999),
		"max", (double)histogram_max(h) / NS_IN_US, "mean", histogram_mean(h) / NS_IN_US,
		"curve", latency_curve_json(h));
	char *text = histogram_text(h);
	if (text)
		json_object_set_new(json, "histogram", json_string(text));
	free(text);
	return json;
}
