#include "bench/fleet/merge.h"

#include "bench/fleet/merge_hosts.h"
#include "bench/fleet/merge_options.h"
#include "bench/fleet/merge_rules.h"
#include "bench/fleet/merge_trial.h"
#include "bench/result/json_path.h"
#include "bench/result/result.h"
#include "bench/result/schema.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACE_MAX 400

struct merge {
	const json_t *schema;
	json_t *result;        /* of all hosts until now; NULL: none was added */
	char *path;            /* of the first one */
	json_t *hosts, *names; /* merge_hosts.h */
	json_t *seen;          /* what tells one file from another, as keys */
	/* One a trial of the result, in its order. */
	struct merge_trial **trials;
	size_t trial_count;
	size_t expected; /* hosts */
	json_t *places;  /* where each trial stands, by strategy and repeat */
};

struct merge *merge_create(void)
{
	struct merge *merge = calloc(1, sizeof(*merge));
	if (!merge)
		return NULL;
	merge->schema = schema_of_results();
	merge->hosts = json_array();
	merge->names = json_object();
	merge->seen = json_object();
	merge->places = json_object();
	if (merge->schema && merge->hosts && merge->names && merge->seen && merge->places)
		return merge;
	merge_destroy(merge);
	return NULL;
}

void merge_destroy(struct merge *merge)
{
	if (!merge)
		return;
	for (size_t i = 0; i < merge->trial_count; i++)
		merge_trial_destroy(merge->trials[i]);
	free(merge->trials);
	free(merge->path);
	json_decref(merge->result);
	json_decref(merge->hosts);
	json_decref(merge->names);
	json_decref(merge->seen);
	json_decref(merge->places);
	free(merge);
}

static struct merge_rules rules_of(const struct merge *merge, const char *path, struct error *error)
{
	return (struct merge_rules){.schema = merge->schema,
		.paths = {merge->path ? merge->path : path, path},
		.error = error};
}

static void place_key(const json_t *trial, char *key, size_t size)
{
	snprintf(key, size, "%lld %s",
		(long long)json_integer_value(json_object_get(trial, "repeat")),
		json_path_text(trial, "strategy"));
}

/* Takes the trial over into the result, as one that no host before had. */
static int trial_begin(
	struct merge *merge, const struct merge_rules *rules, const struct merge_part *part)
{
	char key[PLACE_MAX];
	struct merge_trial **more =
		realloc(merge->trials, (merge->trial_count + 1) * sizeof(struct merge_trial *));
	if (!more)
		return error_set(rules->error, STATUS_FAILED, "no memory");
	merge->trials = more;
	struct merge_trial *trial = merge_trial_create(rules, part);
	if (!trial)
		return rules->error->text[0] ? -1
					     : error_set(rules->error, STATUS_FAILED, "no memory");
	place_key(part->trial, key, sizeof(key));
	json_object_set_new(merge->places, key, json_integer((json_int_t)merge->trial_count));
	merge->trials[merge->trial_count++] = trial;
	return 0;
}

static int trial_take(
	struct merge *merge, const struct merge_rules *rules, const struct merge_part *part)
{
	char key[PLACE_MAX];
	place_key(part->trial, key, sizeof(key));
	const json_t *at = json_object_get(merge->places, key);
	if (at)
		return merge_trial_add(merge->trials[json_integer_value(at)], rules, part);
	merge_rules_begin(
		rules, json_path_at(merge->schema, "properties.trials.items"), part->trial);
	json_array_append(json_object_get(merge->result, "trials"), part->trial);
	return trial_begin(merge, rules, part);
}

static int trials_take(struct merge *merge, const struct merge_rules *rules, const json_t *result,
	const char *host)
{
	char place[PLACE_MAX];
	size_t i;
	json_t *trial;
	json_array_foreach(json_object_get(result, "trials"), i, trial)
	{
		snprintf(place, sizeof(place), "%.300s: trials[%zu]", rules->paths[1], i);
		struct merge_part part = {.trial = trial, .host = host, .place = place};
		bool is_first = result == merge->result;
		if ((is_first ? trial_begin(merge, rules, &part)
			      : trial_take(merge, rules, &part)) == -1)
			return -1;
	}
	return 0;
}

static void failures_take(json_t *into, const json_t *result, const char *host)
{
	size_t i;
	json_t *entry;
	char text[600];
	json_t *list = json_array();
	json_array_foreach(json_object_get(result, "not_run"), i, entry)
	{
		snprintf(text, sizeof(text), "%s: %.400s", host, json_path_text(entry, "because"));
		json_t *because = json_string(text);
		json_array_append_new(list,
			json_pack("{s:O, s:o}", "strategy", json_object_get(entry, "strategy"),
				"because", because ? because : json_string("?")));
	}
	if (result == into)
		json_object_set(into, "not_run", list);
	else
		json_array_extend(json_object_get(into, "not_run"), list);
	json_decref(list);
}

/* The same file twice would count its load twice. Hosts of one name may begin at one instant: what
 * the kernels of both have counted is not the same. */
static int twice_refuse(
	struct merge *merge, const json_t *result, const char *path, struct error *error)
{
	const json_t *first = json_array_get(json_object_get(result, "trials"), 0);
	json_t *own = json_pack("[O?, O?, O?, O?]", json_path_at(result, "host.name"),
		json_object_get(first, "started_unix_us"), json_object_get(first, "rate_per_s"),
		json_object_get(first, "counters"));
	char *key = json_dumps(own, JSON_COMPACT | JSON_SORT_KEYS);
	const char *before = key ? json_string_value(json_object_get(merge->seen, key)) : NULL;
	int status = 0;
	if (before)
		status = error_set(error, STATUS_FAILED,
			"%s and %s are the same result: it would count twice", before, path);
	else if (key)
		json_object_set_new(merge->seen, key, json_string(path));
	free(key);
	json_decref(own);
	return status;
}

static int refuse_unfit(const json_t *result, const char *path, struct error *error)
{
	if (json_object_get(result, "hosts"))
		return error_set(error, STATUS_FAILED,
			"%s is merged already: name the files of its hosts", path);
	if (json_array_size(json_object_get(result, "trials")) == 0)
		return error_set(error, STATUS_FAILED, "%s has no trial", path);
	return 0;
}

/* What stands outside of the trials. */
static int head_add(
	const struct merge *merge, const struct merge_rules *rules, const json_t *result)
{
	json_t *options = json_object_get(merge->result, "options");
	return merge_options_add(rules, options, json_object_get(result, "options")) == -1
		       ? -1
		       : merge_rules_add(rules, merge->schema, merge->result, result, "");
}

int merge_add(struct merge *merge, json_t *result, const char *path, struct error *error)
{
	struct merge_rules rules = rules_of(merge, path, error);
	int status = -1;
	if (refuse_unfit(result, path, error) == 0 &&
		twice_refuse(merge, result, path, error) == 0) {
		const char *host = merge_hosts_add(merge->hosts, merge->names, result);
		if (!merge->result) {
			merge->result = json_incref(result);
			merge->path = strdup(path);
			merge_rules_begin(&rules, merge->schema, result);
			status = 0;
		} else {
			status = head_add(merge, &rules, result);
		}
		if (status == 0)
			status = trials_take(merge, &rules, result, host);
		if (status == 0)
			failures_take(merge->result, result, host);
	}
	json_decref(result);
	return status;
}

void merge_expect(struct merge *merge, size_t hosts)
{
	merge->expected = hosts;
}

json_t *merge_finish(struct merge *merge, struct error *error)
{
	size_t hosts = json_array_size(merge->hosts);
	if (hosts < merge->expected)
		hosts = merge->expected;
	for (size_t i = 0; i < merge->trial_count; i++)
		if (merge_trial_finish(merge->trials[i], hosts, error) == -1)
			return NULL;
	json_object_set_new(merge->result, "host", merge_hosts_one(merge->hosts));
	json_object_set(merge->result, "hosts", merge->hosts);
	if (result_summarize(merge->result) == -1) {
		error_set(error, STATUS_FAILED, "no memory");
		return NULL;
	}
	return json_incref(merge->result);
}
