#include "bench/result/json_path.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define JSON_PATH_MAX 128

const json_t *json_path_at(const json_t *json, const char *path)
{
	char copy[JSON_PATH_MAX], *rest = copy;
	size_t length = strlen(path);
	assert(length < sizeof(copy));
	memcpy(copy, path, length + 1);
	for (char *key; json && (key = strsep(&rest, "."));)
		json = json_object_get(json, key);
	return json;
}

const char *json_path_string(const json_t *json)
{
	const char *text = json_string_value(json);
	return text ? text : "-";
}

const char *json_path_text(const json_t *json, const char *path)
{
	return json_path_string(json_path_at(json, path));
}

void json_path_number_write(const json_t *json, const char *path, char *text, size_t size)
{
	const json_t *value = json_path_at(json, path);
	if (json_is_integer(value))
		snprintf(text, size, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		snprintf(text, size, "%.6g", json_real_value(value));
	else
		snprintf(text, size, "-");
}

void json_path_put(json_t *json, const char *path, json_t *value)
{
	char parent[JSON_PATH_MAX];
	const char *dot = strrchr(path, '.');
	assert(strlen(path) < sizeof(parent));
	snprintf(parent, sizeof(parent), "%.*s", dot ? (int)(dot - path) : 0, path);
	json_t *object = dot ? (json_t *)json_path_at(json, parent) : json;
	json_object_set_new(object, dot ? dot + 1 : path, value);
}

json_t *json_path_trials(const json_t *result, const char *strategy, bool valid_only)
{
	size_t i;
	json_t *trial, *chosen = json_array();
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		const char *name = json_string_value(json_object_get(trial, "strategy"));
		if (name && strcmp(name, strategy) == 0 &&
			(!valid_only || json_is_true(json_object_get(trial, "valid"))))
			json_array_append(chosen, trial);
	}
	return chosen;
}
