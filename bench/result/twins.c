#include "bench/result/twins.h"

#include "bench/result/json_path.h"

bool twins_are_in(const json_t *result)
{
	return json_is_true(json_path_at(result, "options.twins"));
}

static json_t *trial_of_round(const json_t *trials, const json_t *round)
{
	size_t i;
	json_t *trial;
	json_array_foreach((json_t *)trials, i, trial)
	{
		if (json_equal(json_object_get(trial, "repeat"), round))
			return trial;
	}
	return NULL;
}

void twins_keep(json_t **a, json_t **b)
{
	size_t i;
	json_t *trial, *kept[2] = {json_array(), json_array()};
	json_array_foreach(*a, i, trial)
	{
		json_t *twin = trial_of_round(*b, json_object_get(trial, "repeat"));
		if (!twin)
			continue;
		json_array_append(kept[0], trial);
		json_array_append(kept[1], twin);
	}
	json_decref(*a);
	json_decref(*b);
	*a = kept[0];
	*b = kept[1];
}

size_t twins_values(const json_t *a_trials, const json_t *b_trials, const struct metric *metric,
	double *a, double *b)
{
	size_t i, count = 0;
	json_t *trial;
	json_array_foreach((json_t *)a_trials, i, trial)
	{
		if (metric_value(trial, metric, &a[count]) &&
			metric_value(json_array_get(b_trials, i), metric, &b[count]))
			count++;
	}
	return count;
}
