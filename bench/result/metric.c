#include "bench/result/metric.h"

#include "bench/result/trial_json.h"
#include "bench/result/view.h"
#include "common/options.h"
#include "strategies/core/registry.h"

#include <stdlib.h>
#include <string.h>

#define PATHS_MAX 160
#define PATH_MAX_LENGTH 96
#define CONNECT_ERRORS "connections.connect_errors."

const struct metric metric_rows[METRICS] = {
	{"rate_per_s", "rate_per_s"},
	{"exchanges_per_s", "exchanges_per_s"},
	{"connect_us_p50", "latency_us.connect.p50"},
	{"response_us_p50", "latency_us.response.p50"},
	{"close_us_p50", "latency_us.close.p50"},
	{"total_us_p50", "latency_us.total.p50"},
	{"total_us_p99", "latency_us.total.p99"},
	{"server_time_wait_per_connection", "time_wait.server.per_connection"},
	{"client_time_wait_per_connection", "time_wait.client.per_connection"},
	{"ports_peak_in_use", "ports.peak_in_use"},
	{"segments_per_connection", "segments_per_connection"},
	{"resets_per_connection", "resets_per_connection"},
	{"server_cpu_us_per_connection", "cpu_us_per_connection.server"},
	{"client_cpu_us_per_connection", "cpu_us_per_connection.client"},
};

size_t metric_values(const json_t *trials, const char *path, double *values)
{
	size_t i, count = 0;
	json_t *trial;
	/* The file holds only the errors that occurred. */
	bool is_error = strncmp(path, CONNECT_ERRORS, strlen(CONNECT_ERRORS)) == 0;
	json_array_foreach((json_t *)trials, i, trial)
	{
		const json_t *value = view_at(trial, path);
		if (json_is_number(value))
			values[count++] = json_number_value(value);
		else if (is_error && view_at(trial, "connections.connect_errors"))
			values[count++] = 0;
	}
	return count;
}

struct paths {
	char text[PATHS_MAX][PATH_MAX_LENGTH];
	size_t count;
};

static void paths_collect(struct paths *paths, json_t *json, const char *prefix)
{
	const char *key;
	json_t *value;
	char path[PATH_MAX_LENGTH];
	json_object_foreach(json, key, value)
	{
		int length =
			snprintf(path, sizeof(path), "%s%s%s", prefix, *prefix ? "." : "", key);
		if (length >= (int)sizeof(path))
			continue;
		if (json_is_object(value))
			paths_collect(paths, value, path);
		else if (json_is_number(value) && paths->count < PATHS_MAX)
			memcpy(paths->text[paths->count++], path, sizeof(path));
	}
}

/* The paths of a trial in which nothing happened: there is no second list to keep. */
static int paths_of_a_trial(struct paths *paths)
{
	static const struct run_options options = {.client_addresses = 1, .connections = 1};
	struct trial trial = {.spec = {.options = &options, .strategy = registry_strategies[0]}};
	if (tally_init(&trial.tally) == -1)
		return -1;
	for (int i = 0; i < LATENCIES; i++)
		histogram_record(trial.tally.latencies[i], 1);
	/* So that no figure is unknown. */
	trial.window_ns = trial.server_rss_before = trial.server_rss_peak = 1;
	trial.after.server.counters.passive_opens = 1;
	trial.tally.attempted = trial.tally.slots_peak = 1;
	json_t *json = trial_json(&trial);
	paths->count = 0;
	paths_collect(paths, json, "");
	json_decref(json);
	tally_finish(&trial.tally);
	return 0;
}

static bool is_connect_error(const char *name)
{
	if (strncmp(name, CONNECT_ERRORS, strlen(CONNECT_ERRORS)) != 0)
		return false;
	name += strlen(CONNECT_ERRORS);
	for (int number = 1; number < TALLY_ERRNO_MAX; number++) {
		const char *known = strerrorname_np(number);
		if (known && strcmp(name, known) == 0)
			return true;
	}
	return strcmp(name, "unknown") == 0;
}

static const char *nearest(const char *name, const struct paths *paths)
{
	const char *names[METRICS + PATHS_MAX];
	size_t count = 0;
	for (size_t i = 0; i < METRICS; i++)
		names[count++] = metric_rows[i].name;
	for (size_t i = 0; i < paths->count; i++)
		names[count++] = paths->text[i];
	return options_nearest(name, names, count);
}

const char *metric_find(const char *name, struct error *error)
{
	const char *found = is_connect_error(name) ? name : NULL;
	for (size_t i = 0; i < METRICS && !found; i++)
		if (strcmp(metric_rows[i].name, name) == 0)
			found = metric_rows[i].path;
	if (found)
		return found;
	struct paths *paths = malloc(sizeof(*paths));
	if (!paths || paths_of_a_trial(paths) == -1) {
		free(paths);
		error_set(error, STATUS_FAILED, "no memory");
		return NULL;
	}
	for (size_t i = 0; i < paths->count && !found; i++)
		if (strcmp(paths->text[i], name) == 0)
			found = name;
	const char *near = nearest(name, paths);
	if (!found && near)
		error_set(error, STATUS_USAGE, "no metric \"%s\"; did you mean %s?", name, near);
	else if (!found)
		error_set(error, STATUS_USAGE,
			"no metric \"%s\": it is a key of a result's summary, such as rate_per_s, "
			"or a path in its trials, such as time_wait.server.created",
			name);
	free(paths);
	return found;
}
