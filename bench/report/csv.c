#include "bench/report/csv.h"

#include "bench/result/json_path.h"
#include "bench/result/metric.h"
#include "bench/result/output_pipe.h"
#include "bench/result/upstream.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a spreadsheet takes for a formula gets a quote in front. */
static void text_write(const char *text, FILE *out)
{
	bool formula = *text && strchr("=+-@", *text);
	fputs(formula ? "\"'" : "\"", out);
	for (; *text; text++)
		fputs(*text == '"' ? "\"\"" : (char[]){*text, '\0'}, out);
	fputc('"', out);
}

/* Whether it has a column: those that are 0 where they are not there do only if one is there. */
static bool has_column(const json_t *result, const struct metric *metric)
{
	size_t i;
	json_t *trial;
	if (!metric->field->absent_is_zero)
		return true;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		if (json_path_at(trial, metric->path) ||
			json_path_at(json_object_get(trial, "upstream"), metric->path))
			return true;
	}
	return false;
}

/* The metrics that have a column: which these are depends on all trials, and is asked once. */
struct columns {
	const struct metric **metrics;
	size_t count;
};

/* To be freed. */
static struct columns columns_of(const json_t *result)
{
	struct metric_list all = metrics_all();
	struct columns columns = {.metrics = calloc(all.count + 1, sizeof(*columns.metrics))};
	for (size_t i = 0; columns.metrics && i < all.count; i++)
		if (has_column(result, &all.items[i]))
			columns.metrics[columns.count++] = &all.items[i];
	return columns;
}

/* Whether a trial's value of a metric is no more than a bound. */
static bool is_bound(const json_t *trial, const struct metric *metric)
{
	double value;
	const char *where = metric->field->at_most_where;
	return where && json_is_true(json_path_at(trial, where)) &&
	       metric_value(trial, metric, &value);
}

static void head_write(const struct columns *columns, bool has_hops, FILE *out)
{
	fputs(has_hops ? "strategy,hop,valid,invalid_because" : "strategy,valid,invalid_because",
		out);
	for (size_t i = 0; i < columns->count; i++) {
		const struct metric *metric = columns->metrics[i];
		fprintf(out, ",%s", metric->path);
		if (metric->field->unit)
			fprintf(out, " [%s]", metric->field->unit);
		if (metric->field->at_most_where)
			fprintf(out, ",%s at most", metric->path);
	}
	fputs("\r\n", out);
}

static void reasons_write(const json_t *trial, FILE *out)
{
	char *text;
	size_t i, size;
	json_t *reason;
	FILE *reasons = open_memstream(&text, &size);
	if (!reasons)
		return;
	json_array_foreach(json_object_get(trial, "invalid_because"), i, reason)
		fprintf(reasons, "%s%s", i ? "; " : "", json_path_string(reason));
	if (fclose(reasons) == 0)
		text_write(text, out);
	free(text);
}

static void value_write(const json_t *trial, const struct metric *metric, bool is_told, FILE *out)
{
	double value;
	fputc(',', out);
	if (is_told && metric_value(trial, metric, &value))
		fprintf(out, "%.10g", value);
}

/* A bound has a column of its own, and the metric's is empty then. `hop`: which one the trial is
 * of, where there is a proxy; else NULL. */
static void trial_write(
	const struct columns *columns, const json_t *trial, const char *hop, FILE *out)
{
	text_write(json_path_text(trial, "strategy"), out);
	if (hop)
		fprintf(out, ",%s", hop);
	fprintf(out, ",%d,", json_is_true(json_object_get(trial, "valid")));
	reasons_write(trial, out);
	for (size_t i = 0; i < columns->count; i++) {
		const struct metric *metric = columns->metrics[i];
		bool is_at_most = is_bound(trial, metric);
		value_write(trial, metric, !is_at_most, out);
		if (metric->field->at_most_where)
			value_write(trial, metric, is_at_most, out);
	}
	fputs("\r\n", out);
}

static FILE *file_open(const char *path)
{
	if (!output_pipe_is(path))
		return fopen(path, "we");
	int fd = output_pipe_open(path, NULL);
	return fd == -1 ? NULL : fdopen(fd, "w");
}

void csv_print(const json_t *result, FILE *out)
{
	size_t i;
	json_t *trial;
	bool has_hops = result_has_hops(result);
	struct columns columns = columns_of(result);
	head_write(&columns, has_hops, out);
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		const json_t *behind = json_object_get(trial, "upstream");
		trial_write(&columns, trial, has_hops ? RESULT_HOP_FRONT : NULL, out);
		if (behind)
			trial_write(&columns, behind, RESULT_HOP_BEHIND, out);
	}
	free(columns.metrics);
}

int csv_write(const json_t *result, const char *path, struct error *error)
{
	FILE *out = strcmp(path, "-") == 0 ? stdout : file_open(path);
	if (!out)
		return error_set_errno(error, STATUS_FAILED, "--csv %s", path);
	csv_print(result, out);
	bool failed = ferror(out);
	failed |= out == stdout ? fflush(out) : fclose(out);
	return failed ? error_set_errno(error, STATUS_FAILED, "--csv %s", path) : 0;
}

int csv_check(const char *path, struct error *error)
{
	if (strcmp(path, "-") == 0)
		return 0;
	/* What opens a pipe waits for its reader, and shows it the end. */
	if (output_pipe_is(path))
		return 0;
	struct stat found;
	bool is_new = lstat(path, &found) == -1;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd == -1)
		return error_set_errno(error, STATUS_USAGE, "--csv %s", path);
	close(fd);
	return is_new ? unlink(path) : 0;
}
