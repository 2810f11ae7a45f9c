#include "bench/report/findings_text.h"

#include "bench/findings/findings.h"
#include "bench/report/catalogue.h"
#include "bench/report/paragraph.h"
#include "bench/result/json_path.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Strategies that are named; of more, how many there are. */
#define NAMES_MOST 4

static bool is_of(const json_t *finding, const char *id)
{
	const char *own = json_string_value(json_object_get(finding, "id"));
	return own && strcmp(own, id) == 0;
}

static const json_t *finding_of(const json_t *trial, const char *id)
{
	size_t i;
	json_t *finding;
	json_array_foreach(json_object_get(trial, "findings"), i, finding)
	{
		if (is_of(finding, id))
			return finding;
	}
	return NULL;
}

static const char *text_of(const json_t *finding)
{
	const char *text = json_string_value(json_object_get(finding, "text"));
	return text ? text : "";
}

/* Trials that have it, those whose text is the first's, and the first. */
struct spread {
	size_t trials, alike;
	const json_t *first;
};

static struct spread spread_of(const json_t *trials, const char *id)
{
	struct spread spread = {.trials = 0};
	size_t i;
	json_t *trial;
	json_array_foreach((json_t *)trials, i, trial)
	{
		const json_t *finding = finding_of(trial, id);
		if (!finding)
			continue;
		if (spread.trials++ == 0)
			spread.first = trial;
		spread.alike +=
			strcmp(text_of(finding), text_of(finding_of(spread.first, id))) == 0;
	}
	return spread;
}

/* "graceful", where all of its trials have it; "graceful, trials 1 3". */
static void strategy_write(const json_t *trials, const char *strategy, const char *id, FILE *out)
{
	size_t i, met = spread_of(trials, id).trials;
	json_t *trial;
	char repeat[32];
	fputs(strategy, out);
	if (met == json_array_size(trials))
		return;
	fprintf(out, ", trial%s", met > 1 ? "s" : "");
	json_array_foreach((json_t *)trials, i, trial)
	{
		json_path_number_write(trial, "repeat", repeat, sizeof(repeat));
		if (finding_of(trial, id))
			fprintf(out, " %s", repeat);
	}
}

/* How many strategies have a trial with it. */
static size_t strategies_of(const json_t *result, const char *id)
{
	size_t i, count = 0;
	json_t *entry;
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		json_t *trials = json_path_trials(result, json_path_text(entry, "strategy"), false);
		count += spread_of(trials, id).trials > 0;
		json_decref(trials);
	}
	return count;
}

/* Names the strategies, where these are no more than `most`. */
static void who_write(const json_t *result, const char *id, size_t most, FILE *out)
{
	const json_t *all = json_object_get(result, "trials");
	size_t i, met = 0, count = strategies_of(result, id);
	json_t *entry;
	if (spread_of(all, id).trials == json_array_size(all)) {
		fputs("all trials", out);
		return;
	}
	if (count > most) {
		fprintf(out, "%zu strategies", count);
		return;
	}
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		json_t *trials = json_path_trials(result, strategy, false);
		if (spread_of(trials, id).trials > 0) {
			fputs(met++ ? "; " : "", out);
			strategy_write(trials, strategy, id, out);
		}
		json_decref(trials);
	}
}

/* A trial may have a finding more than once, of both ends. */
static void texts_write(const json_t *trial, const char *id, FILE *out)
{
	size_t i, met = 0;
	json_t *finding;
	json_array_foreach(json_object_get(trial, "findings"), i, finding)
	{
		if (is_of(finding, id))
			fprintf(out, "%s%s", met++ ? " | " : ": ", text_of(finding));
	}
}

/* The whole paragraph, to be freed; NULL when there is no memory. Where the trials do not say the
 * same, it is the first one's. */
static char *paragraph_of(const json_t *result, const char *id)
{
	char *text, repeat[32];
	size_t size;
	struct spread spread = spread_of(json_object_get(result, "trials"), id);
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	fprintf(out, "finding: %s: ", id);
	who_write(result, id, NAMES_MOST, out);
	texts_write(spread.first, id, out);
	if (spread.alike < spread.trials) {
		json_path_number_write(spread.first, "repeat", repeat, sizeof(repeat));
		fprintf(out, " (%s, trial %s)", json_path_text(spread.first, "strategy"), repeat);
	}
	return fclose(out) == 0 ? text : NULL;
}

/* The ids that trials have, the most harmful first, then those that only another version knows;
 * to be given to json_decref. */
static json_t *ids_of(const json_t *result)
{
	json_t *ids = json_array(), *met = json_object(), *trial, *finding;
	const json_t *trials = json_object_get(result, "trials");
	size_t t, f;
	for (size_t k = 0; k < finding_kind_count; k++)
		if (spread_of(trials, finding_kinds[k]->id).trials > 0) {
			json_array_append_new(ids, json_string(finding_kinds[k]->id));
			json_object_set_new(met, finding_kinds[k]->id, json_true());
		}
	json_array_foreach((json_t *)trials, t, trial)
	{
		json_array_foreach(json_object_get(trial, "findings"), f, finding)
		{
			const char *id = json_string_value(json_object_get(finding, "id"));
			if (!id || json_object_get(met, id))
				continue;
			json_array_append_new(ids, json_string(id));
			json_object_set_new(met, id, json_true());
		}
	}
	json_decref(met);
	return ids;
}

/* Names the findings from `at` on. To be freed; NULL: there are none, or no memory. */
static char *rest_of(const json_t *result, json_t *ids, size_t at)
{
	char *text;
	size_t size;
	FILE *line = at < json_array_size(ids) ? open_memstream(&text, &size) : NULL;
	if (!line)
		return NULL;
	fputs("more findings: ", line);
	for (size_t i = at; i < json_array_size(ids); i++) {
		const char *id = json_string_value(json_array_get(ids, i));
		fprintf(line, "%s%s (", i > at ? ", " : "", id);
		who_write(result, id, 1, line);
		fputc(')', line);
	}
	fputs(": teardown report FILE --explain ID", line);
	if (fclose(line) == 0)
		return text;
	free(text);
	return NULL;
}

/* Lines of a text, which is freed. */
static size_t lines_of(char *text, size_t width)
{
	size_t lines = text ? paragraph_lines(text, width) : 0;
	free(text);
	return lines;
}

/* How many of these findings are told: as many as leave room to name the rest, but at least the
 * first. */
static size_t told_of(const json_t *result, json_t *ids, size_t width, size_t lines_most)
{
	size_t lines = 0, told = 0;
	for (size_t at = 0; at < json_array_size(ids); at++) {
		const char *id = json_string_value(json_array_get(ids, at));
		lines += lines_of(paragraph_of(result, id), width);
		if (at == 0 || lines + lines_of(rest_of(result, ids, at + 1), width) <= lines_most)
			told = at + 1;
	}
	return told;
}

static void told_print(char *text, size_t width, FILE *out)
{
	if (text)
		paragraph_print(text, width, out);
	free(text);
}

void report_findings_print(const json_t *result, size_t width, size_t lines_most, FILE *out)
{
	json_t *ids = ids_of(result);
	size_t told = told_of(result, ids, width, lines_most);
	for (size_t i = 0; i < told; i++)
		told_print(paragraph_of(result, json_string_value(json_array_get(ids, i))), width,
			out);
	told_print(rest_of(result, ids, told), width, out);
	json_decref(ids);
}

static void trial_explain(const json_t *trial, const char *id, size_t width, FILE *out)
{
	char *text, repeat[32];
	size_t i;
	json_t *finding;
	json_path_number_write(trial, "repeat", repeat, sizeof(repeat));
	json_array_foreach(json_object_get(trial, "findings"), i, finding)
	{
		if (!is_of(finding, id) ||
			asprintf(&text, "%s, trial %s: %s", json_path_text(trial, "strategy"),
				repeat, text_of(finding)) == -1)
			continue;
		paragraph_print(text, width, out);
		free(text);
	}
}

int report_finding_explain(
	const json_t *result, const char *id, size_t width, FILE *out, struct error *error)
{
	const json_t *trials = json_object_get(result, "trials");
	size_t i, met = spread_of(trials, id).trials;
	json_t *trial;
	const struct finding_kind *kind = NULL;
	for (size_t k = 0; k < finding_kind_count; k++)
		if (strcmp(finding_kinds[k]->id, id) == 0)
			kind = finding_kinds[k];
	if (!kind && met == 0)
		return error_set(error, STATUS_USAGE,
			"--explain %s: no such finding; teardown list --findings tells them all",
			id);
	if (kind)
		catalogue_finding_print(kind, out);
	json_array_foreach((json_t *)trials, i, trial) trial_explain(trial, id, width, out);
	if (met == 0)
		fputs("No trial of this result has it.\n", out);
	return 0;
}
