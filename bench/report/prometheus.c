#include "bench/report/prometheus.h"

#include "bench/report/answer/outcome.h"
#include "bench/report/whole_file.h"
#include "bench/result/json_path.h"
#include "bench/result/metric.h"
#include "bench/result/upstream.h"

#include <stdbool.h>
#include <stdio.h>

/* A result, and that of the hop behind its proxy; NULL: there is none. */
struct hops {
	const json_t *result;
	json_t *behind;
};

/* What is known to be no more than that says so. In quotes: a backslash, a quote and a line feed
 * have a backslash in front. `hop`: NULL where there is one alone. */
static void label_write(const char *text, const char *hop, bool is_at_most, FILE *out)
{
	fputs("{strategy=\"", out);
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			fputc('\\', out);
		fputs(*text == '\n' ? "\\n" : (char[]){*text, '\0'}, out);
	}
	if (hop)
		fprintf(out, "\",hop=\"%s", hop);
	fputs(is_at_most ? "\",bound=\"at_most\"} " : "\"} ", out);
}

static void head_write(const char *name, const char *sentence, const char *unit, FILE *out)
{
	fprintf(out, "# HELP teardown_%s %s%s%s%s\n", name, sentence, unit ? " Unit: " : "",
		unit ? unit : "", unit ? "." : "");
	fprintf(out, "# TYPE teardown_%s gauge\n", name);
}

static void metric_head_write(const struct metric *metric, FILE *out)
{
	char sentence[400];
	struct field_leaf leaf = {.field = metric->field};
	snprintf(leaf.path, sizeof(leaf.path), "trials[].%s", metric->path);
	field_leaf_text(&leaf, metric->field->sentence, sentence, sizeof(sentence));
	head_write(metric->name, sentence, metric->field->unit, out);
}

static void metric_write(const json_t *result, const struct metric *metric, const char *hop,
	bool *has_head, FILE *out)
{
	size_t i;
	json_t *entry;
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		struct outcome_figure figure = outcome_figure_of(result, strategy, metric->path);
		if (!figure.is_known)
			continue;
		if (!*has_head)
			metric_head_write(metric, out);
		*has_head = true;
		fprintf(out, "teardown_%s", metric->name);
		label_write(strategy, hop, figure.is_at_most, out);
		fprintf(out, "%.10g\n", figure.spread.median);
	}
}

static void hops_metric_write(const struct hops *hops, const struct metric *metric, FILE *out)
{
	bool has_head = false;
	metric_write(hops->result, metric, hops->behind ? RESULT_HOP_FRONT : NULL, &has_head, out);
	metric_write(hops->behind, metric, RESULT_HOP_BEHIND, &has_head, out);
}

static void trials_write(const json_t *result, const char *name, const char *hop, FILE *out)
{
	size_t i;
	json_t *entry;
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		fprintf(out, "teardown_%s", name);
		label_write(json_path_text(entry, "strategy"), hop, false, out);
		fprintf(out, "%" JSON_INTEGER_FORMAT "\n",
			json_integer_value(json_object_get(entry, name)));
	}
}

static void hops_trials_write(
	const struct hops *hops, const char *name, const char *help, FILE *out)
{
	fprintf(out, "# HELP teardown_%s %s\n# TYPE teardown_%s gauge\n", name, help, name);
	trials_write(hops->result, name, hops->behind ? RESULT_HOP_FRONT : NULL, out);
	trials_write(hops->behind, name, RESULT_HOP_BEHIND, out);
}

static int content_write(const void *what, FILE *out)
{
	const struct hops hops = {.result = what, .behind = result_upstream(what)};
	struct metric_list metrics = metrics_summary();
	hops_trials_write(&hops, "trials", "Trials of the strategy.", out);
	hops_trials_write(&hops, "valid_trials", "Those of them that are valid.", out);
	for (size_t i = 0; i < metrics.count; i++)
		hops_metric_write(&hops, &metrics.items[i], out);
	json_decref(hops.behind);
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
