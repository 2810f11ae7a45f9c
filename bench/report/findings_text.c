#include "bench/report/findings_text.h"

#include "bench/report/paragraph.h"
#include "bench/result/json_path.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const json_t *finding_of(const json_t *trial, const char *id)
{
	size_t i;
	json_t *finding;
	json_array_foreach(json_object_get(trial, "findings"), i, finding)
	{
		const char *own = json_string_value(json_object_get(finding, "id"));
		if (own && strcmp(own, id) == 0)
			return finding;
	}
	return NULL;
}

static const char *text_of(const json_t *finding)
{
	const char *text = json_string_value(json_object_get(finding, "text"));
	return text ? text : "";
}

/* True when all trials of the result say the same: then it is said once. */
static bool is_common(const json_t *result, const char *id, const char *text)
{
	size_t i;
	json_t *trial;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		const json_t *finding = finding_of(trial, id);
		if (!finding || strcmp(text_of(finding), text) != 0)
			return false;
	}
	return true;
}

static void finding_print(
	const char *who, const char *id, const char *text, size_t width, FILE *out)
{
	char *paragraph;
	if (asprintf(&paragraph, "finding: %s: %s: %s", who, id, text) == -1)
		return;
	paragraph_print(paragraph, width, out);
	free(paragraph);
}

/* "graceful, trials 1 3"; to be freed. Returns NULL when there is no memory. */
static char *trials_name(const json_t *trials, const char *strategy, const char *id)
{
	size_t i, met = 0, size;
	json_t *trial;
	char *text, repeat[32];
	FILE *out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	json_array_foreach((json_t *)trials, i, trial) met += finding_of(trial, id) != NULL;
	fprintf(out, "%s, trial%s", strategy, met > 1 ? "s" : "");
	json_array_foreach((json_t *)trials, i, trial)
	{
		json_path_number_write(trial, "repeat", repeat, sizeof(repeat));
		if (finding_of(trial, id))
			fprintf(out, " %s", repeat);
	}
	return fclose(out) == 0 ? text : NULL;
}

/* The findings of trial `at` that no trial before it has. */
static void trial_print(const json_t *result, const json_t *trials, size_t at, const char *strategy,
	size_t width, FILE *out)
{
	size_t i;
	json_t *finding;
	json_array_foreach(json_object_get(json_array_get(trials, at), "findings"), i, finding)
	{
		const char *id = json_string_value(json_object_get(finding, "id"));
		bool said = !id || is_common(result, id, text_of(finding));
		for (size_t t = 0; t < at && !said; t++)
			said = finding_of(json_array_get(trials, t), id) != NULL;
		if (said)
			continue;
		char *who = trials_name(trials, strategy, id);
		finding_print(who ? who : strategy, id, text_of(finding), width, out);
		free(who);
	}
}

static void common_print(const json_t *result, size_t width, FILE *out)
{
	size_t i;
	json_t *finding;
	const json_t *first = json_array_get(json_object_get(result, "trials"), 0);
	json_array_foreach(json_object_get(first, "findings"), i, finding)
	{
		const char *id = json_string_value(json_object_get(finding, "id"));
		if (id && is_common(result, id, text_of(finding)))
			finding_print("all trials", id, text_of(finding), width, out);
	}
}

void report_findings_print(const json_t *result, size_t width, FILE *out)
{
	size_t i;
	json_t *entry;
	json_array_foreach(json_object_get(result, "summary"), i, entry)
	{
		const char *strategy = json_path_text(entry, "strategy");
		json_t *trials = json_path_trials(result, strategy, false);
		for (size_t at = 0; at < json_array_size(trials); at++)
			trial_print(result, trials, at, strategy, width, out);
		json_decref(trials);
	}
	common_print(result, width, out);
}
