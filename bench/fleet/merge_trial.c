#include "bench/fleet/merge_trial.h"

#include "bench/fleet/merge_hosts.h"
#include "bench/fleet/merge_latencies.h"
#include "bench/fleet/merge_samples.h"
#include "bench/fleet/merge_verdict.h"
#include "bench/result/json_path.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define US_IN_S 1e6
/* Where the hosts' windows have less than this share of the longest one in common, the sum of their
 * rates was never there at once. */
#define OVERLAP_LEAST 0.9

struct merge_trial {
	json_t *json; /* not owned */
	struct merge_latencies *latencies;
	struct merge_trial *upstream; /* the hop behind a proxy; NULL: there is none */
	/* Of the windows, by the hosts' clocks and as if there were no warm-up, which is as long on
	 * each: the latest begin, the earliest end and the longest. */
	double begin_s, end_s, longest_s;
	double first_s; /* when the loader of the first host started */
};

static const json_t *trial_node(const struct merge_rules *rules)
{
	return json_path_at(rules->schema, "properties.trials.items");
}

static double started_s(const json_t *trial)
{
	return json_number_value(json_object_get(trial, "started_unix_us")) / US_IN_S;
}

static void host_add(struct merge_trial *trial, const struct merge_part *part)
{
	static const char *const copied[] = {"valid", "rate_per_s"};
	static const char *const counted[] = {"attempted", "completed"};
	json_t *host = json_pack("{s:s, s:f}", "name", part->host, "started_after_s",
		started_s(part->trial) - trial->first_s);
	for (size_t i = 0; i < 2; i++) {
		json_object_set(host, copied[i], json_object_get(part->trial, copied[i]));
		json_object_set(host, counted[i],
			json_object_get(json_object_get(part->trial, "connections"), counted[i]));
	}
	json_array_append_new(json_object_get(trial->json, "hosts"), host);
}

static int window_add(struct merge_trial *trial, const struct merge_part *part, struct error *error)
{
	double length = json_number_value(json_object_get(part->trial, "duration_s"));
	double begin = started_s(part->trial), end = begin + length;
	if (!(begin > 0))
		return error_set(error, STATUS_FAILED,
			"%s does not say when it began (started_unix_us): an older teardown wrote "
			"it",
			part->place);
	bool is_apart = begin >= trial->end_s || end <= trial->begin_s;
	/* Hosts that agreed on an instant (teardown-mpi) are one load, and one of them was late. */
	if (is_apart && !json_object_get(part->trial, "start"))
		return error_set(error, STATUS_FAILED,
			"%s (%s) ran %.3g s %s that of a file before it: they are no load of one "
			"time",
			part->place, json_path_text(part->trial, "strategy"),
			begin >= trial->end_s ? begin - trial->end_s : trial->begin_s - end,
			begin >= trial->end_s ? "after" : "before");
	trial->begin_s = begin > trial->begin_s ? begin : trial->begin_s;
	trial->end_s = end < trial->end_s ? end : trial->end_s;
	trial->longest_s = length > trial->longest_s ? length : trial->longest_s;
	return 0;
}

static int part_add(struct merge_trial *trial, const struct merge_part *part, struct error *error)
{
	if (window_add(trial, part, error) == -1)
		return -1;
	host_add(trial, part);
	return merge_latencies_add(
		trial->latencies, json_object_get(part->trial, "latency_us"), part->place, error);
}

static struct merge_part part_behind(const struct merge_part *part)
{
	return (struct merge_part){
		.trial = json_object_get(part->trial, "upstream"),
		.host = part->host,
		.place = part->place,
	};
}

static int upstream_create(
	struct merge_trial *trial, const struct merge_rules *rules, const struct merge_part *first)
{
	struct merge_part behind = part_behind(first);
	if (behind.trial)
		trial->upstream = merge_trial_create(rules, &behind);
	return behind.trial && !trial->upstream ? -1 : 0;
}

struct merge_trial *merge_trial_create(
	const struct merge_rules *rules, const struct merge_part *first)
{
	struct merge_trial *trial = calloc(1, sizeof(*trial));
	if (!trial)
		return NULL;
	*trial = (struct merge_trial){
		.json = first->trial,
		.latencies = merge_latencies_create(),
		.end_s = 1e300,
		.first_s = started_s(first->trial),
	};
	json_object_set_new(trial->json, "hosts", json_array());
	if (trial->latencies && part_add(trial, first, rules->error) == 0 &&
		upstream_create(trial, rules, first) == 0) {
		merge_verdict_begin(trial->json, first->host);
		return trial;
	}
	merge_trial_destroy(trial);
	return NULL;
}

void merge_trial_destroy(struct merge_trial *trial)
{
	if (!trial)
		return;
	merge_trial_destroy(trial->upstream);
	merge_latencies_destroy(trial->latencies);
	free(trial);
}

static int upstream_add(
	struct merge_trial *trial, const struct merge_rules *rules, const struct merge_part *part)
{
	struct merge_part behind = part_behind(part);
	if (!behind.trial == !trial->upstream)
		return trial->upstream ? merge_trial_add(trial->upstream, rules, &behind) : 0;
	return error_set(rules->error, STATUS_FAILED,
		"%s: one of the files has the hop behind a proxy, and another has not",
		part->place);
}

int merge_trial_add(
	struct merge_trial *trial, const struct merge_rules *rules, const struct merge_part *part)
{
	const json_t *node = trial_node(rules);
	const json_t *samples = json_path_at(node, "properties.samples.items");
	if (part_add(trial, part, rules->error) == -1 || upstream_add(trial, rules, part) == -1 ||
		merge_rules_add(rules, node, trial->json, part->trial, "trials[]") == -1)
		return -1;
	merge_verdict_add(trial->json, part->trial, part->host);
	merge_samples_add(samples, json_object_get(trial->json, "samples"),
		json_object_get(part->trial, "samples"), started_s(part->trial) - trial->first_s);
	return 0;
}

static void overlap_set(struct merge_trial *trial)
{
	char reason[120];
	double common_s = fmax(trial->end_s - trial->begin_s, 0);
	double share = trial->longest_s > 0 ? common_s / trial->longest_s : 1;
	json_object_set_new(trial->json, "overlap_share", json_real(share));
	if (share >= OVERLAP_LEAST)
		return;
	snprintf(reason, sizeof(reason),
		"the hosts' windows have %.0f %% of their time in common: the sum of their rates "
		"was not there at once",
		100 * share);
	merge_verdict_invalidate(trial->json, reason);
}

/* What was measured is kept, and said to be of a smaller fleet. */
static void absent_set(struct merge_trial *trial, size_t hosts)
{
	char names[400], reason[500];
	size_t i, there = json_array_size(json_object_get(trial->json, "hosts"));
	json_t *host, *list = json_array();
	if (there < hosts) {
		json_array_foreach(json_object_get(trial->json, "hosts"), i, host)
			json_array_append(list, json_object_get(host, "name"));
		merge_hosts_names(list, names, sizeof(names));
		snprintf(reason, sizeof(reason), "%zu of %zu hosts have this trial: %s", there,
			hosts, names);
		merge_verdict_invalidate(trial->json, reason);
	}
	json_decref(list);
}

int merge_trial_finish(struct merge_trial *trial, size_t hosts, struct error *error)
{
	json_t *latencies = merge_latencies_json(trial->latencies, error);
	if (!latencies)
		return -1;
	json_object_set_new(trial->json, "latency_us", latencies);
	overlap_set(trial);
	absent_set(trial, hosts);
	merge_verdict_finish(trial->json);
	return trial->upstream ? merge_trial_finish(trial->upstream, hosts, error) : 0;
}
