#include "bench/result/load_json.h"

#include "bench/result/fields/field.h"
#include "bench/result/json_path.h"
#include "bench/result/json_scalar.h"
#include "bench/result/latency_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void connect_errors_set(json_t *json, const struct load_totals *totals)
{
	json_t *errors = json_object_get(json_object_get(json, "connections"), "connect_errors");
	for (int error = 0; error < LOAD_TOTALS_ERRNO_MAX; error++) {
		const char *name = error ? strerrorname_np(error) : NULL;
		if (totals->connect_errors[error])
			json_object_set_new(errors, name ? name : "unknown",
				json_count(totals->connect_errors[error]));
	}
}

/* An estimate has no ends. */
static json_t *kind_json(const struct load_totals *totals, enum latency kind)
{
	json_t *json = latency_json(totals->latencies[kind]);
	if (kind != LATENCY_CORRECTED)
		json_object_set_new(json, "unfinished", json_count(totals->unfinished[kind]));
	return json;
}

static void latencies_set(json_t *json, const struct load_totals *totals)
{
	json_t *latencies = json_object_get(json, "latency_us");
	json_object_clear(latencies);
	for (int i = 0; i < LATENCIES; i++)
		if (histogram_count(totals->latencies[i]) > 0)
			json_object_set_new(latencies, load_totals_latency_names[i],
				kind_json(totals, (enum latency)i));
}

static void said_put(json_t *json, const char *path, double value)
{
	if (!isnan(value))
		json_path_put(json, path, json_real(value));
}

static void said_set(json_t *json, const struct loader_said *said)
{
	char path[FIELD_PATH_MAX];
	for (size_t i = 0; i < LOADER_ERRORS; i++) {
		snprintf(path, sizeof(path), "third_party.errors.%s", loader_error_names[i]);
		if (!isnan(said->errors[i]))
			json_path_put(json, path, json_count((uint64_t)said->errors[i]));
	}
	for (size_t i = 0; i < LOADER_LATENCIES; i++) {
		snprintf(path, sizeof(path), "third_party.latency_us.%s", loader_latency_names[i]);
		said_put(json, path, said->latency_us[i]);
	}
}

/* What a third-party loader says itself, and how it ended. */
static void third_party_set(json_t *json, const struct third_party_report *report)
{
	json_path_put(
		json, "third_party.command", json_text(report->command ? report->command : "-"));
	json_path_put(json, "third_party.output", json_lines(report->output));
	json_path_put(json, "third_party.end", json_text(report->end));
	json_path_put(json, "third_party.exit_status", json_integer(report->exit_status));
	json_path_put(json, "third_party.ran_s", json_real((double)report->ran_ns / 1e9));
	if (report->startup_ns > 0)
		json_path_put(
			json, "third_party.startup_s", json_real((double)report->startup_ns / 1e9));
	if (!report->kind)
		return;
	json_path_put(json, "third_party.kind", json_text(report->kind->name));
	if (report->is_lookalike)
		json_path_put(json, "third_party.lookalike", json_boolean(true));
	said_set(json, &report->said);
}

void load_json_set(json_t *json, const struct trial *trial, const struct figures *figures)
{
	const struct third_party_report *report = &trial->third_party;
	if (strcmp(trial->load.loop, "open") == 0)
		json_path_put(
			json, "loop.intended", json_count(load_totals_intended(&trial->totals)));
	latencies_set(json, &trial->totals);
	json_path_put(json, "connections.established",
		json_count(
			trial->load.is_third_party ? figures->opened : trial->totals.established));
	if (trial->load.is_third_party)
		third_party_set(json, report);
	if (loader_count_is_at_most(&figures->loader_count))
		json_path_put(json, "exchanges_at_most", json_boolean(true));
	if (figures->opening.is_idle)
		json_path_put(json, "third_party.idle_from_s",
			json_real((double)(figures->opening.ended_ns - trial->started_ns) / 1e9));
	else
		connect_errors_set(json, &trial->totals);
}
