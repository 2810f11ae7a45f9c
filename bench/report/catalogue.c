#include "bench/report/catalogue.h"

#include "bench/findings/findings.h"
#include "bench/load/clients/behaviour.h"
#include "bench/result/fields/field.h"
#include "bench/result/metric.h"

#include <string.h>

static const char *better_text(const struct field *field)
{
	static const char *const texts[] = {
		[FIELD_NEITHER] = "-", [FIELD_MORE] = "more", [FIELD_LESS] = "less"};
	return texts[field->better];
}

static const char *unit_text(const struct field *field)
{
	return field->unit ? field->unit : "-";
}

static void metric_print(const char *name, const struct field *field, FILE *out)
{
	fprintf(out, "%-42s %-6s %-7s %s\n", name, unit_text(field), better_text(field),
		field->sentence);
}

/* A row whose {words} stand for many metrics is one line. */
static void others_print(FILE *out)
{
	static const char trial[] = "trials[].";
	for (size_t g = 0; g < field_group_count; g++)
		for (size_t i = 0; i < field_groups[g]->count; i++) {
			const struct field *field = &field_groups[g]->fields[i];
			const char *path = field->path + strlen(trial);
			if (strncmp(field->path, trial, strlen(trial)) == 0 && !strchr(path, '[') &&
				field_is_number(field) && !field->metric)
				metric_print(path, field, out);
		}
}

void catalogue_client_print(const struct client_behaviour *behaviour, FILE *out)
{
	fprintf(out, "%s: %s\n", behaviour->name, behaviour->summary);
	if (behaviour->parameter)
		fprintf(out, "  %s=N: N %s (%u without)\n", behaviour->name, behaviour->parameter,
			behaviour->parameter_default);
}

void catalogue_clients_print(FILE *out)
{
	for (size_t i = 0; i < client_behaviour_count; i++)
		catalogue_client_print(client_behaviours[i], out);
}

void catalogue_metrics_print(FILE *out)
{
	struct metric_list summary = metrics_summary();
	fprintf(out, "%-42s %-6s %-7s %s\n", "metric", "unit", "better", "what it is");
	for (size_t i = 0; i < summary.count; i++) {
		char sentence[400];
		struct field_leaf leaf = {.field = summary.items[i].field};
		snprintf(leaf.path, sizeof(leaf.path), "trials[].%s", summary.items[i].path);
		field_leaf_text(&leaf, leaf.field->sentence, sentence, sizeof(sentence));
		struct field shown = *leaf.field;
		shown.sentence = sentence;
		metric_print(summary.items[i].name, &shown, out);
	}
	fputs("\nThe summary and `compare` tell of these. --fail-if takes them, and every number "
	      "of a trial by its path;\nlatency.p99 is short for latency_us.total.p99. A limit "
	      "without a unit is in the metric's own: of us, 5ms and 5000\nare the same; k, M and "
	      "G are 10^3, 10^6 and 10^9; of a share, 1% is 0.01.\n\n",
		out);
	others_print(out);
	fields_words_print("", out);
}

void catalogue_finding_print(const struct finding_kind *kind, FILE *out)
{
	fprintf(out, "%s: %s.\n  %-6s %s.\n  %-6s %s.\n", kind->id, kind->summary, "cause",
		kind->cause, "cure", kind->cure);
}

const char *const catalogue_hops = "In front of the proxy the server is the proxy; behind it the "
				   "server is the upstream, and the client is the proxy.";

void catalogue_findings_print(FILE *out)
{
	for (size_t i = 0; i < finding_kind_count; i++) {
		fputs(i ? "\n" : "", out);
		catalogue_finding_print(finding_kinds[i], out);
	}
	fprintf(out,
		"\nWhere a proxy is between (run --proxy-command), each hop has findings. %s\n",
		catalogue_hops);
}

static void kind_print(const struct field *field, FILE *out)
{
	static const char *const kinds[] = {
		[FIELD_OBJECT] = "object",
		[FIELD_AGAIN] = "trial",
		[FIELD_LIST] = "list",
		[FIELD_TEXT] = "text",
		[FIELD_LINES] = "lines of text",
		[FIELD_FLAG] = "true or false",
		[FIELD_COUNT] = "count",
		[FIELD_ORDINAL] = "count from 1",
		[FIELD_INTEGER] = "integer",
		[FIELD_NUMBER] = "number",
		[FIELD_REAL] = "number",
		[FIELD_VALUE] = "text, integer, true or false, or list of texts",
		[FIELD_WORD] = "number or text",
	};
	const char *word = field_word(field, 0);
	if (!word || field->word)
		fputs(kinds[field->kind], out);
	for (size_t i = 0; !field->word && (word = field_word(field, i)); i++)
		fprintf(out, "%s`%s`", i ? ", " : "", word);
	if (field->unit)
		fprintf(out, ", %s", field->unit);
	if (field->presence == FIELD_NULLABLE)
		fputs(", or null", out);
}

static void group_print(const struct field_group *group, FILE *out)
{
	fprintf(out, "\n## %s\n\n| path | what | merged | |\n|---|---|---|---|\n", group->title);
	for (size_t i = 0; i < group->count; i++) {
		const struct field *field = &group->fields[i];
		fprintf(out, "| `%s`%s | ", field->path,
			field->presence == FIELD_OPTIONAL ? " (optional)" : "");
		kind_print(field, out);
		fprintf(out, " | %s", field_merge_word(field));
		if (field->weight)
			fprintf(out, " by `%s`", field->weight);
		fprintf(out, " | %s%s%s%s |\n", field->sentence, field->metric ? " Metric `" : "",
			field->metric ? field->metric : "", field->metric ? "`." : "");
	}
}

void catalogue_fields_print(FILE *out)
{
	fputs("# The result file\n\n"
	      "`teardown run` writes one JSON file, schema `teardown-run/1`. This page is printed "
	      "by `teardown list --fields`,\nits JSON Schema by `teardown list --schema`; both "
	      "come from the same table as the program's own writer and reader.\n\n"
	      "- A number that nobody knows is null or left out, never 0; `report` shows it as "
	      "`-`.\n"
	      "- `[]` stands for the items of a list; an optional field is left out where there is "
	      "none.\n"
	      "- Texts hold no control characters; where what they come from had any, there is a "
	      "`?`.\n"
	      "- A reader ignores keys that it does not know; a new meaning is a new schema number."
	      "\n",
		out);
	fields_words_print("- ", out);
	for (size_t g = 0; g < field_group_count; g++)
		group_print(field_groups[g], out);
}
