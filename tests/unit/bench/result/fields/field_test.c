/* The table of fields: every row is whole, every path that the program names is in it, and the
 * words in braces are replaced as they should be. */
#include "bench/report/columns.h"
#include "bench/result/fields/field.h"
#include "bench/result/metric.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_rows_are_whole(void **state)
{
	for (size_t g = 0; g < field_group_count; g++)
		for (size_t i = 0; i < field_groups[g]->count; i++) {
			const struct field *field = &field_groups[g]->fields[i];
			size_t length = strlen(field->sentence);
			assert_true(length > 5 && field->sentence[length - 1] == '.');
			/* What is compared has a direction, and a number has a row in the summary.
			 */
			if (field->metric)
				assert_true(field_is_number(field) && field->better);
			if (field->known)
				assert_true(field->presence != FIELD_REQUIRED);
		}
}

struct rules {
	const char *weight; /* that is looked for; NULL: none */
	bool is_found;
};

static void weight_find(void *argument, const struct field_leaf *leaf)
{
	struct rules *rules = argument;
	char path[FIELD_PATH_MAX + 16];
	snprintf(path, sizeof(path), "trials[].%s", rules->weight);
	if (strcmp(path, leaf->path) == 0 && leaf->field->merge == FIELD_SUM)
		rules->is_found = true;
}

/* Each row says how files of several hosts make one; a mean has a weight that adds up; and what is
 * left out may be missing. */
static void rule_check(void *argument, const struct field_leaf *leaf)
{
	const struct field *field = leaf->field;
	bool has_weight = field->merge == FIELD_MEAN || field->merge == FIELD_LEAST_SHARE;
	char weight[FIELD_PATH_MAX];
	if (field->merge == FIELD_NO_RULE)
		fail_msg("%s: no rule for merging", leaf->path);
	if (has_weight && !field->weight)
		fail_msg("%s: no weight", leaf->path);
	if (field->merge == FIELD_SUM || field->merge == FIELD_SUM_OF_PEAKS)
		assert_true(field_is_number(field));
	if (field->merge == FIELD_PARTS)
		assert_true(field->kind == FIELD_OBJECT || field->kind == FIELD_LIST ||
			    field->kind == FIELD_AGAIN);
	if (!has_weight)
		return;
	field_leaf_text(leaf, field->weight, weight, sizeof(weight));
	struct rules rules = {.weight = weight};
	fields_expand(weight_find, &rules);
	if (!rules.is_found)
		fail_msg("%s: no field %s that adds up", leaf->path, weight);
}

static void test_rows_say_how_they_merge(void **state)
{
	fields_expand(rule_check, NULL);
}

struct paths {
	char (*text)[FIELD_PATH_MAX];
	size_t count;
};

static void path_take(void *argument, const struct field_leaf *leaf)
{
	struct paths *paths = argument;
	paths->text = realloc(paths->text, (paths->count + 1) * sizeof(*paths->text));
	assert_non_null(paths->text);
	strcpy(paths->text[paths->count++], leaf->path);
}

static int paths_compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool is_errno(const char *path)
{
	return strstr(path, "connect_errors.") != NULL;
}

/* Each path once; an object that holds it comes before it. */
static void test_paths_are_unique_and_have_parents(void **state)
{
	struct paths paths = {0};
	fields_expand(path_take, &paths);
	for (size_t i = 0; i < paths.count; i++) {
		char parent[FIELD_PATH_MAX];
		strcpy(parent, paths.text[i]);
		char *cut = strlen(parent) > 2 && strcmp(parent + strlen(parent) - 2, "[]") == 0
				    ? parent + strlen(parent) - 2
				    : strrchr(parent, '.');
		size_t before = 0;
		if (cut)
			*cut = '\0';
		while (cut && before < i && strcmp(paths.text[before], parent) != 0)
			before++;
		if (cut && before == i)
			fail_msg("%s: no row for %s before it", paths.text[i], parent);
	}
	qsort(paths.text, paths.count, sizeof(*paths.text), paths_compare);
	for (size_t i = 1; i < paths.count; i++)
		if (strcmp(paths.text[i - 1], paths.text[i]) == 0 && !is_errno(paths.text[i]))
			fail_msg("%s: twice", paths.text[i]);
	free(paths.text);
}

static void test_columns_name_metrics(void **state)
{
	for (size_t c = 0; c < column_count; c++) {
		const struct column *column = &columns[c];
		assert_true(!column->write == (column->metrics[0] != NULL));
		for (size_t m = 0; m < COLUMN_METRICS_MAX && column->metrics[m]; m++)
			if (!metric_find(column->metrics[m], NULL))
				fail_msg("no metric %s", column->metrics[m]);
		if (column->metrics[0] && !column->heading[HEADING_LINES - 1])
			assert_non_null(metric_find(column->metrics[0], NULL)->field->heading);
	}
}

static void test_metrics_are_found(void **state)
{
	struct error error;
	const struct metric *m = metric_find("server_time_wait_per_connection", NULL);
	assert_non_null(m);
	assert_string_equal(m->path, "time_wait.server.per_connection");
	assert_ptr_equal(metric_find("time_wait.server.per_connection", NULL), m);
	assert_string_equal(metric_find("client_time_wait_per_connection", NULL)->path,
		"time_wait.client.per_connection");
	assert_string_equal(metric_find("total_us_p99", NULL)->path, "latency_us.total.p99");
	assert_true(metric_find("latency_us.start.p999", NULL)->field->better == FIELD_LESS);
	assert_non_null(metric_find("counters.client.TWRecycled", NULL));
	assert_non_null(metric_find("connections.connect_errors.EADDRNOTAVAIL", NULL));
	assert_null(metric_find("connections.connect_errors.EADDRNOTAVAL", &error));
	assert_non_null(
		strstr(error.text, "did you mean connections.connect_errors.EADDRNOTAVAIL?"));
	assert_null(metric_find("samples.t_s", NULL));
	assert_null(metric_find("strategy", NULL));
	assert_null(metric_find("{end}_time_wait_per_connection", NULL));
}

/* The row's own words, not those of another row that has the same path. */
static void test_words_are_replaced(void **state)
{
	char text[200];
	static const struct field field = {"a.{end}.b.{counter}", FIELD_COUNT};
	struct field_leaf leaf = {.field = &field, .path = "a.client.b.TWKilled", .end = 1};
	field_leaf_text(&leaf, "{counter} at the {end}, {end}.", text, sizeof(text));
	assert_string_equal(text, "TWKilled at the client, client.");
	field_leaf_text(&leaf, "none", text, sizeof(text));
	assert_string_equal(text, "none");
}

static void test_values(void **state)
{
	double value;
	json_t *trial = json_loads("{\"rate_per_s\": 12.5, \"exchanges\": null,"
				   " \"connections\": {\"connect_errors\": {\"EMFILE\": 3}}}",
		0, NULL);
	const struct metric *none = metric_find("connections.connect_errors.EADDRINUSE", NULL);
	assert_true(metric_value(trial, metric_find("rate_per_s", NULL), &value));
	assert_true(value > 12.4 && value < 12.6);
	assert_false(metric_value(trial, metric_find("exchanges", NULL), &value));
	assert_false(metric_value(trial, metric_find("ports.available", NULL), &value));
	assert_true(metric_value(
		trial, metric_find("connections.connect_errors.EMFILE", NULL), &value));
	assert_true(value > 2.9 && value < 3.1);
	assert_true(metric_value(trial, none, &value) && value < 0.1);
	json_object_del(json_object_get(trial, "connections"), "connect_errors");
	assert_false(metric_value(trial, none, &value));
	json_decref(trial);
}

static void shown(const char *name, double value, const char *wanted)
{
	char text[64];
	metric_format(metric_find(name, NULL), value, text, sizeof(text));
	assert_string_equal(text, wanted);
}

static void test_formats(void **state)
{
	shown("rate_per_s", 41712.4, "41712");
	shown("resets_per_connection", 0.126, "0.13");
	shown("segments_per_connection", 9.96, "10.0");
	shown("server_cpu_us_per_connection", 14.46, "14.5");
	shown("total_us_p50", 761, "0.76");
	shown("total_us_p99", 68240, "68.2");
	shown("total_us_p99", 1234567, "1235");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_are_whole),
		cmocka_unit_test(test_rows_say_how_they_merge),
		cmocka_unit_test(test_paths_are_unique_and_have_parents),
		cmocka_unit_test(test_columns_name_metrics),
		cmocka_unit_test(test_metrics_are_found),
		cmocka_unit_test(test_words_are_replaced),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_formats),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
