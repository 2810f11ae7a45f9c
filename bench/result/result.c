#include "bench/result/result.h"

#include "bench/result/host.h"
#include "bench/result/json_scalar.h"
#include "bench/result/metric.h"
#include "bench/result/trial_json.h"
#include "bench/result/view.h"
#include "bench/statistics/statistics.h"
#include "teardown/version.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static json_t *options_json(const struct run_options *options)
{
	json_t *json = json_object();
	char room[OPTION_NUMBER_MAX];
	const char *text;
	for (size_t i = 0; i < run_option_table.count; i++) {
		const struct option_row *row = &run_option_table.rows[i];
		if (row->kind == OPTION_COUNT) {
			uint64_t value = *(const uint64_t *)((const char *)options + row->offset);
			json_object_set_new(json, row->name, json_count(value));
		} else if (row->kind == OPTION_FLAG) {
			bool value = *(const bool *)((const char *)options + row->offset);
			json_object_set_new(json, row->name, json_boolean(value));
		} else if (row->kind == OPTION_LIST) {
			json_t *list = json_array();
			for (size_t item = 0; (text = options_value(row, options, item, room));
				item++)
				json_array_append_new(list, json_text(text));
			json_object_set_new(json, row->name, list);
		} else if ((text = options_value(row, options, 0, room))) {
			json_object_set_new(json, row->name, json_text(text));
		}
	}
	return json;
}

static char *command_line(const struct run_options *options)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	run_options_print(options, out);
	fclose(out);
	return text;
}

static bool is_named_before(const struct run_options *options, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(options->chosen[i]->name, options->chosen[index]->name) == 0)
			return true;
	return false;
}

/* In the order in which they were asked for. */
static json_t *strategies_json(const struct run_options *options)
{
	json_t *json = json_array();
	for (size_t i = 0; i < options->chosen_count; i++)
		if (!is_named_before(options, i))
			json_array_append_new(json, json_string(options->chosen[i]->name));
	return json;
}

json_t *result_create(const struct run_options *options)
{
	char *command = command_line(options);
	json_t *result = json_pack(
		"{s:s, s:s, s:o, s:{s:s, s:i, s:[i,i], s:{s:{}, s:{}}}, s:o, s:o, s:o, "
		"s:[], s:[], s:[]}",
		"schema", RESULT_SCHEMA, "version", TD_VERSION, "host", host_json(), "network",
		"kind", "veth-pair", "client_addresses", (int)options->client_addresses,
		"port_range", options->port_low, options->port_high, "sysctls", "server", "client",
		"options", options_json(options), "command_line", json_text(command ? command : ""),
		"strategies", strategies_json(options), "trials", "not_run", "summary");
	free(command);
	return result;
}

/* Settings that all trials share stand in "network"; a trial has its own beside them. */
static void sysctls_keep(json_t *result, const json_t *trial_sysctls)
{
	json_t *all = json_object_get(json_object_get(result, "network"), "sysctls");
	const char *end, *name;
	json_t *settings, *value;
	bool first = json_array_size(json_object_get(result, "trials")) == 0;
	json_object_foreach((json_t *)trial_sysctls, end, settings)
	{
		json_t *common = json_object_get(all, end);
		json_object_foreach(settings, name, value)
		{
			if (first)
				json_object_set(common, name, value);
			else if (!json_equal(json_object_get(common, name), value))
				json_object_del(common, name);
		}
	}
}

int result_add(json_t *result, const struct trial *trial)
{
	json_t *json = trial_json(trial);
	if (!json)
		return -1;
	sysctls_keep(result, json_object_get(json, "sysctls"));
	return json_array_append_new(json_object_get(result, "trials"), json);
}

void result_add_failure(json_t *result, const char *strategy, const char *because)
{
	json_array_append_new(json_object_get(result, "not_run"),
		json_pack("{s:s, s:o}", "strategy", strategy, "because", json_text(because)));
}

/* Medians of valid trials; {median, low, high}: low and high bound the median's 95 % bootstrap
 * interval. */
static json_t *strategy_summary(const json_t *result, const char *name)
{
	json_t *all = view_trials(result, name, false), *valid = view_trials(result, name, true);
	double *values = calloc(json_array_size(valid) + 1, sizeof(*values));
	json_t *summary = json_pack("{s:s, s:I, s:I}", "strategy", name, "trials",
		(json_int_t)json_array_size(all), "valid_trials",
		(json_int_t)json_array_size(valid));
	for (size_t m = 0; values && m < METRICS; m++) {
		size_t count = metric_values(valid, metric_rows[m].path, values);
		struct spread spread = statistics_spread(values, count, STATISTICS_SEED);
		if (count > 0)
			json_object_set_new(summary, metric_rows[m].name,
				json_pack("{s:f, s:f, s:f}", "median", spread.median, "low",
					spread.low, "high", spread.high));
	}
	free(values);
	json_decref(all);
	json_decref(valid);
	return summary;
}

int result_summarize(json_t *result)
{
	json_t *summary = json_array(), *name;
	size_t i;
	json_array_foreach(json_object_get(result, "strategies"), i, name)
	{
		json_t *entry = strategy_summary(result, json_string_value(name));
		if (json_integer_value(json_object_get(entry, "trials")) > 0)
			json_array_append(summary, entry);
		json_decref(entry);
	}
	return json_object_set_new(result, "summary", summary);
}

/* A file is replaced as a whole, once the result is whole. Anything else, a pipe, a device or a
 * link, is the user's, and stays: the result is written into it. */
static bool is_replaced(const char *path)
{
	struct stat found;
	return lstat(path, &found) == -1 || S_ISREG(found.st_mode);
}

static int partial_path(char *partial, size_t size, const char *path, struct error *error)
{
	int length = snprintf(partial, size, "%s.partial", path);
	if (length < 0 || (size_t)length >= size)
		return error_set(error, STATUS_USAGE, "%s: the path is too long", path);
	return 0;
}

static int check_replaceable(const char *path, struct error *error)
{
	char partial[4096];
	if (partial_path(partial, sizeof(partial), path, error) == -1)
		return -1;
	int fd = open(partial, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd == -1)
		return error_set_errno(error, STATUS_USAGE, "%s: cannot be written", path);
	close(fd);
	unlink(partial);
	return 0;
}

int result_check_path(const char *path, struct error *error)
{
	struct stat found;
	/* Its partial file would be a good one, and the rename the first to fail. */
	if (path[0] == '\0')
		return error_set(error, STATUS_USAGE, "--json: the path is empty");
	if (stat(path, &found) == 0) {
		errno = S_ISDIR(found.st_mode) ? EISDIR : 0;
		if (errno || access(path, W_OK) == -1)
			return error_set_errno(error, STATUS_USAGE, "%s: cannot be written", path);
	}
	return is_replaced(path) ? check_replaceable(path, error) : 0;
}

static int result_write(const json_t *result, const char *path)
{
	FILE *out = fopen(path, "we");
	if (!out)
		return -1;
	int failed = json_dumpf(result, out, JSON_INDENT(1) | JSON_REAL_PRECISION(10));
	failed |= fputc('\n', out) == EOF;
	failed |= fclose(out);
	return failed ? -1 : 0;
}

int result_save(const json_t *result, const char *path, struct error *error)
{
	char partial[4096];
	if (!is_replaced(path))
		return result_write(result, path) == 0
			       ? 0
			       : error_set_errno(error, STATUS_FAILED, "%s", path);
	if (partial_path(partial, sizeof(partial), path, error) == -1)
		return -1;
	if (result_write(result, partial) == 0 && rename(partial, path) == 0)
		return 0;
	error_set_errno(error, STATUS_FAILED, "%s", path);
	unlink(partial);
	return -1;
}

/* Every trial and every line of the summary names its strategy: readers rely on it. */
static bool has_strategies(const json_t *list)
{
	size_t i;
	json_t *entry;
	json_array_foreach((json_t *)list, i, entry)
	{
		if (!json_is_string(json_object_get(entry, "strategy")))
			return false;
	}
	return json_is_array(list);
}

json_t *result_load(const char *path, struct error *error)
{
	json_error_t fault;
	FILE *file = fopen(path, "re");
	if (!file) {
		error_set_errno(error, STATUS_USAGE, "%s", path);
		return NULL;
	}
	json_t *result = json_loadf(file, 0, &fault);
	const char *schema = json_string_value(json_object_get(result, "schema"));
	fclose(file);
	if (!result)
		error_set(error, STATUS_USAGE, "%s: is not a whole result file: %s (line %d)", path,
			fault.text, fault.line);
	else if (!schema || strcmp(schema, RESULT_SCHEMA) != 0)
		error_set(error, STATUS_USAGE, "%s: has schema %s, not %s", path,
			schema ? schema : "none", RESULT_SCHEMA);
	else if (!has_strategies(json_object_get(result, "trials")))
		error_set(error, STATUS_USAGE, "%s: has no trials", path);
	else if (!has_strategies(json_object_get(result, "summary")))
		error_set(error, STATUS_USAGE, "%s: has no summary", path);
	else
		return result;
	json_decref(result);
	return NULL;
}
