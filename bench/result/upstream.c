#include "bench/result/upstream.h"

#include "bench/result/json_path.h"
#include "bench/result/result.h"

#include <string.h>

/* In memory only. */
#define MARK "is_upstream"

static json_t *trials_of(const json_t *result)
{
	json_t *trials = json_array(), *trial;
	size_t i;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		json_t *upstream = json_object_get(trial, "upstream");
		if (upstream)
			json_array_append(trials, upstream);
	}
	return trials;
}

json_t *result_upstream(const json_t *result)
{
	json_t *trials = trials_of(result);
	json_t *behind = json_array_size(trials) > 0 ? json_copy((json_t *)result) : NULL;
	if (!behind) {
		json_decref(trials);
		return NULL;
	}
	json_object_set_new(behind, "trials", trials);
	json_object_set_new(behind, MARK, json_true());
	result_summarize(behind);
	return behind;
}

bool result_is_upstream(const json_t *result)
{
	return json_is_true(json_object_get(result, MARK));
}

json_t *result_trials_shown(const json_t *result, const char *strategy)
{
	json_t *trials = json_path_trials(result, strategy, true);
	if (json_array_size(trials) > 0 || !result_is_upstream(result))
		return trials;
	json_decref(trials);
	return json_path_trials(result, strategy, false);
}

bool result_has_hops(const json_t *result)
{
	const json_t *first = json_array_get(json_object_get(result, "trials"), 0);
	return result_is_upstream(result) || json_object_get(first, "upstream");
}

const char *result_upstream_metric(const char *name)
{
	static const char prefix[] = "upstream.";
	return strncmp(name, prefix, sizeof(prefix) - 1) == 0 ? name + sizeof(prefix) - 1 : NULL;
}

static bool has_finding(const json_t *result, const char *id)
{
	size_t i, k;
	json_t *trial, *finding;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		json_array_foreach(json_object_get(trial, "findings"), k, finding)
		{
			if (strcmp(json_path_text(finding, "id"), id) == 0)
				return true;
		}
	}
	return false;
}

void result_upstream_drop_told(json_t *behind, const json_t *result)
{
	size_t i, k;
	json_t *trial, *finding, *trials = json_array();
	json_array_foreach(json_object_get(behind, "trials"), i, trial)
	{
		json_t *own = json_copy(trial), *findings = json_array();
		json_array_foreach(json_object_get(trial, "findings"), k, finding)
		{
			if (!has_finding(result, json_path_text(finding, "id")))
				json_array_append(findings, finding);
		}
		json_object_set_new(own, "findings", findings);
		json_array_append_new(trials, own);
	}
	json_object_set_new(behind, "trials", trials);
}
