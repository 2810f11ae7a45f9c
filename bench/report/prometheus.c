#include "bench/report/prometheus.h"

#include "bench/report/answer/outcome.h"
#include "bench/report/whole_file.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"

#include <stdbool.h>
#include <stdio.h>

/* What is known to be no more than that says so. In quotes: a backslash, a quote and a line feed
 * have a backslash in front. */
static void label_write(const char *text, bool is_at_most, FILE *out)
{
	fputs("{strategy=\"", out);
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			fputc('\\', out);
		fputs(*text == '\n' ? "\\n" : (char[]){*text, '\0'}, out);
	}
	fputs(is_at_most ? "\",bound=\"at_most\"} " : "\"} ", out);
}

static void head_write(const char *name, const char *sentence, const char *unit, FILE *out)
{
	fprintf(out, "# HELP teardown_%s %s%s%s%s\n", name, sentence, unit ? " Unit: " : "",
		unit ? unit : "", unit ? "." : "");
	fprintf(out, "# TYPE teardown_%s gauge\n", name);
}

static void metric_write(const json_t *result, const struct metric *metric, FILE *out)
{
	size_t i;
	bool has_head = false;
	json_t *entry;
	char sentence[400];
	struct field_leaf leaf = {.field = metric->field};
	snprintf(leaf.path, sizeof(leaf.path), "trials[].%s", metric->path);
	field_leaf_text(&leaf, metric->field->sentence, sentence, sizeof(sentence));
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		struct outcome_figure figure = outcome_figure_of(result, strategy, metric->path);
		if (!figure.is_known)
			continue;
		if (!has_head)
			head_write(metric->name, sentence, metric->field->unit, out);
		has_head = true;
		fprintf(out, "teardown_%s", metric->name);
		label_write(strategy, figure.is_at_most, out);
		fprintf(out, "%.10g\n", figure.spread.median);
	}
}

static void trials_write(const json_t *result, const char *name, const char *help, FILE *out)
{
	size_t i;
	json_t *entry;
	fprintf(out, "# HELP teardown_%s %s\n# TYPE teardown_%s gauge\n", name, help, name);
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		fprintf(out, "teardown_%s", name);
		label_write(json_path_text(entry, "strategy"), false, out);
		fprintf(out, "%" JSON_INTEGER_FORMAT "\n",
			json_integer_value(json_object_get(entry, name)));
	}
}

static int content_write(const void *what, FILE *out)
{
	const json_t *result = what;
	struct metric_list metrics = metrics_summary();
	trials_write(result, "trials", "Trials of the strategy.", out);
	trials_write(result, "valid_trials", "Those of them that are valid.", out);
	for (size_t i = 0; i < metrics.count; i++)
		metric_write(result, &metrics.items[i], out);
	return 0;
}

int prometheus_write(const json_t *result, const char *path, struct error *error)
{
	return whole_file_write("--prometheus", path, content_write, result, error);
}

int prometheus_check(const char *path, struct error *error)
{
	return whole_file_check("--prometheus", path, error);
}
