#include "bench/fleet/merge_latencies.h"

#include "bench/load/load_totals.h"
#include "bench/result/json_path.h"
#include "bench/result/json_scalar.h"
#include "bench/result/latency_json.h"
#include "bench/statistics/histogram_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define NS_IN_US 1e3

/* The sum of one kind. Pages of bins that nothing falls into are never written, and take no memory.
 */
struct kind_sum {
	uint64_t *bins; /* NULL: there is none yet */
	uint64_t count, max_ns, unfinished;
	double total_ns; /* of all values */
	bool has_unfinished;
};

struct merge_latencies {
	struct kind_sum kinds[LATENCIES];
};

struct merge_latencies *merge_latencies_create(void)
{
	return calloc(1, sizeof(struct merge_latencies));
}

void merge_latencies_destroy(struct merge_latencies *latencies)
{
	for (size_t i = 0; latencies && i < LATENCIES; i++)
		free(latencies->kinds[i].bins);
	free(latencies);
}

static uint64_t count_at(const json_t *kind, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(kind, key));
	return value > 0 ? (uint64_t)value : 0;
}

/* Returns false where the bins do not add up to `count`. */
static bool bins_add(struct kind_sum *sum, const char *text, uint64_t count)
{
	uint64_t before = sum->count;
	return histogram_text_add(text, sum->bins, &sum->count) == 0 &&
	       sum->count - before == count;
}

static int kind_add(struct kind_sum *sum, const json_t *kind)
{
	const char *text = json_string_value(json_object_get(kind, "histogram"));
	uint64_t count = count_at(kind, "count");
	double max_ns = json_number_value(json_object_get(kind, "max")) * NS_IN_US;
	if (!sum->bins)
		sum->bins = calloc(HISTOGRAM_BINS, sizeof(*sum->bins));
	if (!text || !sum->bins || !bins_add(sum, text, count) || !(max_ns >= 0 && max_ns < 1e15))
		return -1;
	sum->max_ns =
		llround(max_ns) > (long long)sum->max_ns ? (uint64_t)llround(max_ns) : sum->max_ns;
	sum->total_ns +=
		json_number_value(json_object_get(kind, "mean")) * NS_IN_US * (double)count;
	sum->unfinished += count_at(kind, "unfinished");
	sum->has_unfinished |= json_object_get(kind, "unfinished") != NULL;
	return 0;
}

int merge_latencies_add(struct merge_latencies *latencies, const json_t *latency_us,
	const char *place, struct error *error)
{
	for (size_t i = 0; i < LATENCIES; i++) {
		const char *name = load_totals_latency_names[i];
		const json_t *kind = json_object_get(latency_us, name);
		if (!kind)
			continue;
		if (!json_object_get(kind, "histogram"))
			return error_set(error, STATUS_FAILED,
				"%s.latency_us.%s has no bins (histogram): an older teardown wrote "
				"it",
				place, name);
		if (kind_add(&latencies->kinds[i], kind) == -1)
			return error_set(error, STATUS_FAILED,
				"%s.latency_us.%s: its histogram is damaged", place, name);
	}
	return 0;
}

static json_t *kind_json(const struct kind_sum *sum)
{
	struct histogram *h = histogram_create();
	double mean_ns = sum->count ? sum->total_ns / (double)sum->count : 0;
	json_t *json = NULL;
	if (h && histogram_restore(h, sum->bins, sum->max_ns, mean_ns) == 0)
		json = latency_json(h);
	if (json && sum->has_unfinished)
		json_object_set_new(json, "unfinished", json_count(sum->unfinished));
	histogram_destroy(h);
	return json;
}

json_t *merge_latencies_json(const struct merge_latencies *latencies, struct error *error)
{
	json_t *json = json_object();
	for (size_t i = 0; i < LATENCIES; i++) {
		const struct kind_sum *sum = &latencies->kinds[i];
		json_t *kind = sum->bins ? kind_json(sum) : NULL;
		if (sum->bins && !kind) {
			error_set(error, STATUS_FAILED,
				"latency_us.%s: the bins of its histograms and its max are not of "
				"the same values",
				load_totals_latency_names[i]);
			json_decref(json);
			return NULL;
		}
		if (kind)
			json_object_set_new(json, load_totals_latency_names[i], kind);
	}
	return json;
}
