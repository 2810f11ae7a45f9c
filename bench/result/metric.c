#include "bench/result/metric.h"

#include "bench/result/figure_text.h"
#include "bench/result/json_path.h"
#include "bench/result/upstream.h"
#include "bench/statistics/statistics.h"
#include "common/options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRIAL "trials[]."

struct table {
	struct metric *items;
	size_t count, room;
	bool failed;
};

static struct metric *table_add(struct table *table)
{
	if (table->count == table->room) {
		size_t room = table->room ? 2 * table->room : 256;
		struct metric *items = realloc(table->items, room * sizeof(*items));
		if (!items) {
			table->failed = true;
			return NULL;
		}
		table->items = items;
		table->room = room;
	}
	return &table->items[table->count++];
}

static void leaf_take(void *argument, const struct field_leaf *leaf)
{
	struct table *table = argument;
	const char *path = leaf->path + strlen(TRIAL);
	/* A list has many numbers, not one. */
	if (strncmp(leaf->path, TRIAL, strlen(TRIAL)) != 0 || strpbrk(path, "[{") ||
		!field_is_number(leaf->field))
		return;
	struct metric *metric = table_add(table);
	if (!metric)
		return;
	*metric = (struct metric){.field = leaf->field, .in_summary = leaf->field->metric};
	snprintf(metric->path, sizeof(metric->path), "%s", path);
	if (metric->in_summary)
		field_leaf_text(leaf, leaf->field->metric, metric->name, sizeof(metric->name));
	else
		snprintf(metric->name, sizeof(metric->name), "%s", path);
}

/* Metrics of the summary come first. */
static void table_sort(struct table *table, size_t *summary)
{
	struct metric *sorted = calloc(table->count + 1, sizeof(*sorted));
	size_t used = 0;
	if (!sorted)
		table->failed = true;
	for (int in_summary = 1; sorted && in_summary >= 0; in_summary--) {
		for (size_t i = 0; i < table->count; i++)
			if (table->items[i].in_summary == in_summary)
				sorted[used++] = table->items[i];
		if (in_summary)
			*summary = used;
	}
	free(table->items);
	table->items = sorted;
}

/* The table is built once, at the first use; only the main thread asks for metrics. */
static const struct table *table_get(size_t *summary)
{
	static struct table table;
	static size_t summary_count;
	if (!table.items) {
		fields_expand(leaf_take, &table);
		table_sort(&table, &summary_count);
	}
	if (table.failed || !table.items) {
		free(table.items);
		table = (struct table){.count = 0};
	}
	*summary = table.items ? summary_count : 0;
	return &table;
}

struct metric_list metrics_all(void)
{
	size_t summary;
	const struct table *table = table_get(&summary);
	return (struct metric_list){table->items, table->count};
}

struct metric_list metrics_summary(void)
{
	size_t summary;
	const struct table *table = table_get(&summary);
	return (struct metric_list){table->items, summary};
}

/* Whether `name` is the end of `whole`, from a dot or a "_" on: "p99" of "total_us_p99". */
static bool is_end_of(const char *name, const char *whole)
{
	size_t length = strlen(name), all = strlen(whole);
	return length > 0 && all > length && strcmp(whole + all - length, name) == 0 &&
	       strchr("._", whole[all - length - 1]);
}

/* The one whose end the name is, of the summary's the last, which is of whole exchanges; else the
 * nearest. */
static const char *nearest(const char *name, struct metric_list all)
{
	const char **names = calloc(2 * all.count + 1, sizeof(*names)), *end = NULL;
	size_t count = 0;
	for (size_t i = 0; names && i < all.count; i++) {
		names[count++] = all.items[i].name;
		names[count++] = all.items[i].path;
		if (all.items[i].in_summary && is_end_of(name, all.items[i].name))
			end = all.items[i].name;
	}
	const char *near = end ? end : names ? options_nearest(name, names, count) : NULL;
	free(names);
	return near;
}

static const struct metric *by_name(struct metric_list all, const char *name)
{
	for (size_t i = 0; i < all.count; i++)
		if (strcmp(all.items[i].name, name) == 0 || strcmp(all.items[i].path, name) == 0)
			return &all.items[i];
	return NULL;
}

/* What people write who have not seen the paths: "latency.p99" is of a whole exchange, and
 * "latency.connect.p99" has its unit left out. */
static const struct metric *by_short_name(struct metric_list all, const char *name)
{
	static const char *const starts[] = {"latency_us.", "latency_us.total."};
	char path[FIELD_PATH_MAX];
	const struct metric *found = NULL;
	if (strncmp(name, "latency.", 8) != 0)
		return NULL;
	for (size_t i = 0; !found && i < sizeof(starts) / sizeof(starts[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", starts[i], name + 8);
		found = by_name(all, path);
	}
	return found;
}

/* Columns of the table of a run that hold words, and the metrics that tell in numbers. */
static const struct {
	const char *column, *metrics;
} columns_of_words[] = {
	{"time_wait_at", "server_time_wait_per_connection, client_time_wait_per_connection"},
	{"strategy", "named behind it and a dot, as in graceful.rate_per_s"},
	{"gives_up", "loss.bytes, lost_share"},
	{"interval", "rate_per_s, exchanges_per_s"},
};

static const char *metrics_beside(const char *name)
{
	for (size_t i = 0; i < sizeof(columns_of_words) / sizeof(columns_of_words[0]); i++)
		if (strcmp(columns_of_words[i].column, name) == 0)
			return columns_of_words[i].metrics;
	return NULL;
}

static void unknown_tell(const char *name, struct metric_list all, struct error *error)
{
	const char *beside = metrics_beside(name), *near = beside ? NULL : nearest(name, all);
	if (beside)
		error_set(error, STATUS_USAGE,
			"no metric \"%s\": that column of the table is no number; numbers are %s",
			name, beside);
	else if (near)
		error_set(error, STATUS_USAGE, "no metric \"%s\"; did you mean %s?", name, near);
	else
		error_set(error, STATUS_USAGE,
			"no metric \"%s\"; teardown list --metrics shows them all", name);
}

const struct metric *metric_find(const char *name, struct error *error)
{
	struct metric_list all = metrics_all();
	const struct metric *found = by_name(all, name);
	if (!found)
		found = by_short_name(all, name);
	/* Finding what was meant takes long, so only where it is said. */
	if (!found && error)
		unknown_tell(name, all, error);
	return found;
}

/* Whether the object is there that holds the metric's value, or would. */
static bool has_object(const json_t *trial, const struct metric *metric)
{
	char object[FIELD_PATH_MAX];
	snprintf(object, sizeof(object), "%s", metric->path);
	*strrchr(object, '.') = '\0';
	return json_is_object(json_path_at(trial, object));
}

bool metric_value(const json_t *trial, const struct metric *metric, double *value)
{
	const json_t *found = json_path_at(trial, metric->path);
	if (json_is_number(found)) {
		*value = json_number_value(found);
		return true;
	}
	if (!metric->field->absent_is_zero)
		return false;
	*value = 0;
	return has_object(trial, metric);
}

bool metric_is_at_most(const json_t *trials, const struct metric *metric)
{
	size_t i;
	json_t *trial;
	const char *where = metric->field->at_most_where;
	json_array_foreach((json_t *)trials, i, trial)
	{
		double value;
		if (where && json_is_true(json_path_at(trial, where)) &&
			metric_value(trial, metric, &value))
			return true;
	}
	return false;
}

json_t *metric_trials(const json_t *result, const char *strategy, const struct metric *metric)
{
	return json_path_trials(result, strategy, !metric->field->of_invalid);
}

json_t *metric_trials_shown(const json_t *result, const char *strategy, const struct metric *metric)
{
	return metric->field->of_invalid ? metric_trials(result, strategy, metric)
					 : result_trials_shown(result, strategy);
}

size_t metric_values(const json_t *trials, const struct metric *metric, double *values)
{
	size_t i, count = 0;
	json_t *trial;
	json_array_foreach((json_t *)trials, i, trial)
	{
		if (metric_value(trial, metric, &values[count]))
			count++;
	}
	return count;
}

static bool is_never(const json_t *trial, const struct metric *metric)
{
	return metric->field->absent_is_never && has_object(trial, metric) &&
	       !json_is_number(json_path_at(trial, metric->path));
}

size_t metric_nevers(const json_t *trials, const struct metric *metric)
{
	size_t i, count = 0;
	json_t *trial;
	json_array_foreach((json_t *)trials, i, trial) count += is_never(trial, metric);
	return count;
}

size_t metric_values_or_never(const json_t *trials, const struct metric *metric, double *values)
{
	size_t count = metric_values(trials, metric, values),
	       nevers = metric_nevers(trials, metric);
	for (size_t i = 0; i < nevers; i++)
		values[count++] = INFINITY;
	return count;
}

bool metric_median(const json_t *trials, const struct metric *metric, double *median)
{
	double *values = calloc(json_array_size(trials) + 1, sizeof(*values));
	size_t count = values ? metric_values(trials, metric, values) : 0;
	if (count > 0)
		*median = statistics_median(values, count);
	free(values);
	return count > 0;
}

void metric_format(const struct metric *metric, double value, char *text, size_t size)
{
	double ms = value / 1e3;
	switch (metric->field->format) {
	case FIELD_WHOLE:
		snprintf(text, size, "%.0f", value);
		break;
	case FIELD_TENTHS:
		snprintf(text, size, "%.1f", value);
		break;
	case FIELD_HUNDREDTHS:
		snprintf(text, size, "%.2f", value);
		break;
	case FIELD_MS:
		snprintf(text, size, ms < 10 ? "%.2f" : ms < 100 ? "%.1f" : "%.0f", ms);
		break;
	case FIELD_PERCENT:
		figure_percent(value, text, size);
		break;
	case FIELD_BYTES:
		figure_bytes(value, text, size);
		break;
	}
}
