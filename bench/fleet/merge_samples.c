#include "bench/fleet/merge_samples.h"

#include "bench/fleet/merge_rules.h"
#include "bench/fleet/merge_values.h"

#include <stdbool.h>
#include <string.h>

static double instant(const json_t *sample)
{
	return json_number_value(json_object_get(sample, "t_s"));
}

/* Of a host that has no sample yet nothing has happened yet: 0, and the first one's stay. */
static void sample_add(const json_t *node, json_t *into, const json_t *from)
{
	const char *key;
	json_t *value;
	void *next;
	json_object_foreach_safe(into, next, key, value)
	{
		const json_t *child = merge_rules_child(node, key);
		const json_t *other = json_object_get(from, key);
		const char *rule = json_string_value(json_object_get(child, "x-merge"));
		if (!rule || strcmp(rule, "sum") != 0)
			continue;
		json_t *sum = json_is_number(other) ? merge_values_sum(value, other) : NULL;
		if (sum)
			json_object_set_new(into, key, sum);
		else
			json_object_del(into, key);
	}
}

void merge_samples_add(const json_t *node, json_t *into, const json_t *from, double later_s)
{
	size_t count = json_array_size(into), others = json_array_size(from), at = 0;
	for (size_t i = 0; i < count && others > 0; i++) {
		json_t *sample = json_array_get(into, i);
		bool is_last = i + 1 == count;
		/* The last one is after each host has settled, whenever that was. */
		while (is_last ? at < others
			       : at + 1 < others && instant(json_array_get(from, at)) + later_s <=
							    instant(sample))
			at++;
		if (at > 0)
			sample_add(node, sample, json_array_get(from, at - 1));
	}
}
