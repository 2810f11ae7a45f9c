#include "bench/report/finding_explain.h"

#include "bench/findings/findings.h"
#include "bench/report/catalogue.h"
#include "bench/report/paragraph.h"
#include "bench/result/json_path.h"
#include "bench/result/upstream.h"

#include <stdlib.h>
#include <string.h>

/* Whose findings are told. */
struct explained {
	const char *id;
	const char *where; /* the hop, behind the trial's number */
	size_t width;
};

static bool is_of(const json_t *finding, const struct explained *explained)
{
	return strcmp(json_path_text(finding, "id"), explained->id) == 0;
}

static void one_print(
	const json_t *trial, const json_t *finding, const struct explained *explained, FILE *out)
{
	char *text, repeat[32];
	json_path_number_write(trial, "repeat", repeat, sizeof(repeat));
	if (asprintf(&text, "%s, trial %s%s: %s", json_path_text(trial, "strategy"), repeat,
		    explained->where, json_path_text(finding, "text")) == -1)
		return;
	paragraph_print(text, explained->width, out);
	free(text);
}

/* Returns how many there are; `out` NULL: prints none. */
static size_t all_print(const json_t *result, const struct explained *explained, FILE *out)
{
	size_t t, f, count = 0;
	json_t *trial, *finding;
	json_array_foreach(json_object_get(result, "trials"), t, trial)
	{
		json_array_foreach(json_object_get(trial, "findings"), f, finding)
		{
			if (!is_of(finding, explained))
				continue;
			count++;
			if (out)
				one_print(trial, finding, explained, out);
		}
	}
	return count;
}

/* NULL: there is no proxy. What is told of the hop in front is left out. */
static json_t *behind_of(const json_t *result)
{
	json_t *behind = result_upstream(result);
	if (behind)
		result_upstream_drop_told(behind, result);
	return behind;
}

static void kind_print(
	const struct finding_kind *kind, const json_t *behind, size_t width, FILE *out)
{
	catalogue_finding_print(kind, out);
	if (behind)
		paragraph_print(catalogue_hops, width, out);
}

int finding_explain(
	const json_t *result, const char *id, size_t width, FILE *out, struct error *error)
{
	const struct finding_kind *kind = finding_kind_find(id);
	const struct explained in_front = {id, "", width},
			       there = {id, ", behind the proxy", width};
	json_t *behind = behind_of(result);
	size_t met = all_print(result, &in_front, NULL) + all_print(behind, &there, NULL);
	if (kind)
		kind_print(kind, behind, width, out);
	all_print(result, &in_front, out);
	all_print(behind, &there, out);
	json_decref(behind);
	if (!kind && met == 0)
		return error_set(error, STATUS_USAGE,
			"--explain %s: no such finding; teardown list --findings tells them all",
			id);
	if (met == 0)
		fputs("No trial of this result has it.\n", out);
	return 0;
}
