#include "bench/result/view.h"

#include <stdio.h>
#include <string.h>

const json_t *view_at(const json_t *json, const char *path)
{
	char copy[96], *rest = copy;
	snprintf(copy, sizeof(copy), "%s", path);
	for (char *key; json && (key = strsep(&rest, "."));)
		json = json_object_get(json, key);
	return json;
}

json_t *view_trials(const json_t *result, const char *strategy, bool valid_only)
{
	size_t i;
	json_t *trial, *chosen = json_array();
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		const char *name = json_string_value(json_object_get(trial, "strategy"));
		bool valid = json_is_true(json_object_get(trial, "valid"));
		if (name && strcmp(name, strategy) == 0 && (valid || !valid_only))
			json_array_append(chosen, trial);
	}
	return chosen;
}
